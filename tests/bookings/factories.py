"""Rows and requests with good defaults; a test names only what matters to it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from heli.bookings import services
from heli.bookings.models import Booking, BookingEvent
from heli.bookings.queries import BookingView
from heli.bookings.requests import HoldRequest, NamedPartner
from heli.bookings.states import State
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson, fictional_couple
from heli.places.models import Office
from heli.slots.models import Slot
from tests.people import verified

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_numbers = itertools.count(1)


def an_office() -> Office:
    """A fictional office that takes bookings."""
    number = next(_numbers)
    return Office.objects.create(
        id=f"test-{number}",
        name=f"演示第{number}婚姻登记处",
        region_id="440106",
        address="演示路1号",
        hours_text="周一至周五 9:00-17:00",
        services=[service.value for service in Service],
        source="tests",
        as_of="2026-11-24",
        confidence="high",
        is_bookable=True,
    )


def a_slot(
    *,
    office: Office | None = None,
    service: Service = Service.DIVORCE_APPLICATION,
    starts_at: datetime = NOW + 7 * DAY,
    places: int = 3,
    opens_at: datetime = NOW - 30 * DAY,
    closes_at: datetime | None = None,
) -> Slot:
    """A slot a week from NOW, released long ago, with the demo's cut-offs."""
    return Slot.objects.create(
        office=office or an_office(),
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=40),
        places=places,
        opens_at=opens_at,
        closes_at=closes_at or starts_at - 10 * HOUR,
        consent_closes_at=starts_at - 2 * HOUR,
        change_closes_at=starts_at - DAY,
    )


@dataclass(frozen=True)
class Couple:
    """Two fictional people and the word of each."""

    one: FictionalPerson
    other: FictionalPerson

    @property
    def applicant(self) -> VerifiedIdentity:
        """The one who books, verified."""
        return verified(self.one)

    @property
    def partner(self) -> VerifiedIdentity:
        """The one who is asked, verified."""
        return verified(self.other)

    def swapped(self) -> Couple:
        """The same two, the other one booking."""
        return Couple(self.other, self.one)


def a_couple() -> Couple:
    """A new fictional couple."""
    return Couple(*fictional_couple())


def a_request(couple: Couple, slot: Slot, *, alone: bool | None = None) -> HoldRequest:
    """A request by the couple for the slot."""
    service = Service(slot.service)
    alone = not service.needs_consent if alone is None else alone
    return HoldRequest(
        service=service,
        slot_id=slot.id,
        phone=couple.applicant.phone,
        partner=None
        if alone
        else NamedPartner(name=couple.other.name, id_number=couple.other.id_number),
    )


def hold(couple: Couple, slot: Slot, *, at: datetime = NOW, key: str | None = None) -> BookingView:
    """Book the slot for the couple at a moment."""
    return services.hold_place(
        a_request(couple, slot),
        by=couple.applicant,
        key=key or f"key-{next(_numbers)}",
        at=at,
    )


def hold_and_agree(couple: Couple, slot: Slot, *, at: datetime = NOW) -> BookingView:
    """A confirmed booking of the couple in the slot."""
    held = hold(couple, slot, at=at)
    return services.give_consent(held.code, by=couple.partner, at=at)


def state_of(code: str) -> State:
    """The stored state."""
    return State(Booking.objects.get(code=code).state)


def events_of(code: str) -> list[str]:
    """What happened to the booking, in order."""
    return list(
        BookingEvent.objects.filter(booking__code=code)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def taken(slot: Slot) -> int:
    """How many places of the slot are not free."""
    return Slot.objects.get(id=slot.id).taken
