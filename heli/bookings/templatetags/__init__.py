"""Filters for the templates of every door."""
