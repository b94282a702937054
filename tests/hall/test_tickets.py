"""Tickets: numbers of the day, whose turn it is, and what comes of a walk-in."""

from __future__ import annotations

import pytest

from heli.bookings.books import check_books
from heli.bookings.errors import AlreadyBooked, NotEligible, WrongState
from heli.bookings.states import Role, State
from heli.cases.errors import CaseEnded
from heli.cases.models import Case
from heli.ground.refusals import InvalidInput, NotFound
from heli.hall.decisions import withdraw
from heli.hall.models import Ticket, TicketParty
from heli.hall.roles import StaffRole
from heli.hall.services import record_ticket_outcome
from heli.hall.states import Result, TicketState
from heli.hall.tickets import call_next, issue_ticket
from heli.law.case_steps import CaseState
from heli.law.services import Service
from tests.bookings.factories import DAY, HOUR, SECOND, a_couple, state_of
from tests.hall.factories import SERVICE_DAY, Hall, at_once, card_of, cards_of, on_duty, walk_in

pytestmark = pytest.mark.usefixtures("database")

LATER = SERVICE_DAY + HOUR


class TestIssueTicket:
    def test_numbers_count_from_one_each_day_at_each_office(self):
        hall, other = Hall(), Hall()

        numbers = [walk_in(hall).number, walk_in(hall).number, walk_in(other).number]
        tomorrow = walk_in(hall, at=SERVICE_DAY + DAY).number

        assert numbers == [1, 2, 1]
        assert tomorrow == 1

    def test_who_is_there_is_everybody_the_service_needs_unless_told(self):
        hall = Hall()

        both = walk_in(hall)
        alone = walk_in(hall, Service.COUNSELLING)
        one = walk_in(hall, present=frozenset({Role.PARTNER}))

        assert both.present == (Role.APPLICANT, Role.PARTNER)
        assert alone.present == (Role.APPLICANT,)
        assert one.present == (Role.PARTNER,)

    def test_for_a_case_only_at_its_office(self):
        hall, other = Hall(), Hall()
        case = hall.accept()

        ticket = walk_in(hall, Service.DIVORCE_WITHDRAWAL, case_id=case.id, at=LATER)

        assert ticket.case_id == case.id
        with pytest.raises(NotFound):
            walk_in(other, Service.DIVORCE_WITHDRAWAL, case_id=case.id, at=LATER)

    @pytest.mark.parametrize("case_id", ["0190f2f0-0000-7000-8000-000000000000", "nonsense"])
    def test_a_case_that_is_none_is_not_found(self, case_id):
        with pytest.raises(NotFound):
            walk_in(Hall(), Service.DIVORCE_CERTIFICATE, case_id=case_id)

    def test_for_a_case_that_has_ended_there_is_none(self):
        hall = Hall()
        case = hall.accept()
        withdraw(case.id, party=Role.PARTNER, by=hall.clerk, at=LATER)

        with pytest.raises(CaseEnded):
            walk_in(hall, Service.DIVORCE_CERTIFICATE, case_id=case.id, at=LATER)

    def test_an_office_that_does_not_offer_the_service_says_so(self):
        hall = Hall()
        hall.office.services = ["marriage"]
        hall.office.save()

        with pytest.raises(NotEligible):
            walk_in(hall, Service.COUNSELLING)
        walk_in(hall, Service.DIVORCE_WITHDRAWAL)  # withdrawing never depends on it

    def test_an_operator_names_the_office_and_others_have_their_own(self):
        hall, other = Hall(), Hall()
        operator = on_duty(StaffRole.OPERATOR)

        with pytest.raises(InvalidInput):
            issue_ticket(Service.MARRIAGE, by=operator, at=SERVICE_DAY)
        with pytest.raises(NotFound):
            issue_ticket(Service.MARRIAGE, by=operator, at=SERVICE_DAY, office_id="nowhere")
        with pytest.raises(NotFound):
            issue_ticket(Service.MARRIAGE, by=hall.clerk, at=SERVICE_DAY, office_id=other.office.id)

        ticket = issue_ticket(
            Service.MARRIAGE, by=operator, at=SERVICE_DAY, office_id=hall.office.id
        )
        assert ticket.office.id == hall.office.id

    def test_many_at_once_get_numbers_of_their_own(self):
        hall = Hall()

        tickets = at_once(*[lambda: walk_in(hall)] * 8)

        assert sorted(ticket.number for ticket in tickets) == list(range(1, 9))


