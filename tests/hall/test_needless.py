"""A couple comes as a walk-in and is received: the place that they had booked for it goes back."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from heli.bookings.books import check_books
from heli.bookings.errors import AlreadyBooked
from heli.bookings.models import Booking
from heli.bookings.services import reschedule_booking
from heli.bookings.states import State
from heli.cases.running import last_day_of_a_case
from heli.ground import clock
from heli.hall.services import record_ticket_outcome
from heli.hall.states import Result
from heli.slots.models import ReturnedPlace, Slot
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    Couple,
    a_couple,
    a_slot,
    events_of,
    hold,
    hold_and_agree,
    state_of,
)
from tests.cases.factories import a_case
from tests.hall.factories import (
    RECEIPT_ON,
    SERVICE_DAY,
    Hall,
    at_once,
    cards_of,
    walk_in,
)
from tests.notices.factories import delivered, kinds_for

LATER = SERVICE_DAY + HOUR
LAST_ON = last_day_of_a_case(RECEIPT_ON)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def hall() -> Hall:
    return Hall()


def a_coming_slot(hall: Hall | None = None, *, days: int = 3) -> Slot:
    """So many days after the day on which they come as a walk-in."""
    office = hall.office if hall else None
    return a_slot(office=office, starts_at=SERVICE_DAY + days * DAY)


def received(hall: Hall, couple: Couple, result: Result = Result.ACCEPTED):
    """They draw a ticket, and this comes of it."""
    return record_ticket_outcome(
        walk_in(hall).id, result=result, cards=cards_of(couple), by=hall.clerk, at=LATER
    )


class TestReceivedWithoutTheBooking:
    def test_the_place_goes_back_and_both_are_told_why(self, hall):
        couple, slot = a_couple(), a_coming_slot(hall)
        code = hold_and_agree(couple, slot).code

        received(hall, couple.swapped())

        assert state_of(code) is State.CANCELLED
        assert events_of(code)[-1] == "BookingCancelled"
        assert ReturnedPlace.objects.filter(slot=slot).count() == 1
        for person in (couple.applicant, couple.partner):
            *_before, needless, receipt = delivered(person)
            assert (needless.kind, needless.booking_code) == ("needless", code)
            assert "登记处已经受理了你们的申请，不用再按这个预约到场。" in needless.text
            assert receipt.kind == "receipt_given"
        assert check_books() == []

    def test_at_another_office_too(self, hall):
        couple = a_couple()
        code = hold_and_agree(couple, a_coming_slot()).code

        received(hall, couple)

        assert state_of(code) is State.CANCELLED

    def test_one_whose_time_is_over_today_ends_and_is_not_called_missed(self, hall):
        received(hall, hall.couple)  # theirs was at ten, it is eleven

        assert state_of(hall.code) is State.CANCELLED
        assert kinds_for(hall.couple.partner) == ["confirmed", "needless", "receipt_given"]
        assert check_books() == []

    @pytest.mark.parametrize(("days", "state"), [(0, State.CANCELLED), (1, State.CONFIRMED)])
    def test_one_for_a_day_after_the_last_of_the_case_stands(self, hall, days, state):
        couple = a_couple()
        starts_at = clock.moment_of(LAST_ON + timedelta(days=days), time(10))
        code = hold_and_agree(couple, a_slot(starts_at=starts_at)).code

        received(hall, couple)

        assert state_of(code) is state

    def test_a_move_that_waits_for_its_answer_falls_away(self, hall):
        couple, other = a_couple(), a_coming_slot(hall, days=4)
        code = hold_and_agree(couple, a_coming_slot(hall)).code
        reschedule_booking(code, by=couple.applicant, at=NOW + HOUR, slot_id=other.id)

        received(hall, couple)

        assert state_of(code) is State.CANCELLED
        assert not Booking.objects.get(code=code).proposals.filter(state="open").exists()
        assert check_books() == []


class TestWhatStands:
    def test_one_with_somebody_else(self, hall):
        other = Couple(hall.couple.one, a_couple().other)

        received(hall, other)

        assert state_of(hall.code) is State.CONFIRMED

    def test_one_that_nobody_has_agreed_to(self, hall):
        couple = a_couple()
        code = hold(couple, a_coming_slot(hall), at=LATER).code

        received(hall, couple)

        assert state_of(code) is State.HELD

    def test_one_of_a_couple_that_is_not_received(self, hall):
        couple = a_couple()
        code = hold_and_agree(couple, a_coming_slot(hall)).code
        received(hall, couple, Result.NOT_READY)
        a_case(couple=couple, received_at=LATER)

        with pytest.raises(AlreadyBooked):
            received(hall, couple)

        assert state_of(code) is State.CONFIRMED
        assert "needless" not in kinds_for(couple.partner)

    def test_at_two_counters_at_once_it_goes_back_once(self, hall):
        couple = a_couple()
        code = hold_and_agree(couple, a_coming_slot(hall)).code

        answers = at_once(
            *(lambda who=who: received(hall, who) for who in (couple, couple.swapped()))
        )

        assert sum(isinstance(answer, AlreadyBooked) for answer in answers) == 1
        assert events_of(code).count("BookingCancelled") == 1
        assert check_books() == []
