"""Check-in: one or both, all the service day and on no other, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.bookings import services as bookings
from heli.bookings.errors import WrongState
from heli.bookings.models import Proposal
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound
from heli.hall.models import CheckIn, StaffReading, Ticket
from heli.hall.roles import StaffRole
from heli.hall.services import check_in
from heli.law.services import Service
from tests.bookings.factories import DAY, HOUR, NOW, SECOND, a_slot, events_of, hold, state_of
from tests.hall.factories import SERVICE_DAY, Hall, at_once, on_duty

pytestmark = pytest.mark.usefixtures("database")

MIDNIGHT = clock.moment_of(clock.day_of(SERVICE_DAY))


class TestCheckIn:
    def test_with_both_at_once_the_booking_is_checked_in(self):
        hall = Hall()

        view = check_in(hall.code, by=hall.clerk, at=SERVICE_DAY)

        assert view.state is State.CHECKED_IN
        assert [party.is_here for party in view.parties] == [True, True]
        assert all("*" in party.name_masked for party in view.parties)
        assert events_of(hall.code)[-1] == "BookingCheckedIn"

    def test_with_one_of_two_it_stays_confirmed_until_the_other_comes(self):
        hall = Hall()

        hall.check_in(Role.PARTNER)
        assert state_of(hall.code) is State.CONFIRMED

        hall.check_in(Role.APPLICANT, at=SERVICE_DAY + HOUR)
        assert state_of(hall.code) is State.CHECKED_IN

    def test_repeating_it_changes_nothing(self):
        hall = Hall()
        hall.check_in()

        view = check_in(hall.code, by=hall.clerk, at=SERVICE_DAY + HOUR)

        assert view.state is State.CHECKED_IN
        assert events_of(hall.code).count("BookingCheckedIn") == 1
        assert {row.checked_in_at for row in CheckIn.objects.all()} == {SERVICE_DAY}

    def test_who_came_alone_for_themselves_is_all_it_needs(self):
        hall = Hall(Service.REPLACEMENT)

        view = check_in(hall.code, roles=frozenset(Role), by=hall.clerk, at=SERVICE_DAY)

        assert view.state is State.CHECKED_IN

    def test_somebody_the_booking_does_not_have_is_refused(self):
        hall = Hall(Service.REPLACEMENT)

        with pytest.raises(InvalidInput):
            hall.check_in(Role.PARTNER)

        assert state_of(hall.code) is State.CONFIRMED

    @pytest.mark.parametrize("at", [MIDNIGHT, MIDNIGHT + DAY - SECOND])
    def test_it_is_open_all_the_service_day(self, at):
        hall = Hall()

        hall.check_in(at=at)

        assert state_of(hall.code) is State.CHECKED_IN

    @pytest.mark.parametrize("at", [MIDNIGHT - SECOND, MIDNIGHT + DAY])
    def test_on_another_day_it_is_refused_and_says_which(self, at):
        hall = Hall()

        with pytest.raises(WrongState) as refusal:
            hall.check_in(at=at)

        assert refusal.value.facts["service_on"] == clock.day_of(SERVICE_DAY)
        assert "12月1日" in refusal.value.sentence()
        assert not CheckIn.objects.exists()

    def test_a_held_or_cancelled_booking_is_refused_with_its_state(self):
        hall = Hall()
        bookings.cancel_booking(hall.code, by=hall.couple.applicant, at=NOW)
        slot = a_slot(office=hall.office, starts_at=SERVICE_DAY + HOUR)
        held = hold(hall.couple, slot)

        for code, state in ((hall.code, "cancelled"), (held.code, "held")):
            at = NOW if state == "held" else SERVICE_DAY
            with pytest.raises(WrongState) as refusal:
                check_in(code, by=hall.clerk, at=at)
            assert refusal.value.facts["state"] == state

    def test_another_offices_booking_is_not_found_save_by_an_operator(self):
        hall, other = Hall(), Hall()

        with pytest.raises(NotFound):
            check_in(hall.code, by=other.clerk, at=SERVICE_DAY)
        view = check_in(hall.code, by=on_duty(StaffRole.OPERATOR), at=SERVICE_DAY)

        assert view.state is State.CHECKED_IN

    @pytest.mark.parametrize("code", ["", "nonsense", "ACDE23467999"])
    def test_a_code_of_nothing_is_not_found(self, code):
        with pytest.raises(NotFound):
            check_in(code, by=on_duty(StaffRole.OPERATOR), at=SERVICE_DAY)

    def test_the_couple_gets_a_ticket_when_all_are_there(self):
        hall = Hall()

        hall.check_in(Role.APPLICANT)
        assert not Ticket.objects.exists()
        hall.check_in(Role.PARTNER)

        assert Ticket.objects.get().booking.code == hall.code

    def test_a_proposed_move_falls_away_when_the_first_of_them_comes(self):
        hall = Hall()
        other_day = a_slot(office=hall.office, starts_at=SERVICE_DAY + timedelta(days=3))
        bookings.reschedule_booking(
            hall.code, by=hall.couple.applicant, at=NOW, slot_id=other_day.id
        )

        hall.check_in(Role.APPLICANT)

        assert Proposal.objects.get().state == "withdrawn"

    def test_reading_the_names_is_on_record(self):
        hall = Hall()

        hall.check_in()

        reading = StaffReading.objects.get()
        assert (reading.staff_id, reading.what) == (hall.clerk.staff_id, "check_in")
        assert reading.booking.code == hall.code

    def test_both_at_two_counters_at_once_are_checked_in_once(self):
        for _ in range(5):
            hall = Hall()

            at_once(
                lambda: hall.check_in(Role.APPLICANT),
                lambda: hall.check_in(Role.PARTNER),
                lambda: hall.check_in(),
            )

            assert state_of(hall.code) is State.CHECKED_IN
            assert events_of(hall.code).count("BookingCheckedIn") == 1
            assert Ticket.objects.filter(booking__code=hall.code).count() == 1