class TestCallNext:
    def test_the_lowest_number_that_waits_and_each_once(self):
        hall = Hall()
        first, second = walk_in(hall), walk_in(hall)

        called = [call_next(by=hall.clerk, at=LATER, window="3") for _ in range(2)]

        assert [ticket.id for ticket in called] == [first.id, second.id]
        assert called[0].state is TicketState.CALLED
        assert (called[0].called_at, called[0].window) == (LATER, "3")
        with pytest.raises(NotFound):
            call_next(by=hall.clerk, at=LATER)

    def test_who_has_checked_in_waits_in_the_same_queue(self):
        hall = Hall()
        hall.check_in()

        assert call_next(by=hall.clerk, at=LATER).booking == hall.code

    def test_yesterdays_tickets_and_other_offices_are_not_called(self):
        hall, other = Hall(), Hall()
        walk_in(hall)

        with pytest.raises(NotFound):
            call_next(by=hall.clerk, at=SERVICE_DAY + DAY)
        with pytest.raises(NotFound):
            call_next(by=other.clerk, at=LATER)

    def test_clerks_who_call_at_once_call_different_people(self):
        hall = Hall()
        tickets = {walk_in(hall).id for _ in range(4)}

        called = at_once(*[lambda: call_next(by=hall.clerk, at=LATER)] * 4)

        assert {ticket.id for ticket in called} == tickets

    def test_who_presses_twice_at_once_calls_one(self):
        hall = Hall()
        first, second = walk_in(hall), walk_in(hall)

        def press(at=LATER):
            return call_next(by=hall.clerk, at=at, window="3", same_within=2 * SECOND).id

        assert at_once(press, press, press) == [first.id] * 3
        assert press(LATER + SECOND) == first.id
        assert press(LATER + 2 * SECOND) == second.id

    def test_a_colleague_or_another_window_calls_the_next_one_at_once(self):
        hall = Hall()
        tickets = [walk_in(hall).id for _ in range(3)]
        colleague = on_duty(office=hall.office)

        called = [
            call_next(by=by, at=LATER, window=window, same_within=2 * SECOND).id
            for by, window in [(hall.clerk, None), (colleague, None), (hall.clerk, "3")]
        ]

        assert called == tickets


