"""What follows from an entry of the directory: how sure it is, and when to look again. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from heli.channels.kinds import Confidence

# Local notices move within months; the nationwide booking of 2025-05-10 made older ones doubtful.
OLD_AFTER = timedelta(days=2 * 365)
REVIEWED_AFTER = {
    Confidence.HIGH: timedelta(days=365),
    Confidence.MEDIUM: timedelta(days=180),
    Confidence.LOW: timedelta(),
}


class Sureness(StrEnum):
    """How a person should take what the directory says of a door, the surest first."""

    CONFIRMED = "confirmed"  # a good source, not old
    DATED = "dated"  # nobody has confirmed it for years, or nobody knows since when
    WEAK = "weak"  # the source is not to be relied on


def last_day_of(as_of: str) -> date:
    """The last day that a day, month or year of a source can mean.

    >>> last_day_of("2024"), last_day_of("2024-02"), last_day_of("2024-02-09")
    (datetime.date(2024, 12, 31), datetime.date(2024, 2, 29), datetime.date(2024, 2, 9))
    """
    year, month, day = (*map(int, as_of.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day)
    first_after = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    return first_after - timedelta(days=1)


def is_day(as_of: str) -> bool:
    """Whether it is a year, month or day of the calendar, such as 2024-02.

    >>> is_day("2024-02"), is_day("2024-02-30"), is_day("0000")
    (True, False, False)
    """
    try:
        last_day_of(as_of)
    except (ValueError, OverflowError):  # no such day, or a year before the first
        return False
    return True


def sureness(confidence: Confidence, as_of: str | None, today: date) -> Sureness:
    """How sure an entry is on a day. An entry without a day is as one that is old."""
    if confidence is Confidence.LOW:
        return Sureness.WEAK
    is_new = as_of is not None and today - last_day_of(as_of) <= OLD_AFTER
    return Sureness.CONFIRMED if is_new else Sureness.DATED


def review_day(confidence: Confidence, as_of: str | None, added_on: date) -> date:
    """When somebody has to look at an entry again: some time after its source, or at once."""
    if as_of is None:
        return added_on
    return min(last_day_of(as_of), added_on) + REVIEWED_AFTER[confidence]
