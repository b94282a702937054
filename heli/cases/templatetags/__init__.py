"""Filters for templates that speak of a case."""
