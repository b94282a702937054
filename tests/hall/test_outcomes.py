"""Outcomes of bookings: once, with everybody there; an accepted application opens the case."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from heli.bookings import deadlines
from heli.bookings.books import check_books
from heli.bookings.errors import AlreadyBooked, WrongState
from heli.bookings.models import Booking
from heli.bookings.states import Role, State
from heli.cases.models import Case
from heli.cases.parties import on_file
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.hall.models import Outcome, StaffReading, Ticket
from heli.hall.roles import StaffRole
from heli.hall.services import check_in, record_outcome
from heli.hall.states import Result
from heli.law.case_steps import CaseState
from heli.law.services import Service
from heli.slots.models import Slot
from tests.bookings.factories import DAY, HOUR, a_slot, events_of, hold, state_of
from tests.cases.factories import a_case
from tests.hall.factories import RECEIPT_ON, SERVICE_DAY, Hall, at_once, on_duty, second_visit

pytestmark = pytest.mark.usefixtures("database")

LATER = SERVICE_DAY + HOUR
# A certificate booking comes from a case, see test_decisions.
OTHER_SERVICES = sorted(set(Service) - {Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE})
NO_CASE = [Result.REFUSED, Result.NOT_READY, Result.SERVED]


class TestAccepted:
    def test_the_case_opens_with_the_receipt_of_today_and_a_place_for_the_second_visit(self):
        hall = Hall()

        case = hall.accept()

        assert case.state is CaseState.COOLING_OFF
        assert case.receipt_on == RECEIPT_ON
        assert case.certificate_booking is not None
        assert case.certificate_booking.state is State.CONFIRMED
        assert state_of(hall.code) is State.SERVED
        assert events_of(hall.code)[-1] == "BookingServed"
        assert check_books() == []

    def test_the_case_is_of_the_two_people_of_the_booking(self):
        hall = Hall()

        case = hall.accept()

        people = {
            party.role: on_file(party) for party in Case.objects.get(id=case.id).parties.all()
        }
        assert people[Role.APPLICANT].name == hall.couple.one.name
        assert people[Role.PARTNER].id_number == hall.couple.other.id_number
        assert people[Role.PARTNER].person == hall.couple.partner.person
        assert Case.objects.get().opened_by.code == hall.code

    def test_where_one_has_an_open_case_nothing_changes(self):
        hall = Hall()
        a_case(couple=hall.couple.swapped(), received_at=SERVICE_DAY - DAY)
        hall.check_in()

        with pytest.raises(AlreadyBooked):
            record_outcome(hall.code, result=Result.ACCEPTED, by=hall.clerk, at=LATER)

        assert state_of(hall.code) is State.CHECKED_IN
        assert Case.objects.count() == 1
        assert not Outcome.objects.exists()

    @pytest.mark.parametrize("service", OTHER_SERVICES)
    def test_only_an_application_can_be_accepted(self, service):
        hall = Hall(service)
        hall.check_in()

        with pytest.raises(WrongState):
            record_outcome(hall.code, result=Result.ACCEPTED, by=hall.clerk, at=LATER)

        assert state_of(hall.code) is State.CHECKED_IN

    def test_not_on_the_day_after_since_the_receipt_is_of_today(self):
        hall = Hall()
        hall.check_in()

        with pytest.raises(WrongState):
            record_outcome(hall.code, result=Result.ACCEPTED, by=hall.clerk, at=SERVICE_DAY + DAY)

        assert not Case.objects.exists()


class TestRecordOutcome:
    @pytest.mark.parametrize("result", NO_CASE)
    def test_any_other_result_serves_the_booking_and_opens_no_case(self, result):
        hall = Hall()
        hall.check_in()

        recorded = record_outcome(
            hall.code, result=result, reason="缺少照片", by=hall.clerk, at=LATER
        )

        assert recorded.case is None
        assert recorded.booking.state is State.SERVED
        outcome = Outcome.objects.get()
        assert (outcome.result, outcome.reason, outcome.by_id) == (
            result,
            "缺少照片",
            hall.clerk.staff_id,
        )
        assert not Case.objects.exists()
        assert check_books() == []

    @pytest.mark.parametrize("result", list(Result))
    def test_before_both_are_there_it_is_refused(self, result):
        hall = Hall()
        hall.check_in(Role.APPLICANT)

        with pytest.raises(WrongState) as refusal:
            record_outcome(hall.code, result=result, by=hall.clerk, at=LATER)

        assert refusal.value.facts["state"] == "confirmed"
        assert state_of(hall.code) is State.CONFIRMED
        assert not Outcome.objects.exists()

    def test_a_second_outcome_is_refused(self):
        hall = Hall()
        hall.accept()

        with pytest.raises(WrongState) as refusal:
            record_outcome(hall.code, result=Result.REFUSED, by=hall.clerk, at=LATER)

        assert refusal.value.facts["state"] == "served"

    def test_the_ticket_of_the_booking_waits_no_more(self):
        hall = Hall()
        hall.accept()

        assert Ticket.objects.get().state == "served"

    def test_another_offices_booking_is_not_found(self):
        hall, other = Hall(), Hall()
        hall.check_in()

        with pytest.raises(NotFound):
            record_outcome(hall.code, result=Result.SERVED, by=other.clerk, at=LATER)

        record_outcome(hall.code, result=Result.SERVED, by=on_duty(StaffRole.OPERATOR), at=LATER)
        assert state_of(hall.code) is State.SERVED

    def test_reading_the_cards_is_on_record(self):
        hall = Hall()
        case = hall.accept()

        reading = StaffReading.objects.get(what="record_outcome")
        assert (reading.booking.code, str(reading.case_id)) == (hall.code, case.id)

    def test_two_clerks_at_once_open_one_case(self):
        for _ in range(5):
            hall = Hall()
            hall.check_in()

            def accept(hall=hall):
                return record_outcome(hall.code, result=Result.ACCEPTED, by=hall.clerk, at=LATER)

            answers = at_once(accept, accept)

            assert sum(isinstance(answer, WrongState) for answer in answers) == 1
            assert Case.objects.filter(opened_by__code=hall.code).count() == 1
            assert Outcome.objects.filter(booking__code=hall.code).count() == 1
            assert check_books() == []


class TestNoOutcome:
    def test_who_was_there_and_of_whom_nothing_was_recorded_may_book_anew_the_next_day(self):
        hall = Hall()
        hall.check_in()

        deadlines.close_days(SERVICE_DAY + 13 * HOUR)  # an hour before midnight
        assert state_of(hall.code) is State.CHECKED_IN

        midnight = deadlines.next_day_to_close()
        assert midnight == SERVICE_DAY + 14 * HOUR
        for _ in range(2):
            deadlines.close_days(midnight)

        assert state_of(hall.code) is State.SERVED
        assert events_of(hall.code)[-2:] == ["BookingCheckedIn", "BookingServed"]
        assert not Outcome.objects.exists()
        assert hold(hall.couple, a_slot(starts_at=SERVICE_DAY + 9 * DAY), at=midnight)
        assert check_books() == []

    def test_a_couple_with_an_open_case_takes_another_time_for_the_second_visit(self):
        hall = Hall()
        case = hall.accept()
        there = second_visit(case)
        assert case.certificate_booking is not None
        check_in(case.certificate_booking.code, by=hall.clerk, at=there)
        next_day = clock.moment_of(clock.day_of(there) + DAY)

        deadlines.close_days(next_day)

        slot = Slot.objects.filter(
            office=hall.office, service=Service.DIVORCE_CERTIFICATE, starts_at__gt=next_day
        ).first()
        assert slot is not None
        assert hold(hall.couple, slot, at=next_day).state is State.CONFIRMED


class TestWhatStands:
    def test_an_outcome_is_never_rewritten(self):
        hall = Hall()
        hall.accept()

        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.update(result=Result.REFUSED)
        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.all().delete()

    def test_a_reading_is_never_rewritten(self):
        Hall().check_in()

        with pytest.raises(IntegrityError), transaction.atomic():
            StaffReading.objects.update(what="nothing")

    def test_the_database_knows_no_way_from_confirmed_to_served(self):
        hall = Hall()

        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(code=hall.code).update(state=State.SERVED)
