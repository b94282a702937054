"""An office's hours in words, and how sure what is known of it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from heli.places.queries import OfficeView
from heli.places.rules import ClosedDays, OfficeRules, Span
from heli.web.templatetags.days import speaks_chinese, weekday_name

COMING = timedelta(days=60)  # closures further away than this help nobody
RECENT_YEARS = 1
WEEK = range(7)


@dataclass(frozen=True)
class HoursLine:
    """Weekdays that share their hours, and the hours, both in words."""

    days: str
    hours: str


def week_in_words(office_rules: OfficeRules, today: date) -> tuple[HoursLine, ...]:
    """The hours of an ordinary week, neighbours of the same hours together; closed days left out.

    () where the rules do not say.
    """
    timetable = office_rules.timetable_on(today)
    if timetable is None:
        return ()
    runs = groupby(WEEK, key=timetable.of_weekday)
    return tuple(_line(list(weekdays), spans) for spans, weekdays in runs if spans)


def coming_closures(office_rules: OfficeRules, today: date) -> tuple[ClosedDays, ...]:
    """The closures that are not over and begin within sixty days."""
    return tuple(
        closed
        for closed in office_rules.closures
        if closed.last_on >= today and closed.first_on <= today + COMING
    )


def how_sure(office: OfficeView, today: date) -> str:
    """A sentence on how old and unsure what is known of the office is; "" where nothing is.

    An office that takes bookings here keeps its own hours, so there is nothing to doubt.
    """
    if office.is_bookable:
        return ""
    year = year_of(office.as_of)
    if year is None:
        return _("该信息没有注明日期，出发前请先打电话确认。")
    if office.confidence == "high" and today.year - year <= RECENT_YEARS:
        return _("该信息来自 {year} 年的公告。").format(year=year)
    return _("该信息来自 {year} 年的公开资料，出发前请先打电话确认。").format(year=year)


def how_old(office: OfficeView) -> str:
    """From which year what is known of the office is, in a few words, for a list."""
    year = year_of(office.as_of)
    return _("{year} 年的信息").format(year=year) if year else _("信息没有注明日期")


def year_of(as_of: str) -> int | None:
    """The oldest year that a source's date names; None where the date is not known.

    >>> year_of("2021-05-20"), year_of("address 2019-08-15 or older; name and code 2026")
    (2021, 2019)
    >>> year_of("unknown (cites Civil Code, so 2021 or later)") is None
    True
    """
    if as_of.startswith("unknown"):
        return None
    years = [int(year) for year in re.findall(r"\b20\d\d(?!\d)", as_of)]
    return min(years, default=None)


def _line(weekdays: list[int], spans: Iterable[Span]) -> HoursLine:
    first, last = weekday_name(weekdays[0]), weekday_name(weekdays[-1])
    days = first if first == last else _("{first}至{last}").format(first=first, last=last)
    separator = "、" if speaks_chinese() else ", "
    return HoursLine(days, separator.join(_span(span) for span in spans))


def _span(span: Span) -> str:
    return f"{_clock(span.opens)}–{_clock(span.closes)}"


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
