"""A booking as an entry of a calendar: RFC 5545, with UID and SEQUENCE that carry its changes.

The entry says 预约, the office and the time; no name and nothing of what it is for, since calendars
are shared and show on lock screens. The same booking gives the same bytes until it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from heli.bookings.codes import in_groups
from heli.bookings.errors import WrongState
from heli.bookings.history import revision_of
from heli.bookings.queries import booking_view
from heli.bookings.states import State
from heli.ground.clock import SHANGHAI
from heli.identity.verified import Known
from heli.papers.maps import map_link
from heli.places.naming import short_name
from heli.places.queries import OfficeView, get_office

REMINDER_BEFORE = timedelta(days=1)
OFFSET = timedelta(hours=8)
ZONE_SINCE = datetime(1992, 1, 1)  # noqa: DTZ001 by the zone's own clocks; no summer time since then
KEPT = (State.CONFIRMED, State.CHECKED_IN, State.SERVED, State.NO_SHOW)


@dataclass(frozen=True)
class CalendarEntry:
    """What an entry says. Moments UTC; ends_at is not included.

    revision: rises with each change. stands: False takes the entry out of the calendar again.
    """

    code: str
    office: OfficeView
    starts_at: datetime
    ends_at: datetime
    revision: int
    changed_at: datetime
    stands: bool


def calendar_entry(code: str, *, by: Known, at: datetime) -> CalendarEntry:
    """The entry of this person's booking, whether it stands or has ended.

    Raises NotFound (no party of it), WrongState (the partner has not answered yet).
    """
    booking = booking_view(code, by=by, at=at)
    if booking.state is State.HELD:
        raise WrongState(_("预约还在等对方确认，确认以后才能加入日历。"), state=booking.state.value)
    revision = revision_of(booking.code)
    return CalendarEntry(
        code=booking.code,
        office=get_office(booking.office.id),
        starts_at=booking.slot.starts_at,
        ends_at=booking.slot.ends_at,
        revision=revision.number,
        changed_at=revision.changed_at,
        stands=booking.state in KEPT,
    )


def calendar_file(entry: CalendarEntry) -> bytes:
    """The entry as a file; one that no longer stands cancels what an earlier file made."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Heli//Heli//ZH")
    calendar.add("method", "PUBLISH" if entry.stands else "CANCEL")
    calendar.add_component(_zone())
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", f"{entry.code}@heli")
    event.add("sequence", entry.revision)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(SHANGHAI))
    event.add("dtend", entry.ends_at.astimezone(SHANGHAI))
    event.add("summary", _summary(entry))
    event.add("location", entry.office.address or entry.office.name)
    event.add("status", "CONFIRMED" if entry.stands else "CANCELLED")
    event.add("class", "PRIVATE")
    if entry.stands:
        event.add("description", _description(entry))
        event.add("url", map_link(entry.office))
        event.add_component(_reminder(entry))
    return event


def _summary(entry: CalendarEntry) -> str:
    return _("预约：{office}").format(office=short_name(entry.office.name))


def _description(entry: CalendarEntry) -> str:
    lines = [
        entry.office.name,
        _("预约编号 {code}").format(code=in_groups(entry.code)),
        _("请带好证件。"),
    ]
    if entry.office.phone:
        lines.append(_("登记处电话 {phone}").format(phone=entry.office.phone))
    return "\n".join(lines)


def _reminder(entry: CalendarEntry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMINDER_BEFORE)
    alarm.add("description", _summary(entry))
    return alarm


def _zone() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", ZONE_SINCE)
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", OFFSET)
    standard.add("tzoffsetto", OFFSET)
    zone = Timezone()
    zone.add("tzid", SHANGHAI.key)
    zone.add_component(standard)
    return zone
