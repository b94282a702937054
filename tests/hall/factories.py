"""Staff on duty, and bookings on their day, with good defaults."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection

from heli.bookings.queries import BookingView
from heli.bookings.states import Role
from heli.cases.models import Case
from heli.ground import clock
from heli.ground.refusals import Refusal
from heli.hall import services
from heli.hall.models import Staff
from heli.hall.queries import DeskCase, TicketView
from heli.hall.roles import StaffOnDuty, StaffRole
from heli.hall.services import CardRead
from heli.hall.sessions import open_session
from heli.hall.staff import create_staff
from heli.hall.states import Result
from heli.hall.tickets import issue_ticket
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.places.models import Office
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    Couple,
    a_couple,
    a_slot,
    hold,
    hold_and_agree,
)
from tests.cases.factories import an_open_office, certificate_slots, weekdays

PASSWORD = "a password of the tests"
ADDRESS = "192.0.2.1"
SERVICE_DAY = NOW + 7 * DAY  # Tuesday 1 December 2026, ten o'clock
RECEIPT_ON = clock.day_of(SERVICE_DAY)
SAFE_FROM, SAFE_UNTIL = date(2027, 1, 1), date(2027, 1, 30)
IN_THE_WINDOW = clock.moment_of(date(2027, 1, 12), time(9))  # a Tuesday
NUMBER = "L440106-2027-000001"

_numbers = itertools.count(1)


def an_account(role: StaffRole = StaffRole.CLERK, office: Office | None = None) -> Staff:
    """Somebody who can log in with PASSWORD."""
    name = f"{role.value}-{next(_numbers)}"
    office_id = None if office is None else office.id
    return Staff.objects.get(pk=create_staff(name, PASSWORD, role, office_id=office_id))


def on_duty(role: StaffRole = StaffRole.CLERK, office: Office | None = None) -> StaffOnDuty:
    """Somebody of this role with a live session; an operator is of no office."""
    account = an_account(role, None if role is StaffRole.OPERATOR else office)
    _token, staff = open_session(account.username, PASSWORD, address=ADDRESS)
    return staff


@dataclass
class Hall:
    """An office on the service day: its clerk, and a couple's confirmed booking."""

    service: Service = Service.DIVORCE_APPLICATION
    couple: Couple = field(default_factory=a_couple)
    office: Office = field(default_factory=an_open_office)

    def __post_init__(self) -> None:
        certificate_slots(self.office, *weekdays(SAFE_FROM, SAFE_UNTIL))
        self.clerk = on_duty(StaffRole.CLERK, self.office)
        slot = a_slot(office=self.office, service=self.service, starts_at=SERVICE_DAY)
        book = hold_and_agree if self.service.needs_consent else hold
        self.booking: BookingView = book(self.couple, slot)

    @property
    def code(self) -> str:
        """The code of the booking."""
        return self.booking.code

    def check_in(self, *roles: Role, at: datetime = SERVICE_DAY) -> None:
        """These, or everybody, arrive."""
        services.check_in(
            self.code, roles=frozenset(roles) if roles else None, by=self.clerk, at=at
        )

    def accept(self, at: datetime = SERVICE_DAY + HOUR) -> DeskCase:
        """Everybody arrives and the application is accepted."""
        self.check_in(at=at)
        recorded = services.record_outcome(self.code, result=Result.ACCEPTED, by=self.clerk, at=at)
        assert recorded.case is not None
        return recorded.case


def card_of(identity: VerifiedIdentity) -> CardRead:
    """The person's card."""
    return CardRead(identity.name, identity.id_number)


def cards_of(couple: Couple) -> list[CardRead]:
    """The cards of both."""
    return [card_of(couple.applicant), card_of(couple.partner)]


def state_of(case_id: str) -> str:
    """The stored state of a case."""
    return str(Case.objects.get(id=case_id).state)


def walk_in(
    hall: Hall,
    service: Service = Service.DIVORCE_APPLICATION,
    *,
    at: datetime = SERVICE_DAY,
    case_id: str | None = None,
    present: frozenset[Role] | None = None,
) -> TicketView:
    """A ticket of somebody without a booking."""
    return issue_ticket(service, by=hall.clerk, at=at, case_id=case_id, present=present)


def second_visit(case: DeskCase) -> datetime:
    """The moment of the place that was kept for the couple."""
    assert case.certificate_booking is not None
    return case.certificate_booking.slot.starts_at


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Start the deeds together, each on a connection of its own; what each gave, or its refusal."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return deed()
        except Refusal as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))
