"""What people type off a paper or a screen."""

from __future__ import annotations


def without_gaps(text: str) -> str:
    """The text without the spaces and dashes that people put between groups.

    >>> without_gaps(" 6222 0000-0005 ")
    '622200000005'
    """
    return "".join(text.split()).replace("-", "")
