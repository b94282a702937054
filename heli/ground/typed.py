"""What people type off a paper or a screen."""

from __future__ import annotations

import unicodedata


def without_gaps(text: str) -> str:
    """The text without the spaces and dashes that people put between groups, its full-width
    letters and digits, which a Chinese keyboard gives, made plain ones.

    >>> without_gaps(" 6222 0000-0005 "), without_gaps("６２２２－０００Ｘ")
    ('622200000005', '6222000X')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
