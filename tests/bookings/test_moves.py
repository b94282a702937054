"""Moving to another time."""

from __future__ import annotations

import pytest

from heli.bookings import queries, services
from heli.bookings.books import check_books
from heli.bookings.errors import ConsentClosed, SlotFull, TooLate, WrongState
from heli.bookings.models import Lapse, Proposal
from heli.bookings.states import State
from heli.ground.refusals import InvalidInput, NotAllowed
from heli.law.services import Service
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    a_couple,
    a_slot,
    events_of,
    hold,
    hold_and_agree,
    state_of,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


class TestMoveHeldBooking:
    def test_it_gets_a_successor_with_a_new_code_and_the_old_link_is_dead(self):
        couple, old, new = a_couple(), a_slot(), a_slot()
        booking = hold(couple, old)

        successor = services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW + HOUR, slot_id=new.id
        )

        assert successor.code != booking.code
        assert successor.state is State.HELD
        assert successor.consent is not None
        assert successor.consent.deadline == NOW + HOUR + DAY
        assert state_of(booking.code) is State.RESCHEDULED
        with pytest.raises(ConsentClosed):
            services.give_consent(booking.code, by=couple.partner, at=NOW + HOUR)
        assert services.give_consent(successor.code, by=couple.partner, at=NOW + HOUR)
        assert Lapse.objects.count() == 0
        assert check_books() == []

    def test_repeating_it_answers_the_same_successor(self):
        couple, new = a_couple(), a_slot()
        booking = hold(couple, a_slot())

        codes = {
            services.reschedule_booking(
                booking.code, by=couple.applicant, at=NOW, slot_id=new.id
            ).code
            for _ in range(2)
        }

        assert len(codes) == 1
        assert taken(new) == 1

    def test_a_full_slot_leaves_the_held_place_as_it_was(self):
        couple, full = a_couple(), a_slot(places=1)
        hold(a_couple(), full)
        booking = hold(couple, a_slot())

        with pytest.raises(SlotFull):
            services.reschedule_booking(booking.code, by=couple.applicant, at=NOW, slot_id=full.id)

        assert state_of(booking.code) is State.HELD
        assert check_books() == []

    def test_the_partner_cannot_move_what_the_applicant_agreed_to(self):
        couple = a_couple()
        booking = hold(couple, a_slot())

        with pytest.raises(NotAllowed):
            services.reschedule_booking(
                booking.code, by=couple.partner, at=NOW, slot_id=a_slot().id
            )


class TestProposeMove:
    def test_code_state_and_place_stand_until_the_other_agrees(self):
        couple, old, new = a_couple(), a_slot(), a_slot()
        booking = hold_and_agree(couple, old)

        asked = services.reschedule_booking(booking.code, by=couple.partner, at=NOW, slot_id=new.id)

        assert (asked.code, asked.state, asked.slot.id) == (booking.code, State.CONFIRMED, old.id)
        assert asked.proposal is not None
        assert asked.proposal.slot.id == new.id
        assert (taken(old), taken(new)) == (1, 1)

        moved = services.give_consent(booking.code, by=couple.applicant, at=NOW)

        assert (moved.code, moved.state, moved.slot.id) == (booking.code, State.CONFIRMED, new.id)
        assert moved.proposal is None
        assert (taken(old), taken(new)) == (1, 1)  # the old one is on its way back
        assert events_of(booking.code)[-2:] == ["MoveProposed", "MoveAccepted"]
        assert check_books() == []

    def test_the_asking_party_cannot_answer(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        services.reschedule_booking(booking.code, by=couple.partner, at=NOW, slot_id=a_slot().id)

        for answer in (services.give_consent, services.refuse_consent):
            with pytest.raises(NotAllowed):
                answer(booking.code, by=couple.partner, at=NOW)

    def test_declined_the_old_place_stands(self):
        couple, old, new = a_couple(), a_slot(), a_slot()
        booking = hold_and_agree(couple, old)
        services.reschedule_booking(booking.code, by=couple.applicant, at=NOW, slot_id=new.id)

        after = services.refuse_consent(booking.code, by=couple.partner, at=NOW)

        assert (after.state, after.slot.id, after.proposal) == (State.CONFIRMED, old.id, None)
        assert Lapse.objects.count() == 0
        assert check_books() == []

    def test_a_later_proposal_of_the_same_party_replaces_the_earlier(self):
        couple, first, second = a_couple(), a_slot(), a_slot()
        booking = hold_and_agree(couple, a_slot())
        for slot in (first, second, second):
            asked = services.reschedule_booking(
                booking.code, by=couple.applicant, at=NOW, slot_id=slot.id
            )

        assert asked.proposal is not None
        assert asked.proposal.slot.id == second.id
        assert Proposal.objects.count() == 2
        assert check_books() == []

    def test_the_other_party_answers_before_proposing(self):
        couple = a_couple()
        booking = hold_and_agree(couple, a_slot())
        services.reschedule_booking(booking.code, by=couple.applicant, at=NOW, slot_id=a_slot().id)

        with pytest.raises(WrongState):
            services.reschedule_booking(
                booking.code, by=couple.partner, at=NOW, slot_id=a_slot().id
            )

    def test_cancelling_ends_the_proposal_too(self):
        couple, new = a_couple(), a_slot()
        booking = hold_and_agree(couple, a_slot())
        services.reschedule_booking(booking.code, by=couple.applicant, at=NOW, slot_id=new.id)

        services.cancel_booking(booking.code, by=couple.partner, at=NOW)

        assert Proposal.objects.get().state == "withdrawn"
        assert check_books() == []

    def test_after_the_cut_off_it_is_too_late(self):
        couple, slot = a_couple(), a_slot()
        booking = hold_and_agree(couple, slot)

        with pytest.raises(TooLate):
            services.reschedule_booking(
                booking.code, by=couple.applicant, at=slot.change_closes_at, slot_id=a_slot().id
            )

    @pytest.mark.parametrize("service", [Service.MARRIAGE, None])
    def test_another_service_and_the_same_slot_are_malformed_input(self, service: Service | None):
        couple, slot = a_couple(), a_slot()
        booking = hold_and_agree(couple, slot)
        target = a_slot(service=service) if service else slot

        with pytest.raises(InvalidInput):
            services.reschedule_booking(
                booking.code, by=couple.applicant, at=NOW, slot_id=target.id
            )


class TestMoveAlone:
    def test_a_booking_for_one_moves_at_once(self):
        couple = a_couple()
        new = a_slot(service=Service.REPLACEMENT)
        booking = hold(couple, a_slot(service=Service.REPLACEMENT))

        moved = services.reschedule_booking(
            booking.code, by=couple.applicant, at=NOW, slot_id=new.id
        )

        assert (moved.code, moved.slot.id, moved.proposal) == (booking.code, new.id, None)
        assert queries.booking_view(booking.code, by=couple.applicant, at=NOW).slot.id == new.id
        assert check_books() == []
