"""Withdrawal, registration, refusal at the desk: with whom, when, and what each leaves."""

from __future__ import annotations

from datetime import date, time

import pytest

from heli.bookings.books import check_books
from heli.bookings.errors import WrongState
from heli.bookings.states import Role, State
from heli.cases.errors import CaseEnded, OutsideWindow, WithdrawTooLate
from heli.cases.models import Case, CaseEvent
from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound
from heli.hall.decisions import refuse, register, withdraw
from heli.hall.models import StaffReading, Ticket
from heli.hall.roles import StaffRole
from heli.hall.services import check_in, record_outcome
from heli.hall.states import Result
from heli.law.case_steps import CaseState
from heli.law.periods import Reading
from heli.law.services import Service
from tests.bookings.factories import HOUR
from tests.hall.factories import (
    IN_THE_WINDOW,
    NUMBER,
    SERVICE_DAY,
    Hall,
    at_once,
    on_duty,
    second_visit,
    state_of,
    walk_in,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = SERVICE_DAY + 2 * HOUR
IN_COOLING_OFF = clock.moment_of(date(2026, 12, 15), time(9))
BETWEEN = clock.moment_of(date(2027, 2, 1), time(9))  # the 30th day, 30 January, is a Saturday


def come_for_the_certificate(hall, case, *roles, at=None):
    check_in(
        case.certificate_booking.code,
        roles=frozenset(roles) if roles else None,
        by=hall.clerk,
        at=at or second_visit(case),
    )


class TestRegister:
    def test_with_both_checked_in_by_their_certificate_booking(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case)

        case = register(
            case.id, certificate_number=NUMBER, by=hall.clerk, at=second_visit(case) + HOUR
        )

        assert case.state is CaseState.REGISTERED
        assert case.certificate_booking.state is State.SERVED
        assert Case.objects.get().certificate_number == NUMBER
        assert set(Ticket.objects.values_list("state", flat=True)) == {"served"}
        assert check_books() == []

    def test_with_both_there_by_a_walk_ins_ticket_of_the_case(self):
        hall = Hall()
        case = hall.accept()
        walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=IN_THE_WINDOW)

        case = register(case.id, certificate_number=NUMBER, by=hall.clerk, at=IN_THE_WINDOW)

        assert case.state is CaseState.REGISTERED
        assert check_books() == []

    def test_by_one_of_them_alone_it_is_refused_and_nothing_changes(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case, Role.APPLICANT)
        at = second_visit(case)
        alone = frozenset({Role.APPLICANT})
        walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=at, present=alone)

        with pytest.raises(WrongState):
            register(case.id, certificate_number=NUMBER, by=hall.clerk, at=at)

        assert state_of(case.id) == "cooling_off"  # its window is open by time; the job comes later
        assert Case.objects.get().certificate_number is None
        assert CaseEvent.objects.filter(kind="DivorceRegistered").count() == 0
        assert check_books() == []

    def test_a_ticket_for_something_else_or_of_another_day_is_not_enough(self):
        hall = Hall()
        case = hall.accept()
        yesterday = clock.moment_of(date(2027, 1, 11), time(9))
        walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=yesterday)
        walk_in(
            hall,
            Service.DIVORCE_WITHDRAWAL,
            case_id=case.id,
            at=IN_THE_WINDOW,
            present=frozenset(Role),
        )

        with pytest.raises(WrongState):
            register(case.id, certificate_number=NUMBER, by=hall.clerk, at=IN_THE_WINDOW)

    @pytest.mark.parametrize("with_ticket", [True, False])
    def test_in_the_cooling_off_it_is_outside_the_window_whoever_is_there(self, with_ticket):
        hall = Hall()
        case = hall.accept()
        if with_ticket:
            walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=IN_COOLING_OFF)

        with pytest.raises(OutsideWindow) as refusal:
            register(case.id, certificate_number=NUMBER, by=hall.clerk, at=IN_COOLING_OFF)

        assert refusal.value.facts["issue_from"] == "2027-01-01"
        assert state_of(case.id) == "cooling_off"

    def test_where_the_readings_differ_one_is_named_and_recorded(self):
        hall = Hall()
        case = hall.accept()
        walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=BETWEEN)

        with pytest.raises(OutsideWindow) as refusal:
            register(case.id, certificate_number=NUMBER, by=hall.clerk, at=BETWEEN)
        (reading, *_others) = refusal.value.facts["readings"]
        register(
            case.id,
            certificate_number=NUMBER,
            by=hall.clerk,
            at=BETWEEN,
            reading=Reading(reading),
        )

        assert Case.objects.get().ended_reading == reading

    def test_the_form_of_the_number_is_checked(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case)

        with pytest.raises(InvalidInput):
            register(case.id, certificate_number="1", by=hall.clerk, at=second_visit(case))

        assert state_of(case.id) == "cooling_off"

    def test_two_clerks_at_once_register_once(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case)
        at = second_visit(case) + HOUR

        answers = at_once(
            lambda: register(case.id, certificate_number=NUMBER, by=hall.clerk, at=at),
            lambda: register(
                case.id, certificate_number="L440106-2027-000002", by=hall.clerk, at=at
            ),
        )

        assert sum(isinstance(answer, CaseEnded) for answer in answers) == 1
        assert CaseEvent.objects.filter(kind="DivorceRegistered").count() == 1
        assert check_books() == []

    def test_an_accepted_certificate_is_no_outcome_but_served_is(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case)
        code, at = case.certificate_booking.code, second_visit(case)

        with pytest.raises(WrongState):
            record_outcome(code, result=Result.ACCEPTED, by=hall.clerk, at=at)
        recorded = record_outcome(code, result=Result.NOT_READY, by=hall.clerk, at=at)

        assert recorded.booking.state is State.SERVED
        assert state_of(case.id) == "cooling_off"


