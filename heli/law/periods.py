"""The two clocks of a divorce by agreement: thirty days to think, thirty days to come again.

The receipt day R is not counted. Day 30 of the cooling-off is R + 30; the window is the thirty days
after the cooling-off. An end that falls on a rest day moves to the first working day after. What a
rest day is, and which end moves, is read in more than one way; `READINGS` holds them all, and the
safe days are those on which all of them agree.

Sources: Civil Code arts 201(1) (counting), 203(1) (an end on a rest day), 1077 (thirty days twice).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from heli.law.calendar import STATE_COUNCIL, Calendar

COOLING_OFF_DAYS = 30  # Civil Code art. 1077(1)
WINDOW_DAYS = 30  # Civil Code art. 1077(2)
IN_FORCE_FROM = date(2021, 1, 1)  # the Civil Code; before it there was no cooling-off
ONE_DAY = timedelta(days=1)


class Reading(StrEnum):
    """A way in which offices and courts read the law on rest days."""

    DEFAULT = "default_weekends_and_notice_days"
    NOTICE_DAYS = "notice_days_only"
    STATUTORY_DAYS = "statutory_days_only"
    ONLY_THE_WINDOW = "weekends_and_notice_days_but_only_the_window_is_extended"
    NOTHING_MOVES = "nothing_moves"


@dataclass(frozen=True)
class Period:
    """Days in Shanghai, first and last included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Clocks:
    """Both periods under one reading."""

    reading: Reading
    cooling_off: Period
    window: Period


@dataclass(frozen=True)
class SafeDays:
    """The days on which all readings agree; all included.

    withdraw_until: the last day to withdraw. issue_from, issue_until: the days for the certificate.
    """

    withdraw_until: date
    issue_from: date
    issue_until: date


@dataclass(frozen=True)
class Timeline:
    """The statutory dates that follow from a receipt. is_provisional: a year's notice is missing,
    so that an end may still move."""

    receipt_on: date
    cooling_off: Period
    window: Period
    safe: SafeDays
    is_provisional: bool
    readings: tuple[Clocks, ...]


def clocks(receipt_on: date, reading: Reading, calendar: Calendar = STATE_COUNCIL) -> Clocks:
    """Both periods under one reading. receipt_on: the date on the receipt.

    Sources: Civil Code arts 201(1), 203(1), 1077.

    >>> clocks(date(2026, 7, 9), Reading.DEFAULT).cooling_off.last  # day 30 is Saturday 8 August
    datetime.date(2026, 8, 10)
    >>> clocks(date(2026, 7, 9), Reading.NOTHING_MOVES).window.last
    datetime.date(2026, 9, 7)
    """
    is_rest = _rest_days(reading, calendar)
    day_30 = receipt_on + COOLING_OFF_DAYS * ONE_DAY
    cooling_last = day_30 if reading is Reading.ONLY_THE_WINDOW else _moved(day_30, is_rest)
    window_last = _moved(cooling_last + WINDOW_DAYS * ONE_DAY, is_rest)
    return Clocks(
        reading=reading,
        cooling_off=Period(receipt_on + ONE_DAY, cooling_last),
        window=Period(cooling_last + ONE_DAY, window_last),
    )


def timeline(receipt_on: date, calendar: Calendar = STATE_COUNCIL) -> Timeline:
    """Every reading's dates for a receipt, the default's first, and the days all agree on.

    >>> timeline(date(2026, 7, 9)).safe.issue_from, timeline(date(2026, 7, 9)).safe.issue_until
    (datetime.date(2026, 8, 11), datetime.date(2026, 9, 7))
    """
    readings = tuple(clocks(receipt_on, reading, calendar) for reading in Reading)
    default = readings[0]
    return Timeline(
        receipt_on=receipt_on,
        cooling_off=default.cooling_off,
        window=default.window,
        safe=SafeDays(
            withdraw_until=min(read.cooling_off.last for read in readings),
            issue_from=max(read.window.first for read in readings),
            issue_until=min(read.window.last for read in readings),
        ),
        is_provisional=any(_is_unsure(read, receipt_on, calendar) for read in readings),
        readings=readings,
    )


def _rest_days(reading: Reading, calendar: Calendar) -> Callable[[date], bool]:
    match reading:
        case Reading.DEFAULT | Reading.ONLY_THE_WINDOW:
            return lambda day: not calendar.is_working_day(day)
        case Reading.NOTICE_DAYS:
            return lambda day: calendar.off_day_name(day) is not None
        case Reading.STATUTORY_DAYS:
            return calendar.is_statutory_day
        case Reading.NOTHING_MOVES:
            return lambda day: False


def _moved(day: date, is_rest: Callable[[date], bool]) -> date:
    while is_rest(day):
        day += ONE_DAY
    return day


def _is_unsure(read: Clocks, receipt_on: date, calendar: Calendar) -> bool:
    ends = (receipt_on + COOLING_OFF_DAYS * ONE_DAY, read.cooling_off.last, read.window.last)
    return any(calendar.is_provisional(day) for day in ends)
