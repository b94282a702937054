"""The calendar file: one entry that follows its booking, read by two parsers."""

from __future__ import annotations

from datetime import datetime, timedelta

import icalendar
import pytest
import vobject
from django.utils import translation

from heli.bookings import services
from heli.bookings.errors import WrongState
from heli.bookings.history import revision_of
from heli.bookings.states import State
from heli.ground import clock, due
from heli.ground.refusals import NotFound
from heli.papers.calendar_file import calendar_entry, calendar_file
from tests.bookings.factories import DAY, HOUR, NOW, a_couple, a_slot, an_office, hold, state_of
from tests.bookings.factories import hold_and_agree as agreed
from tests.papers import vouchers
from tests.papers.vouchers import CHANGED_AT, STARTS_AT, an_entry

FORTY_MINUTES = timedelta(minutes=40)


def event_in(file: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return event


class TestCalendarFile:
    def test_opens_in_two_parsers_which_read_the_same(self):
        file = calendar_file(an_entry())

        ours = event_in(file)
        theirs = vobject.readOne(file.decode()).vevent

        assert ours.start == theirs.dtstart.value == STARTS_AT
        assert ours.end == theirs.dtend.value == STARTS_AT + FORTY_MINUTES
        assert str(ours["summary"]) == theirs.summary.value == "预约：演示区婚姻登记处"
        assert str(ours["location"]) == theirs.location.value == "演示路1号"
        assert str(ours["uid"]) == theirs.uid.value == "ACDE23467999@heli"

    def test_times_are_those_of_shanghai_and_the_zone_is_in_the_file(self):
        file = calendar_file(an_entry())

        calendar = icalendar.Calendar.from_ical(file)
        (zone,) = calendar.walk("VTIMEZONE")

        assert b"DTSTART;TZID=Asia/Shanghai:20261224T090000" in file
        assert zone.tz_name == "Asia/Shanghai"
        assert zone.to_tz().utcoffset(datetime(2026, 12, 24)) == timedelta(hours=8)  # noqa: DTZ001

    def test_reminds_the_day_before(self):
        (alarm,) = event_in(calendar_file(an_entry())).walk("VALARM")

        assert alarm["action"] == "DISPLAY"
        assert alarm["trigger"].dt == -timedelta(days=1)
        assert str(alarm["description"]) == "预约：演示区婚姻登记处"

    def test_says_nothing_that_others_should_not_read(self):
        file = calendar_file(an_entry()).decode()

        assert "离婚" not in file
        assert "CLASS:PRIVATE" in file
        assert "ORGANIZER" not in file
        assert "ATTENDEE" not in file

    def test_the_same_entry_gives_the_same_bytes_and_dates_come_from_it(self):
        file = calendar_file(an_entry())

        assert file == calendar_file(an_entry())
        assert event_in(file)["dtstamp"].dt == CHANGED_AT
        assert event_in(file)["last-modified"].dt == CHANGED_AT

    def test_what_an_office_is_called_cannot_add_a_line(self):
        office = vouchers.an_office(name="处\r\nATTENDEE:mailto:a@b.c", address="路;1,2\\号\n后门")

        event = event_in(calendar_file(an_entry(office=office)))

        assert "ATTENDEE" not in event
        assert str(event["location"]) == "路;1,2\\号\n后门"

    def test_lines_are_folded_at_75_octets_and_end_in_crlf(self):
        file = calendar_file(an_entry(office=vouchers.an_office(address="演示路" * 60)))

        lines = file.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert not any(b"\n" in line for line in lines)

    def test_a_cancelled_one_takes_the_same_entry_out_again(self):
        stands = event_in(calendar_file(an_entry()))
        file = calendar_file(an_entry(stands=False, revision=1))

        cancelled = event_in(file)

        assert icalendar.Calendar.from_ical(file)["method"] == "CANCEL"
        assert cancelled["status"] == "CANCELLED"
        assert cancelled["uid"] == stands["uid"]
        assert cancelled["sequence"] > stands["sequence"]
        assert not cancelled.walk("VALARM")

    def test_speaks_english_when_asked(self):
        with translation.override("en"):
            event = event_in(calendar_file(an_entry()))

        assert str(event["summary"]).startswith("Appointment: ")


@pytest.mark.usefixtures("database")
class TestCalendarEntry:
    def test_a_confirmed_one_stands_as_it_was_agreed(self):
        couple = a_couple()
        booking = agreed(couple, a_slot())

        entry = calendar_entry(booking.code, by=couple.partner, at=NOW + HOUR)

        assert (entry.stands, entry.revision) == (True, 0)
        assert entry.starts_at == booking.slot.starts_at
        assert entry.changed_at == NOW

    def test_a_held_one_has_none(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(WrongState):
            calendar_entry(booking.code, by=couple.applicant, at=NOW)

    def test_a_stranger_finds_none(self):
        booking = agreed(a_couple(), a_slot())

        with pytest.raises(NotFound):
            calendar_entry(booking.code, by=a_couple().applicant, at=NOW)

    def test_a_move_changes_it_once_the_other_agrees(self):
        couple, office = a_couple(), an_office()
        later = a_slot(office=office, starts_at=NOW + 9 * DAY)
        code = agreed(couple, a_slot(office=office)).code

        services.reschedule_booking(code, by=couple.applicant, at=NOW + HOUR, slot_id=later.id)
        proposed = calendar_entry(code, by=couple.applicant, at=NOW + HOUR)
        services.give_consent(code, by=couple.partner, at=NOW + 2 * HOUR)
        moved = calendar_entry(code, by=couple.applicant, at=NOW + 3 * HOUR)

        assert (proposed.revision, proposed.starts_at) == (0, NOW + 7 * DAY)
        assert (moved.revision, moved.starts_at) == (1, later.starts_at)
        assert moved.changed_at == NOW + 2 * HOUR

    def test_a_cancelled_one_comes_after_every_move(self):
        couple, office = a_couple(), an_office()
        code = agreed(couple, a_slot(office=office)).code
        later = a_slot(office=office, starts_at=NOW + 9 * DAY)
        services.reschedule_booking(code, by=couple.applicant, at=NOW, slot_id=later.id)
        services.give_consent(code, by=couple.partner, at=NOW)

        services.cancel_booking(code, by=couple.partner, at=NOW + HOUR)
        entry = calendar_entry(code, by=couple.applicant, at=NOW + 2 * HOUR)

        assert (entry.stands, entry.revision) == (False, 2)
        assert entry.changed_at == NOW  # the last move; of the end only the day is told

    def test_one_whose_day_is_over_stays_in_the_calendar(self):
        couple = a_couple()
        code = agreed(couple, a_slot()).code

        due.run_due(NOW + 8 * DAY)
        entry = calendar_entry(code, by=couple.applicant, at=NOW + 8 * DAY)

        assert entry.stands
        assert state_of(code) is State.NO_SHOW


@pytest.mark.usefixtures("database")
def test_an_entry_that_was_cancelled_tells_the_day_and_never_the_hour():
    couple, ended_at = a_couple(), NOW + HOUR * 25
    booking = agreed(couple, a_slot())
    services.cancel_booking(booking.code, by=couple.applicant, at=ended_at)

    revision = revision_of(booking.code)

    assert revision.changed_at == clock.moment_of(clock.day_of(ended_at))
