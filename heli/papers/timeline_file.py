"""The days that follow from a receipt as a calendar file to take away: RFC 5545.

Calendars are shared and show on lock screens, so the titles say 预约 and count the thirty days;
what the days are for stands nowhere. The same receipt keeps its UIDs: a file taken later, when a
year's notice is out or an office was chosen, changes the entries of the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from heli.cases.dates import Here, OfficeTimeline
from heli.ground import clock
from heli.ground.words import day_in_words
from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import Timeline
from heli.papers.files import PaperFile
from heli.places.naming import short_name
from heli.places.queries import OfficeView

ONE_DAY = timedelta(days=1)
REMINDED_BEFORE = timedelta(days=3) - timedelta(hours=9)  # at nine, three days before
FILE_NAME = "yuyue-riqi.ics"  # riqi: dates


@dataclass(frozen=True)
class DayToKeep:
    """An all-day entry. number: which of the receipt's days it is; with the receipt it is the UID.

    last_at: the moment (UTC) until which the day counts, None where it is not known.
    """

    number: int
    on: date
    title: str
    last_at: datetime | None = None


def timeline_file(found: OfficeTimeline, office: OfficeView | None, *, at: datetime) -> PaperFile:
    """The days to keep of a receipt as a file. at: UTC, when it was made.

    office: the one whose last open moments `found` has, None where none was chosen.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Heli//Heli//ZH")
    calendar.add("method", "PUBLISH")
    for day in days_to_keep(found.dates, found.here):
        calendar.add_component(_event(day, found.dates, office, at))
    return PaperFile(
        name=FILE_NAME,
        content=bytes(calendar.to_ical()),
        content_type="text/calendar; charset=utf-8",
        is_shown=False,
    )


def days_to_keep(dates: Timeline, here: Here | None) -> tuple[DayToKeep, ...]:
    """The last day of the first thirty, the first and the last of the second thirty.

    By the safe days, on which all readings of the law agree: with an office the days on which it
    is open last, else working days.
    """
    safe = dates.safe
    return (
        _last(
            1, _("第一个三十天的最后一天"), here.withdraw_by if here else None, safe.withdraw_until
        ),
        DayToKeep(2, STATE_COUNCIL.working_day_from(safe.issue_from), _("第二个三十天的第一天")),
        _last(
            3, _("第二个三十天的最后一天"), here.certificate_by if here else None, safe.issue_until
        ),
    )


def _last(number: int, title: str, last_at: datetime | None, until: date) -> DayToKeep:
    if last_at is not None:
        return DayToKeep(number, clock.day_of(last_at), title, last_at)
    works = STATE_COUNCIL.is_working_day(until)
    return DayToKeep(number, until if works else STATE_COUNCIL.previous_working_day(until), title)


def _event(day: DayToKeep, dates: Timeline, office: OfficeView | None, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{dates.receipt_on:%Y%m%d}-{day.number}@heli")
    event.add("dtstamp", at)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + ONE_DAY)
    event.add("summary", _summary(day))
    event.add("description", "\n".join(_description(dates, office)))
    if office is not None:
        event.add("location", short_name(office.name))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(day))
    return event


def _summary(day: DayToKeep) -> str:
    what = _("预约相关日期：{what}").format(what=day.title)
    if day.last_at is None:
        return what
    local = day.last_at.astimezone(clock.SHANGHAI)
    return _("{what}，{time} 为止").format(what=what, time=f"{local.hour}:{local.minute:02d}")


def _description(dates: Timeline, office: OfficeView | None) -> Iterator[str]:
    yield _("从 {day} 起算，以单据上写的为准。").format(day=day_in_words(dates.receipt_on))
    if dates.is_provisional:
        yield _("有的日子在节假日安排公布之后可能会变。")
    if office is not None and office.phone:
        yield _("电话 {phone}").format(phone=office.phone)


def _reminder(day: DayToKeep) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMINDED_BEFORE)
    alarm.add("description", _summary(day))
    return alarm
