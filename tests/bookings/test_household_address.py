"""Where somebody is registered is stored from them alone, and where the office asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from heli.bookings import services
from heli.bookings.errors import KeyReused
from heli.bookings.models import Booking, Party
from heli.bookings.parties import open_details
from heli.bookings.queries import BookingView
from heli.bookings.states import Role
from heli.places.models import Office, Policy
from heli.slots.models import Slot
from tests.bookings.factories import NOW, Couple, a_couple, a_request, a_slot, an_office

pytestmark = pytest.mark.usefixtures("database")

HERE, THERE = "演示省演示市演示路1号", "演示省演示市演示路2号"


def asks(office: Office, *, starts_on: date = date(2026, 1, 1), is_asked: bool = True) -> None:
    Policy.objects.create(
        office=office, starts_on=starts_on, release_at=time(9), asks_household_address=is_asked
    )


@pytest.fixture
def couple() -> Couple:
    return a_couple()


def a_slot_where_it_is_asked() -> Slot:
    slot = a_slot(office=an_office())
    asks(slot.office)
    return slot


def held(couple: Couple, slot: Slot, *, address: str = HERE, key: str = "a key") -> BookingView:
    request = a_request(couple, slot)
    assert request.partner is not None
    sent = replace(
        request,
        household_address=address,
        partner=replace(request.partner, household_address=THERE),
    )
    return services.hold_place(sent, by=couple.applicant, key=key, at=NOW)


def agreed(couple: Couple, slot: Slot) -> BookingView:
    code = held(couple, slot).code
    return services.give_consent(code, by=couple.partner, at=NOW, household_address=THERE)


def addresses_of(code: str) -> list[str | None]:
    """Of the applicant and of the partner, as they are stored."""
    parties = {party.role: party for party in Party.objects.filter(booking__code=code)}
    return [
        open_details(parties[role]).household_address for role in (Role.APPLICANT, Role.PARTNER)
    ]


class TestHoldPlace:
    def test_it_is_kept_where_the_office_asks(self, couple):
        assert addresses_of(held(couple, a_slot_where_it_is_asked()).code) == [HERE, None]

    def test_elsewhere_it_is_not_stored_and_the_booking_is_made_all_the_same(self, couple):
        assert addresses_of(held(couple, a_slot()).code) == [None, None]

    def test_the_rule_of_the_slots_own_day_counts(self, couple):
        slot = a_slot_where_it_is_asked()
        asks(slot.office, starts_on=slot.starts_at.date(), is_asked=False)

        assert addresses_of(held(couple, slot).code) == [None, None]

    def test_a_retry_is_still_told_from_another_request(self, couple):
        slot = a_slot()
        code = held(couple, slot).code

        assert held(couple, slot).code == code
        with pytest.raises(KeyReused):
            held(couple, slot, address=THERE)


class TestGiveConsent:
    def test_it_is_kept_where_the_office_asks(self, couple):
        assert addresses_of(agreed(couple, a_slot_where_it_is_asked()).code) == [HERE, THERE]

    def test_elsewhere_it_is_not_stored(self, couple):
        assert addresses_of(agreed(couple, a_slot()).code) == [None, None]


class TestMove:
    """A booking that moves to an office that does not ask leaves the address behind."""

    def test_of_a_held_one(self, couple):
        code = held(couple, a_slot_where_it_is_asked()).code

        there = services.reschedule_booking(
            code, by=couple.applicant, at=NOW, slot_id=a_slot_where_it_is_asked().id
        )
        assert addresses_of(there.code) == [HERE, None]

        away = services.reschedule_booking(
            there.code, by=couple.applicant, at=NOW, slot_id=a_slot().id
        )
        assert addresses_of(away.code) == [None, None]

    def test_of_a_confirmed_one_once_both_agree(self, couple):
        code = agreed(couple, a_slot_where_it_is_asked()).code
        services.reschedule_booking(code, by=couple.applicant, at=NOW, slot_id=a_slot().id)
        assert addresses_of(code) == [HERE, THERE]

        services.give_consent(code, by=couple.partner, at=NOW)

        assert addresses_of(code) == [None, None]
        assert Booking.objects.get(code=code).state == "confirmed"
