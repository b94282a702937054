"""An office may say by which real-name checks people have to have proven who they are there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from heli.bookings import services
from heli.bookings.errors import AlreadyBooked, ProofNotAccepted, ProofOfAnotherOffice
from heli.bookings.moves import reschedule_booking
from heli.bookings.slot_rules import rules_of_days, rules_of_slots
from heli.bookings.states import State
from heli.ground.clock import SHANGHAI, day_of
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.places.models import Office, Policy
from heli.slots.models import Slot
from tests.bookings.factories import (
    DAY,
    NOW,
    Couple,
    a_couple,
    a_request,
    a_slot,
    an_office,
    hold,
    hold_and_agree,
    state_of,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


def wants(office: Office, *methods: str, starts_on: date = date(2026, 1, 1)) -> None:
    """From that day on the office accepts these checks alone; all of them where none is named."""
    Policy.objects.create(
        office=office,
        starts_on=starts_on,
        release_at=time(9),
        real_name_checks=list(methods) or None,
    )


def by_card(identity: VerifiedIdentity) -> VerifiedIdentity:
    """The same person, who took the bank card."""
    return identity._replace(method="bank_card")


def by_face(identity: VerifiedIdentity) -> VerifiedIdentity:
    """The same person, who took the camera."""
    return identity._replace(method="faceid")


def by_desk(identity: VerifiedIdentity, office: Office) -> VerifiedIdentity:
    """The same person, whose card was looked at there."""
    return identity._replace(method="desk", at_office=office.id)


def taken_by_card(couple: Couple, slot: Slot, key: str = "a key"):
    return services.hold_place(
        a_request(couple, slot), by=by_card(couple.applicant), key=key, at=NOW
    )


@pytest.fixture
def couple() -> Couple:
    return a_couple()


@pytest.fixture
def strict() -> Slot:
    """A slot of an office that accepts the face check alone."""
    slot = a_slot()
    wants(slot.office, "faceid")
    return slot


class TestHoldPlace:
    def test_an_office_that_says_nothing_accepts_every_check(self, couple):
        slot = a_slot()
        wants(slot.office)

        assert taken_by_card(couple, slot).state is State.HELD

    def test_another_check_than_the_office_accepts_takes_no_place_and_the_ways_are_named(
        self, couple, strict
    ):
        with pytest.raises(ProofNotAccepted) as refused:
            taken_by_card(couple, strict)

        assert refused.value.facts == {"accepted": ["faceid"], "office": strict.office_id}
        assert "人脸验证" in refused.value.sentence()
        assert taken(strict) == 0

    def test_the_check_that_it_accepts_takes_one(self, couple, strict):
        request = a_request(couple, strict)

        held = services.hold_place(request, by=by_face(couple.applicant), key="k", at=NOW)

        assert held.state is State.HELD

    def test_what_the_demo_believes_is_good_everywhere_in_it(self, couple, strict):
        assert hold(couple, strict).state is State.HELD

    def test_the_rule_of_the_slots_own_day_counts(self, couple):
        slot = a_slot()
        wants(slot.office, "faceid")
        wants(slot.office, "faceid", "bank_card", starts_on=day_of(slot.starts_at))
        earlier = a_slot(office=slot.office, starts_at=slot.starts_at - DAY)

        with pytest.raises(ProofNotAccepted):
            taken_by_card(couple, earlier)
        assert taken_by_card(couple, slot).state is State.HELD

    def test_a_repetition_is_answered_as_before_where_the_rule_came_meanwhile(self, couple):
        slot = a_slot()
        first = taken_by_card(couple, slot)
        wants(slot.office, "faceid")

        assert taken_by_card(couple, slot).code == first.code

    def test_a_slot_that_is_not_there_has_no_rules(self):
        assert rules_of_slots([10**9]) == {}
        assert rules_of_days([10**9]) == {}

    def test_with_a_slot_the_rules_of_its_day_are_told_and_of_no_other(self):
        """The day is Shanghai's: in UTC it begins at 16 o'clock of the day before."""
        office, midnight = an_office(), datetime(2027, 3, 8, tzinfo=SHANGHAI)
        second = timedelta(seconds=1)
        moments = [midnight - second, midnight, midnight + DAY - second, midnight + DAY]
        slots = [a_slot(office=office, starts_at=moment) for moment in moments]
        a_slot(office=office, service=Service.DIVORCE_CERTIFICATE, starts_at=midnight)
        a_slot(starts_at=midnight)
        wants(office, "faceid", starts_on=midnight.date())

        found = rules_of_days([slots[1].id])

        assert found == rules_of_slots([slots[1].id, slots[2].id])
        assert found[slots[2].id].real_name_checks == ("faceid",)


class TestAnswer:
    def test_the_partners_word_needs_the_offices_check_too(self, couple, strict):
        held = hold(couple, strict)

        for answer in (services.give_consent, services.refuse_consent):
            with pytest.raises(ProofNotAccepted):
                answer(held.code, by=by_card(couple.partner), at=NOW)
        assert state_of(held.code) is State.HELD

        services.give_consent(held.code, by=by_face(couple.partner), at=NOW)
        assert state_of(held.code) is State.CONFIRMED

    def test_a_proposed_move_is_accepted_by_what_both_offices_accept(self, couple, strict):
        booked = hold_and_agree(couple, a_slot())
        reschedule_booking(booked.code, by=couple.applicant, at=NOW, slot_id=strict.id)

        with pytest.raises(ProofNotAccepted):
            services.give_consent(booked.code, by=by_card(couple.partner), at=NOW)

    def test_whoever_wants_out_may_cancel_or_set_it_aside_by_any_check(self, couple, strict):
        held = hold(couple, strict)

        services.dismiss_request(held.code, by=by_card(couple.partner), at=NOW)
        services.cancel_booking(held.code, by=by_card(couple.applicant), at=NOW)

        assert state_of(held.code) is State.CANCELLED


class TestMove:
    @pytest.mark.parametrize("leaves_it", [True, False], ids=["away from it", "to it"])
    def test_a_move_needs_the_check_of_the_office_it_leaves_and_of_the_one_it_goes_to(
        self, couple, strict, leaves_it
    ):
        here, there = (strict, a_slot()) if leaves_it else (a_slot(), strict)
        held = hold(couple, here)

        with pytest.raises(ProofNotAccepted):
            reschedule_booking(held.code, by=by_card(couple.applicant), at=NOW, slot_id=there.id)

        assert state_of(held.code) is State.HELD


class TestADesksOwnProof:
    def test_is_good_at_its_office_whatever_that_accepts_online(self):
        couple, slot = a_couple(), a_slot()
        wants(slot.office, "faceid")

        seen = by_desk(couple.applicant, slot.office)
        held = services.hold_place(a_request(couple, slot), by=seen, key="a key", at=NOW)
        partner = by_desk(couple.partner, slot.office)
        agreed = services.give_consent(held.code, by=partner, at=NOW)

        assert agreed.state is State.CONFIRMED

    def test_is_good_at_no_other_office(self):
        couple, slot, elsewhere = a_couple(), a_slot(), an_office()

        with pytest.raises(ProofOfAnotherOffice):
            services.hold_place(
                a_request(couple, slot),
                by=by_desk(couple.applicant, elsewhere),
                key="a key",
                at=NOW,
            )

        assert taken(slot) == 0

    def test_gives_back_nothing_that_is_held_at_another_office_and_does_not_name_it(self):
        couple, here, there = a_couple(), a_slot(), a_slot()
        asked = hold(couple, here)
        own = hold(couple.swapped(), there)
        seen = by_desk(couple.partner, here.office)

        for gives in (False, True):
            with pytest.raises(AlreadyBooked) as refusal:
                services.give_consent(asked.code, by=seen, at=NOW, give_back_own=gives)
            assert refusal.value.facts == {}

        assert state_of(own.code) is State.HELD
        assert state_of(asked.code) is State.HELD

    def test_does_not_move_a_booking_to_another_office(self):
        couple, slot, there = a_couple(), a_slot(), a_slot()
        code = hold(couple, slot).code

        with pytest.raises(ProofOfAnotherOffice):
            reschedule_booking(
                code, by=by_desk(couple.applicant, slot.office), at=NOW, slot_id=there.id
            )
