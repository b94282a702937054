"""Heli 和离: book, keep and run the two visits of a divorce by agreement in China."""

__version__ = "0.1.0"