class TestWithdraw:
    @pytest.mark.parametrize("party", list(Role))
    def test_either_alone_from_the_moment_of_the_receipt_without_a_booking(self, party):
        hall = Hall()
        case = hall.accept()

        case = withdraw(case.id, party=party, by=hall.clerk, at=LATER)

        assert case.state is CaseState.WITHDRAWN
        assert case.certificate_booking is None
        assert check_books() == []

    def test_the_ticket_with_which_they_came_waits_no_more(self):
        hall = Hall()
        case = hall.accept()
        walk_in(hall, Service.DIVORCE_WITHDRAWAL, case_id=case.id, at=LATER)

        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=LATER)

        assert set(Ticket.objects.values_list("state", flat=True)) == {"served"}

    def test_twice_is_once(self):
        hall = Hall()
        case = hall.accept()
        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=LATER)

        with pytest.raises(CaseEnded):
            withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=LATER)

    def test_in_the_window_it_is_too_late(self):
        hall = Hall()
        case = hall.accept()

        with pytest.raises(WithdrawTooLate):
            withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=IN_THE_WINDOW)

    def test_who_recorded_it_is_kept_and_the_couple_is_not_told(self):
        hall = Hall()
        case = hall.accept()

        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=LATER)

        reading = StaffReading.objects.get(what="withdraw")
        assert (reading.staff_id, str(reading.case_id)) == (hall.clerk.staff_id, case.id)


class TestRefuse:
    def test_at_review_in_the_window_with_the_reason(self):
        hall = Hall()
        case = hall.accept()
        come_for_the_certificate(hall, case)

        case = refuse(case.id, reason="协议内容不完整", by=hall.clerk, at=second_visit(case) + HOUR)

        assert case.state is CaseState.REFUSED
        assert Case.objects.get().refusal_reason == "协议内容不完整"
        assert check_books() == []

    def test_not_in_the_cooling_off(self):
        hall = Hall()
        case = hall.accept()

        with pytest.raises(OutsideWindow):
            refuse(case.id, reason="x", by=hall.clerk, at=IN_COOLING_OFF)

        assert state_of(case.id) == "cooling_off"


DECISIONS = [
    lambda case_id, by: withdraw(case_id, party=Role.PARTNER, by=by, at=LATER),
    lambda case_id, by: register(case_id, certificate_number=NUMBER, by=by, at=LATER),
    lambda case_id, by: refuse(case_id, reason="x", by=by, at=LATER),
]


class TestWhoseCase:
    @pytest.mark.parametrize("decide", DECISIONS)
    def test_another_offices_case_and_one_that_is_none_are_not_found(self, decide):
        case, other = Hall().accept(), Hall()

        with pytest.raises(NotFound):
            decide(case.id, other.clerk)
        with pytest.raises(NotFound):
            decide("0190f2f0-0000-7000-8000-000000000000", other.clerk)

        assert state_of(case.id) == "cooling_off"

    def test_an_operator_works_at_all_offices(self):
        case = Hall().accept()

        withdraw(case.id, party=Role.PARTNER, by=on_duty(StaffRole.OPERATOR), at=LATER)

        assert state_of(case.id) == "withdrawn"
