"""Cases and certificate slots with good defaults; a test names only what matters to it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from heli.bookings.certificates import PersonOnFile
from heli.cases.models import Case
from heli.cases.services import Couple, give_receipt
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.places.models import Office, OpeningHours
from heli.slots.models import Slot
from tests.bookings import factories as bookings
from tests.bookings.factories import a_couple, an_office

RECEIPT_ON = date(2026, 7, 9)  # a Thursday; day 30 of the cooling-off is an ordinary Saturday
RECEIVED_AT = clock.moment_of(RECEIPT_ON, time(9, 30))
SAFE_FROM, SAFE_UNTIL = date(2026, 8, 11), date(2026, 9, 7)


def at_nine(day: date) -> datetime:
    """09:00 in Shanghai."""
    return clock.moment_of(day, time(9))


def an_open_office() -> Office:
    """An office that opens Monday to Friday from 9 to 17."""
    office = an_office()
    for weekday in range(5):
        OpeningHours.objects.create(
            office=office,
            starts_on=date(2021, 1, 1),
            weekday=weekday,
            opens=time(9),
            closes=time(17),
        )
    return office


def certificate_slots(
    office: Office, *days: date, places: int = 2, service: Service = Service.DIVORCE_CERTIFICATE
) -> list[Slot]:
    """One certificate slot at ten on each day."""
    return [
        bookings.a_slot(
            office=office,
            service=service,
            starts_at=clock.moment_of(day, time(10)),
            opens_at=clock.moment_of(date(2021, 1, 1)),
            places=places,
        )
        for day in days
    ]


def weekdays(first: date, last: date) -> list[date]:
    """Monday to Friday from first to last, both included."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def on_file(identity: VerifiedIdentity) -> PersonOnFile:
    """A person as the desk reads their card."""
    return PersonOnFile(identity.person, identity.name, identity.id_number.value, identity.phone)


def a_case(
    *,
    office: Office | None = None,
    couple: bookings.Couple | None = None,
    received_at: datetime = RECEIVED_AT,
) -> Case:
    """A case received on RECEIPT_ON at an office with certificate places in every window."""
    if office is None:
        office = an_open_office()
        certificate_slots(office, *weekdays(SAFE_FROM, SAFE_UNTIL))
    couple = couple or a_couple()
    return give_receipt(
        Couple(on_file(couple.applicant), on_file(couple.partner)),
        office_id=office.id,
        at=received_at,
    )
