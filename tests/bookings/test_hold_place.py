"""Taking a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from heli.bookings import queries, services
from heli.bookings.books import check_books
from heli.bookings.errors import (
    AlreadyBooked,
    KeyReused,
    NotEligible,
    SlotFull,
    TooLate,
    WrongState,
)
from heli.bookings.models import Booking, Party
from heli.bookings.states import State
from heli.ground.models import OutboxEvent
from heli.ground.refusals import InvalidInput, NotFound
from heli.law.services import Service
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    a_couple,
    a_request,
    a_slot,
    events_of,
    hold,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


class TestHoldPlace:
    def test_the_place_is_held_until_the_partner_answers(self):
        slot, couple = a_slot(), a_couple()

        booking = hold(couple, slot)

        assert booking.state is State.HELD
        assert booking.consent is not None
        assert booking.consent.deadline == NOW + DAY
        assert booking.consent.url.endswith(f"/c/{booking.code}")
        assert [(party.role, party.consented) for party in booking.parties] == [
            ("applicant", True),
            ("partner", False),
        ]
        assert taken(slot) == 1
        assert events_of(booking.code) == ["BookingHeld"]
        assert OutboxEvent.objects.get().payload == {"code": booking.code}

    def test_what_was_typed_of_the_partner_is_shown_to_nobody(self):
        slot, couple = a_slot(), a_couple()

        booking = hold(couple, slot)

        seen_by_partner = queries.booking_view(booking.code, by=couple.partner, at=NOW)
        for view in (booking, seen_by_partner):
            assert view.parties[1].name_masked == "**"

    def test_a_service_for_one_is_confirmed_at_once(self):
        slot, couple = a_slot(service=Service.REPLACEMENT), a_couple()

        booking = hold(couple, slot)

        assert booking.state is State.CONFIRMED
        assert booking.consent is None
        assert len(booking.parties) == 1
        assert events_of(booking.code) == ["BookingConfirmed"]

    def test_names_and_numbers_are_sealed_in_the_database(self):
        couple = a_couple()

        hold(couple, a_slot())

        for party in Party.objects.all():
            sealed = bytes(party.details_sealed)
            assert couple.one.id_number.encode() not in sealed
            assert couple.one.name.encode() not in sealed
            assert couple.other.id_number.encode() not in sealed

    def test_a_full_slot_takes_nobody(self):
        slot = a_slot(places=1)
        hold(a_couple(), slot)

        with pytest.raises(SlotFull):
            hold(a_couple(), slot)

        assert taken(slot) == 1
        assert Booking.objects.count() == 1
        assert Party.objects.count() == 2

    def test_a_person_has_one_active_booking_per_service_nationwide(self):
        couple = a_couple()
        hold(couple, a_slot())

        with pytest.raises(AlreadyBooked):
            hold(couple, a_slot())

        assert Booking.objects.count() == 1

    def test_another_service_is_another_booking(self):
        couple = a_couple()
        hold(couple, a_slot())

        assert hold(couple, a_slot(service=Service.COUNSELLING)).state is State.CONFIRMED

    def test_being_named_blocks_nobody(self):
        couple = a_couple()
        hold(couple, a_slot())

        assert hold(couple.swapped(), a_slot()).state is State.HELD

    def test_an_overdue_hold_does_not_block_even_before_its_job_has_run(self):
        couple = a_couple()
        first = hold(couple, a_slot())

        second = hold(couple, a_slot(), at=NOW + DAY)

        assert second.state is State.HELD
        assert queries.booking_view(first.code, by=couple.applicant, at=NOW).state is State.EXPIRED

    @pytest.mark.parametrize(
        ("slot_change", "at_offset", "refusal"),
        [
            ({}, 7 * DAY, TooLate),  # has begun
            ({}, 7 * DAY - 10 * HOUR, TooLate),  # the lead time is over
            ({"opens_at": NOW + SECOND}, timedelta(), WrongState),  # not released yet
        ],
    )
    def test_a_slot_that_cannot_be_booked_now_is_refused(
        self, slot_change: dict[str, object], at_offset: timedelta, refusal: type[Exception]
    ):
        slot = a_slot(**slot_change)

        with pytest.raises(refusal):
            hold(a_couple(), slot, at=NOW + at_offset)

        assert taken(slot) == 0
        assert Booking.objects.count() == 0

    def test_a_withdrawn_slot_is_refused(self):
        slot = a_slot()
        type(slot).objects.filter(id=slot.id).update(withdrawn_at=NOW)

        with pytest.raises(WrongState) as refusal:
            hold(a_couple(), slot)

        assert refusal.value.facts == {"state": "closed"}

    def test_an_unknown_slot_is_not_found(self):
        couple = a_couple()

        with pytest.raises(NotFound):
            services.hold_place(
                replace(a_request(couple, a_slot()), slot_id=10**15),
                by=couple.applicant,
                key="k",
                at=NOW,
            )

    def test_a_slot_of_another_service_is_malformed_input(self):
        couple, slot = a_couple(), a_slot(service=Service.MARRIAGE)

        with pytest.raises(InvalidInput) as refusal:
            services.hold_place(
                replace(a_request(couple, slot), service=Service.DIVORCE_APPLICATION),
                by=couple.applicant,
                key="k",
                at=NOW,
            )

        assert refusal.value.errors[0].field == "slot_id"

    def test_oneself_is_no_partner(self):
        couple = a_couple()

        with pytest.raises(InvalidInput) as refusal:
            hold(type(couple)(couple.one, couple.one), a_slot())

        assert refusal.value.errors[0].field == "partner.id_number"

    def test_a_certificate_needs_a_case(self):
        with pytest.raises(NotEligible):
            hold(a_couple(), a_slot(service=Service.DIVORCE_CERTIFICATE))


class TestIdempotencyKey:
    def test_a_retry_gets_the_same_booking_and_no_second_place(self):
        slot, couple = a_slot(), a_couple()
        first = hold(couple, slot, key="the key")

        second = hold(couple, slot, key="the key")

        assert second == first
        assert taken(slot) == 1

    def test_the_same_key_with_another_request_is_a_conflict(self):
        couple = a_couple()
        hold(couple, a_slot(), key="the key")

        with pytest.raises(KeyReused):
            hold(couple, a_slot(), key="the key")

    def test_a_refused_request_does_not_use_up_its_key(self):
        slot, couple = a_slot(places=1), a_couple()
        other = a_couple()
        taker = hold(other, slot)
        with pytest.raises(SlotFull):
            hold(couple, slot, key="the key")
        services.cancel_booking(taker.code, by=other.applicant, at=NOW)
        type(slot).objects.filter(id=slot.id).update(places=2)

        assert hold(couple, slot, key="the key").state is State.HELD

    def test_another_person_may_use_the_same_key(self):
        slot = a_slot()

        codes = {hold(a_couple(), slot, key="the key").code for _ in range(2)}

        assert len(codes) == 2


def test_the_books_agree_after_all_this():
    slot = a_slot()
    for _ in range(3):
        hold(a_couple(), slot)

    assert check_books() == []

    type(slot).objects.filter(id=slot.id).update(taken=1)
    assert [(row.taken, row.counted) for row in check_books()] == [(1, 3)]
