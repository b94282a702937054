"""Offices with rules and slots with good defaults; a test names only what matters to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from heli.bookings.models import Booking
from heli.ground.clock import SHANGHAI
from heli.law.services import Service
from heli.places.models import Office, OpeningHours, Policy, ServiceRule
from heli.places.rules import (
    BookingPolicy,
    ClosedDays,
    ExtraOpening,
    OfferedService,
    OfficeRules,
    Timetable,
    WeekdayHours,
)
from heli.slots.models import ReturnedPlace, Slot

LONG_AGO = date(2026, 1, 1)
MORNING = (time(9), time(12))
AFTERNOON = (time(14), time(17))
TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

_numbers = itertools.count(1)


def at_shanghai(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment at which the clocks in Shanghai show this."""
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


NOW = at_shanghai(TUESDAY, 10)


def a_policy(
    *,
    starts_on: date = LONG_AGO,
    lead_working_days: int = 1,
    horizon_days: int = 30,
    release_at: time = time(9),
) -> BookingPolicy:
    """The demo's booking rules."""
    return BookingPolicy(
        starts_on=starts_on,
        lead_working_days=lead_working_days,
        horizon_days=horizon_days,
        release_at=release_at,
        change_until_hours=24,
        consent_until_hours=2,
    )


def offered(
    service: Service = Service.DIVORCE_APPLICATION,
    *,
    minutes: int = 60,
    places: int = 3,
    starts_on: date = LONG_AGO,
) -> OfferedService:
    """A service in slots of an hour with three places."""
    return OfferedService(service, starts_on, minutes, places)


def some_rules(
    *,
    weekdays: Iterable[int] = range(5),
    spans: Iterable[tuple[time, time]] = (MORNING, AFTERNOON),
    services: Iterable[OfferedService] = (offered(),),
    closures: Iterable[ClosedDays] = (),
    extra_days: Iterable[ExtraOpening] = (),
    policies: Iterable[BookingPolicy] = (a_policy(),),
    is_bookable: bool = True,
) -> OfficeRules:
    """The rules of an office that opens Monday to Friday, 9 to 12 and 14 to 17."""
    hours = tuple(WeekdayHours(day, *span) for day in weekdays for span in spans)
    return OfficeRules(
        office_id="test",
        is_bookable=is_bookable,
        timetables=(Timetable(LONG_AGO, hours),),
        closures=tuple(closures),
        extra_days=tuple(extra_days),
        service_rules=tuple(services),
        policies=tuple(policies),
    )


def a_stored_office(
    *services: Service, places: int = 3, horizon_days: int = 30, is_bookable: bool = True
) -> Office:
    """A fictional office in the database, Monday to Friday 9-12 and 14-17, slots of an hour."""
    number = next(_numbers)
    office = Office.objects.create(
        id=f"slots-{number}",
        name=f"演示第{number}婚姻登记处",
        region_id="440106",
        address="演示路1号",
        hours_text="周一至周五 9:00-12:00 14:00-17:00",
        services=[service.value for service in Service],
        source="tests",
        as_of="2026-11-24",
        confidence="high",
        is_bookable=is_bookable,
    )
    for weekday in range(5):
        for opens, closes in (MORNING, AFTERNOON):
            OpeningHours.objects.create(
                office=office, starts_on=LONG_AGO, weekday=weekday, opens=opens, closes=closes
            )
    for service in services or (Service.DIVORCE_APPLICATION,):
        ServiceRule.objects.create(
            office=office, service=service, starts_on=LONG_AGO, minutes=60, places=places
        )
    Policy.objects.create(
        office=office, starts_on=LONG_AGO, horizon_days=horizon_days, release_at=time(9)
    )
    return office


def a_slot(
    office: Office,
    *,
    service: Service = Service.DIVORCE_APPLICATION,
    starts_at: datetime = NOW + 7 * DAY,
    places: int = 3,
    taken: int = 0,
    opens_at: datetime = NOW - 30 * DAY,
    closes_at: datetime | None = None,
    withdrawn_at: datetime | None = None,
) -> Slot:
    """A slot a week from NOW, released long ago."""
    return Slot.objects.create(
        office=office,
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        places=places,
        taken=taken,
        opens_at=opens_at,
        closes_at=closes_at or starts_at - timedelta(hours=10),
        consent_closes_at=starts_at - timedelta(hours=2),
        change_closes_at=starts_at - DAY,
        withdrawn_at=withdrawn_at,
    )


def a_cancelled_booking(slot: Slot) -> Booking:
    """A booking that once had a place in the slot and has given it back."""
    return Booking.objects.create(
        id=uuid4(),
        code=uuid4().hex[:12],
        service=slot.service,
        office_id=slot.office_id,
        slot=slot,
        starts_at=slot.starts_at,
        state="cancelled",
        taken_at=NOW - DAY,
        held_since=NOW - DAY,
        ended_at=NOW - DAY,
        asker=uuid4().bytes,
        idempotency_key="key",
        request_digest=b"digest",
    )


def a_returned_place(slot: Slot, reappears_at: datetime = NOW) -> ReturnedPlace:
    """A place of the slot on its way back; `taken` is the test's to set."""
    return ReturnedPlace.objects.create(slot=slot, reappears_at=reappears_at)
