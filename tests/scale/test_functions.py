"""The functions that write find what they write by an index, whatever the tables hold.

Each is called often enough that PostgreSQL has gone over from plans for the values at hand to one
for any values.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from heli.bookings import deadlines, services
from heli.bookings.take import Outcome, take_places, take_row
from heli.cases.services import Couple, give_receipt
from heli.law.services import Service
from heli.places.models import Office
from heli.slots.models import Slot
from heli.slots.services import reappear_places
from tests.bookings.factories import DAY, HOUR, NOW, a_couple, a_request, hold_and_agree
from tests.cases.factories import on_file
from tests.scale.country import name_of
from tests.scale.plans import sequential_scans

pytestmark = pytest.mark.usefixtures("country")

OFTEN = 12


def coming_slots(office: int, service: Service = Service.DIVORCE_APPLICATION) -> Sequence[Slot]:
    """Slots that can be booked and moved."""
    return Slot.objects.filter(
        office=name_of(office), service=service, starts_at__gt=NOW + 7 * DAY, opens_at__lt=NOW
    ).order_by("starts_at")[:20]


def take(couples: int, slot: Slot) -> list[Outcome]:
    """So many couples ask for the slot in one batch, on this connection."""
    rows = []
    for number in range(couples):
        couple = a_couple()
        request = a_request(couple, slot)
        rows.append(take_row(request, by=couple.applicant, key=f"key {number}", at=NOW))
    return [answer.outcome for answer in take_places(rows)]


@pytest.mark.parametrize("couples", [1, 16])
def test_taking_places(couples: int):
    slot = coming_slots(2)[0]
    take(couples, slot)
    before = sequential_scans()

    outcomes = [outcome for _ in range(OFTEN) for outcome in take(couples, slot)]

    assert set(outcomes) <= {Outcome.TAKEN, Outcome.SLOT_FULL}
    assert sequential_scans() == before


def test_moving_a_booking_and_giving_it_back():
    slot, other, third = coming_slots(3)[:3]
    couples = [a_couple() for _ in range(OFTEN)]
    codes = [hold_and_agree(couple, slot).code for couple in couples]
    before = sequential_scans()

    for couple, code in zip(couples, codes, strict=True):
        one, two = couple.applicant, couple.partner
        services.reschedule_booking(code, by=one, at=NOW + HOUR, slot_id=other.id)
        services.give_consent(code, by=two, at=NOW + HOUR)
        services.reschedule_booking(code, by=two, at=NOW + HOUR, slot_id=third.id)
        services.refuse_consent(code, by=one, at=NOW + HOUR)
        services.cancel_booking(code, by=two, at=NOW + 2 * HOUR)

    assert sequential_scans() == before


def test_places_that_expire_and_reappear():
    before = sequential_scans()

    reappeared = 0
    for number in range(OFTEN):
        deadlines.expire_holds(NOW + 18 * HOUR + number * timedelta(milliseconds=50))
        reappeared += reappear_places(NOW + (number + 1) * timedelta(minutes=1))

    assert reappeared > 0
    assert sequential_scans() == before


def test_keeping_a_place_for_the_second_visit():
    office = Office.objects.get(id=name_of(4))
    couples = [a_couple() for _ in range(OFTEN)]
    before = sequential_scans()

    for couple in couples:
        spouses = Couple(on_file(couple.applicant), on_file(couple.partner))
        case = give_receipt(spouses, office_id=office.id, at=NOW - 20 * DAY)
        assert case.certificate_places.count() == 1

    assert sequential_scans() == before