class TestRecordTicketOutcome:
    def record(self, hall, ticket, result=Result.ACCEPTED, cards=(), **more):
        return record_ticket_outcome(
            ticket.id, result=result, cards=cards, by=hall.clerk, at=more.pop("at", LATER), **more
        )

    def test_a_couple_without_a_booking_gets_its_case_and_its_second_visit(self):
        hall, couple = Hall(), a_couple()
        ticket = walk_in(hall)

        recorded = self.record(hall, ticket, cards=cards_of(couple))

        assert recorded.case.state is CaseState.COOLING_OFF
        assert recorded.case.certificate_booking is not None
        assert Case.objects.get().parties.get(role=Role.APPLICANT).person == couple.applicant.person
        assert Ticket.objects.get().state == "served"
        assert check_books() == []

    def test_the_cards_that_were_read_are_sealed(self):
        hall, couple = Hall(), a_couple()

        self.record(hall, walk_in(hall), Result.NOT_READY, cards_of(couple))

        sealed = TicketParty.objects.get(role=Role.PARTNER)
        assert couple.other.id_number.encode() not in bytes(sealed.id_number_sealed)
        assert couple.other.name.encode() not in bytes(sealed.name_sealed)
        assert not Case.objects.exists()

    @pytest.mark.parametrize("result", [Result.REFUSED, Result.NOT_READY, Result.SERVED])
    def test_nobody_has_to_show_a_card_for_another_result(self, result):
        hall = Hall()

        recorded = self.record(hall, walk_in(hall, Service.COUNSELLING), result)

        assert (recorded.booking, recorded.case) == (None, None)
        assert Ticket.objects.get().state == "served"

    def test_an_application_needs_the_cards_of_two_people(self):
        hall, couple = Hall(), a_couple()
        ticket = walk_in(hall)
        one = card_of(couple.applicant)

        for cards in ([], [one], [one, one], [*cards_of(couple), card_of(a_couple().partner)]):
            with pytest.raises(InvalidInput):
                self.record(hall, ticket, cards=cards)

        assert Ticket.objects.get().state == "waiting"
        assert not Case.objects.exists()

    def test_where_only_one_is_there_it_is_not_accepted(self):
        hall = Hall()
        ticket = walk_in(hall, present=frozenset({Role.APPLICANT}))

        with pytest.raises(WrongState):
            self.record(hall, ticket, cards=cards_of(a_couple()))

    def test_where_one_has_an_open_case_nothing_changes(self):
        hall, couple = Hall(), a_couple()
        self.record(hall, walk_in(hall), cards=cards_of(couple))
        ticket = walk_in(hall)

        with pytest.raises(AlreadyBooked):
            self.record(hall, ticket, cards=cards_of(couple.swapped()))

        assert Ticket.objects.get(pk=ticket.id).state == "waiting"
        assert Case.objects.count() == 1

    def test_only_an_application_can_be_accepted(self):
        hall = Hall()

        with pytest.raises(WrongState):
            self.record(hall, walk_in(hall, Service.MARRIAGE), cards=cards_of(a_couple()))

    def test_twice_is_once(self):
        hall = Hall()
        ticket = walk_in(hall)
        self.record(hall, ticket, Result.SERVED)

        with pytest.raises(WrongState) as refusal:
            self.record(hall, ticket, cards=cards_of(a_couple()))

        assert refusal.value.facts["state"] == "served"

    def test_a_ticket_is_good_for_its_day(self):
        hall = Hall()

        with pytest.raises(WrongState):
            self.record(hall, walk_in(hall), Result.SERVED, at=SERVICE_DAY + DAY)

    def test_the_ticket_of_a_booking_records_the_bookings_outcome(self):
        hall = Hall()
        hall.check_in()
        ticket = call_next(by=hall.clerk, at=LATER)

        recorded = self.record(hall, ticket)

        assert recorded.case is not None
        assert state_of(hall.code) is State.SERVED

    def test_another_offices_ticket_and_one_that_is_none_are_not_found(self):
        hall, other = Hall(), Hall()
        ticket = walk_in(hall)

        with pytest.raises(NotFound):
            self.record(other, ticket, Result.SERVED)
        with pytest.raises(NotFound):
            record_ticket_outcome(2**40, result=Result.SERVED, cards=(), by=hall.clerk, at=LATER)

    def test_two_clerks_at_once_open_one_case(self):
        hall, couple = Hall(), a_couple()
        ticket = walk_in(hall)

        answers = at_once(*[lambda: self.record(hall, ticket, cards=cards_of(couple))] * 2)

        assert sum(isinstance(answer, WrongState) for answer in answers) == 1
        assert Case.objects.count() == 1

    def test_one_couple_at_two_counters_at_once_gets_one_case(self):
        hall = Hall()
        for number in range(1, 11):
            couple, tickets = a_couple(), [walk_in(hall), walk_in(hall)]

            def record(place, who, tickets=tickets):
                return lambda: self.record(hall, tickets[place], cards=cards_of(who))

            answers = at_once(record(0, couple), record(1, couple.swapped()))

            assert sum(isinstance(answer, AlreadyBooked) for answer in answers) == 1
            assert Case.objects.count() == number
            assert check_books() == []
