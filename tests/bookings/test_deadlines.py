"""What the clock does to bookings: late, twice, or after a week."""

from __future__ import annotations

import pytest

from heli.bookings import deadlines, queries, services
from heli.bookings.books import check_books
from heli.bookings.errors import BookingSuspended
from heli.bookings.states import State
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    a_couple,
    a_slot,
    events_of,
    hold,
    hold_and_agree,
    state_of,
)

pytestmark = pytest.mark.usefixtures("database")


class TestExpireHolds:
    def test_nothing_expires_before_its_deadline(self):
        booking = hold(a_couple(), a_slot())

        deadlines.expire_holds(NOW + DAY - SECOND)

        assert state_of(booking.code) is State.HELD
        assert deadlines.next_expiry() == NOW + DAY

    @pytest.mark.parametrize("late", [0 * DAY, HOUR, 7 * DAY])
    def test_it_may_run_late_and_twice(self, late):
        booking = hold(a_couple(), a_slot(starts_at=NOW + 20 * DAY))

        for _ in range(2):
            deadlines.expire_holds(NOW + DAY + late)

        assert state_of(booking.code) is State.EXPIRED
        assert events_of(booking.code) == ["BookingHeld", "BookingExpired"]
        assert deadlines.next_expiry() is None
        assert check_books() == []

    def test_the_deadline_shows_before_the_job_has_run(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        view = queries.booking_view(booking.code, by=couple.applicant, at=NOW + DAY)

        assert (view.state, view.consent) == (State.EXPIRED, None)

    def test_two_lapses_in_thirty_days_suspend(self):
        couple = a_couple()
        for number in range(2):
            hold(couple, a_slot(starts_at=NOW + 40 * DAY), at=NOW + number * 2 * DAY)
            deadlines.expire_holds(NOW + number * 2 * DAY + DAY)

        with pytest.raises(BookingSuspended):
            hold(couple, a_slot(starts_at=NOW + 40 * DAY), at=NOW + 4 * DAY)

    def test_two_lapses_further_apart_do_not(self):
        couple = a_couple()
        for start in (NOW, NOW + 31 * DAY):
            slot = a_slot(starts_at=start + 10 * DAY)
            hold(couple, slot, at=start)
            deadlines.expire_holds(start + DAY)

        assert hold(couple, a_slot(starts_at=NOW + 60 * DAY), at=NOW + 33 * DAY)


class TestLapseProposals:
    def test_unanswered_the_old_place_stands(self):
        couple, old = a_couple(), a_slot()
        booking = hold_and_agree(couple, old)
        services.reschedule_booking(booking.code, by=couple.applicant, at=NOW, slot_id=a_slot().id)

        for _ in range(2):
            deadlines.lapse_proposals(NOW + DAY)

        after = queries.booking_view(booking.code, by=couple.partner, at=NOW + DAY)
        assert (after.state, after.slot.id, after.proposal) == (State.CONFIRMED, old.id, None)
        assert events_of(booking.code)[-1] == "MoveLapsed"
        assert check_books() == []


class TestCloseDays:
    def test_a_couple_that_did_not_come_may_book_anew_the_next_day(self):
        couple, slot = a_couple(), a_slot()
        booking = hold_and_agree(couple, slot)

        deadlines.close_days(slot.starts_at + 12 * HOUR)
        assert state_of(booking.code) is State.CONFIRMED

        next_day = deadlines.next_day_to_close()
        assert next_day is not None
        for _ in range(2):
            deadlines.close_days(next_day)

        assert state_of(booking.code) is State.NO_SHOW
        assert events_of(booking.code)[-1] == "BookingMissed"
        assert hold(couple, a_slot(starts_at=NOW + 20 * DAY), at=next_day)
        assert check_books() == []
