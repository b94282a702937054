"""The day at the desk: what is on the list, masked, and who read it."""

from __future__ import annotations

import pytest

from heli.bookings import services as bookings
from heli.bookings.states import Role, State
from heli.ground.refusals import InvalidInput, NotFound
from heli.hall.models import StaffReading
from heli.hall.queries import find_cases, today
from heli.hall.reasons import Why
from heli.hall.roles import StaffRole
from tests.bookings.factories import DAY, HOUR, NOW, a_couple, a_slot, hold, hold_and_agree
from tests.hall.factories import SERVICE_DAY, Hall, on_duty, walk_in

pytestmark = pytest.mark.usefixtures("database")


class TestToday:
    def test_lists_the_days_bookings_in_order_of_time_with_who_is_in(self):
        hall = Hall()
        earlier = a_slot(office=hall.office, starts_at=SERVICE_DAY - HOUR)
        first = hold_and_agree(a_couple(), earlier)
        hall.check_in(Role.PARTNER)

        day = today(hall.clerk, at=SERVICE_DAY)

        assert [booking.code for booking in day.bookings] == [first.code, hall.code]
        assert [party.is_here for party in day.bookings[1].parties] == [False, True]
        assert day.office.id == hall.office.id

    def test_names_are_masked(self):
        hall = Hall()

        day = today(hall.clerk, at=SERVICE_DAY)

        shown = [party.name_masked for party in day.bookings[0].parties]
        assert shown == [name[0] + "*" * (len(name) - 1) for name in names_of(hall)]

    def test_held_cancelled_and_other_days_or_offices_are_not_on_it(self):
        hall, _other = Hall(), Hall()
        hold(a_couple(), a_slot(office=hall.office, starts_at=SERVICE_DAY + HOUR))
        hold_and_agree(a_couple(), a_slot(office=hall.office, starts_at=SERVICE_DAY + DAY))
        bookings.cancel_booking(hall.code, by=hall.couple.applicant, at=NOW)

        assert today(hall.clerk, at=SERVICE_DAY).bookings == ()

    def test_counts_what_is_expected_in_the_hall_done_and_waiting(self):
        hall = Hall()
        walk_in(hall)
        before = today(hall.clerk, at=SERVICE_DAY).counts
        hall.check_in()
        during = today(hall.clerk, at=SERVICE_DAY).counts

        assert (before.expected, before.checked_in, before.waiting) == (1, 0, 1)
        assert (during.expected, during.checked_in, during.waiting) == (0, 1, 2)

    def test_shows_the_tickets_of_the_day(self):
        hall = Hall()
        ticket = walk_in(hall)

        assert today(hall.clerk, at=SERVICE_DAY).tickets == (ticket,)
        assert today(hall.clerk, at=SERVICE_DAY + DAY).tickets == ()

    def test_that_it_was_read_is_on_record(self):
        hall = Hall()

        today(hall.clerk, at=SERVICE_DAY)

        reading = StaffReading.objects.get()
        assert (reading.what, reading.office_id, reading.at) == (
            "see_today",
            hall.office.id,
            SERVICE_DAY,
        )

    def test_an_operator_names_the_office(self):
        hall, operator = Hall(), on_duty(StaffRole.OPERATOR)

        with pytest.raises(InvalidInput):
            today(operator, at=SERVICE_DAY)
        with pytest.raises(NotFound):
            today(operator, at=SERVICE_DAY, office_id="nowhere")
        day = today(operator, at=SERVICE_DAY, office_id=hall.office.id)

        assert [booking.state for booking in day.bookings] == [State.CONFIRMED]

    def test_another_office_than_ones_own_is_not_found(self):
        hall, other = Hall(), Hall()

        with pytest.raises(NotFound):
            today(hall.clerk, at=SERVICE_DAY, office_id=other.office.id)


class TestFindCases:
    def test_by_the_card_of_either_of_them_at_this_office(self):
        hall, other = Hall(), Hall()
        case = hall.accept()

        card, why = hall.couple.partner.id_number, Why.AT_THE_DESK
        found = find_cases(card, by=hall.clerk, at=SERVICE_DAY + DAY, why=why)

        assert [(one.case.id, one.party) for one in found] == [(case.id, Role.PARTNER)]
        assert find_cases(card, by=other.clerk, at=SERVICE_DAY, why=why) == []
        nobodys = a_couple().partner.id_number
        assert find_cases(nobodys, by=hall.clerk, at=SERVICE_DAY, why=why) == []
        readings = StaffReading.objects.filter(what="find_cases", why="at_the_desk")
        assert [str(row.case_id) for row in readings.order_by("pk")] == [case.id, "None", "None"]


def names_of(hall: Hall) -> list[str]:
    """The names of the couple, the applicant's first."""
    return [hall.couple.one.name, hall.couple.other.name]
