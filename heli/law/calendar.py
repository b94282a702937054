"""Which days are working days, by the notices of the State Council's General Office.

A day off is a Saturday or Sunday that is no make-up workday, or a day that a notice names. A year
whose notice is not published yet is provisional: weekends count, and the days that the holiday
regulation names, but no transferred days. A year without any facts has weekends only.

Sources: 全国年节及纪念日放假办法 (2024-11-10) arts 2, 6 and 7 (holidays and their transfer);
国务院关于职工工作时间的规定 (1995) art. 7 (Saturday and Sunday); `data/holidays.toml` names the
notice of each year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

SATURDAY = 5  # date.weekday()
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarYear:
    """What is known of one year: the days off and the weekend days worked, each with its name.

    statutory: the days of the holiday regulation, art. 2. is_final: the year's notice is
    published; before that `off` and `make_up_workdays` are empty. source: where it can be read.
    """

    year: int
    is_final: bool
    off: Mapping[date, str]
    make_up_workdays: Mapping[date, str]
    statutory: Mapping[date, str]
    notice: str | None
    published: date | None
    source: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days and days off. Days are days in Shanghai."""

    years: Mapping[int, CalendarYear]

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day: no weekend and no holiday, or a make-up workday.

        Source: the notice of the year; without one, weekends and the holiday regulation, art. 2.

        >>> STATE_COUNCIL.is_working_day(date(2026, 10, 10))   # a Saturday, worked for National Day
        True
        >>> STATE_COUNCIL.is_working_day(date(2026, 10, 7))    # a Wednesday, still National Day
        False
        """
        if self.make_up_holiday(day) is not None:
            return True
        return self.off_day_name(day) is None and day.weekday() < SATURDAY

    def is_provisional(self, day: date) -> bool:
        """Whether the year's notice is not published, so that the answer may still change.

        >>> STATE_COUNCIL.is_provisional(date(2026, 12, 31)), STATE_COUNCIL.is_provisional(
        ...     date(2027, 1, 1))
        (False, True)
        """
        year = self.years.get(day.year)
        return year is None or not year.is_final

    def off_day_name(self, day: date) -> str | None:
        """The holiday, in Chinese, that makes this a day off; None for any other day or weekend.

        >>> STATE_COUNCIL.off_day_name(date(2026, 2, 23))
        '春节'
        >>> STATE_COUNCIL.off_day_name(date(2026, 2, 28)) is None
        True
        """
        year = self.years.get(day.year)
        if year is None:
            return None
        return (year.off if year.is_final else year.statutory).get(day)

    def is_statutory_day(self, day: date) -> bool:
        """Whether the holiday regulation itself names this day (art. 2), without transferred days.

        >>> STATE_COUNCIL.is_statutory_day(date(2026, 10, 1)), STATE_COUNCIL.is_statutory_day(
        ...     date(2026, 10, 7))
        (True, False)
        """
        year = self.years.get(day.year)
        return year is not None and day in year.statutory

    def make_up_holiday(self, day: date) -> str | None:
        """The holiday, in Chinese, for which this Saturday or Sunday is worked; None otherwise.

        >>> STATE_COUNCIL.make_up_holiday(date(2026, 2, 28))
        '春节'
        """
        year = self.years.get(day.year)
        return None if year is None else year.make_up_workdays.get(day)

    def working_day_from(self, day: date) -> date:
        """The day itself where it is a working day, else the first working day after it.

        Source: Civil Code art. 203(1), for ends that move past a rest.

        >>> STATE_COUNCIL.working_day_from(date(2026, 10, 1))
        datetime.date(2026, 10, 8)
        """
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def next_working_day(self, day: date) -> date:
        """The first working day after this day; the day itself does not count.

        >>> STATE_COUNCIL.next_working_day(date(2026, 2, 14))    # the last day before the holiday
        datetime.date(2026, 2, 24)
        """
        return self.working_day_from(day + ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before this day; the day itself does not count.

        >>> STATE_COUNCIL.previous_working_day(date(2026, 10, 12))  # Saturday 10 October is worked
        datetime.date(2026, 10, 10)
        """
        day -= ONE_DAY
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The day that lies `count` working days before this day; with 0 it is the day itself.

        >>> STATE_COUNCIL.working_days_before(date(2026, 10, 8), 2)
        datetime.date(2026, 9, 29)
        """
        for _ in range(count):
            day = self.previous_working_day(day)
        return day


@cache
def _state_council() -> Calendar:
    text = (Path(__file__).parent / "data" / "holidays.toml").read_text(encoding="utf-8")
    return Calendar(
        years={
            int(year): _year(int(year), row) for year, row in tomllib.loads(text)["years"].items()
        }
    )


def _year(year: int, row: dict[str, Any]) -> CalendarYear:
    return CalendarYear(
        year=year,
        is_final=row["is_final"],
        off=_named_days(row.get("off", {})),
        make_up_workdays=_named_days(row.get("make_up_workdays", {})),
        statutory=_named_days(row["statutory"]),
        notice=row.get("notice"),
        published=row.get("published"),
        source=row["source"],
    )


def _named_days(row: dict[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in row.items()}


STATE_COUNCIL = _state_council()
