"""The desk over HTTP: staff with a session, couples with a case."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta
from typing import Any

from heli.ground import clock
from heli.hall.roles import StaffRole
from heli.hall.staff import create_staff
from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson, fictional_couple
from heli.places.models import Office, OpeningHours
from heli.slots.models import Slot
from tests.api.world import NOBODY, Caller, a_slot, book, verified

PASSWORD = "a password of the tests"
_numbers = itertools.count(1)


def staff(office: Office | None, role: StaffRole = StaffRole.CLERK) -> Caller:
    """Somebody who has logged in at the office; an operator is of none."""
    username = an_account(office, role)
    answer = NOBODY.post("/desk/sessions", {"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return Caller(answer.json()["token"])


def an_account(office: Office | None, role: StaffRole = StaffRole.CLERK) -> str:
    """The name of somebody who can log in with PASSWORD."""
    username = f"{role}-{next(_numbers)}"
    office_id = office.id if office and role is not StaffRole.OPERATOR else None
    create_staff(username, PASSWORD, role, office_id=office_id)
    return username


def cards(*people: FictionalPerson) -> list[dict[str, str]]:
    """The cards of these people as the desk reads them."""
    return [{"name": person.name, "id_number": person.id_number} for person in people]


def a_ticket(clerk: Caller, **body: Any) -> dict[str, Any]:
    """A walk-in's ticket."""
    answer = clerk.post("/desk/tickets", {"service": "divorce_application"} | body)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def a_case(clerk: Caller, *people: FictionalPerson) -> dict[str, Any]:
    """The case of a couple that walked in."""
    ticket = a_ticket(clerk)
    answer = clerk.post(
        f"/desk/tickets/{ticket['id']}/outcome",
        {"result": "accepted", "parties": cards(*(people or fictional_couple()))},
    )
    assert answer.status_code == 200, answer.content
    return dict(answer.json()["case"])


def opening_hours(office: Office) -> None:
    """Every day from nine to five, whatever the day of the test is."""
    for weekday in range(7):
        OpeningHours.objects.create(
            office=office,
            starts_on=date(2021, 1, 1),
            weekday=weekday,
            opens=time(9),
            closes=time(17),
        )


def certificate_slots(office: Office, *, days: int = 75) -> None:
    """A certificate slot at ten on each day from tomorrow."""
    for ahead in range(1, days + 1):
        starts_at = clock.moment_of(clock.today() + timedelta(days=ahead), time(10))
        Slot.objects.create(
            office=office,
            service=Service.DIVORCE_CERTIFICATE,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            places=2,
            opens_at=starts_at - timedelta(days=500),
            closes_at=starts_at - timedelta(days=1),
            consent_closes_at=starts_at - timedelta(hours=2),
            change_closes_at=starts_at - timedelta(hours=24),
        )


class VisitDay:
    """A couple's confirmed booking, on the morning of its day, and the office's clerk."""

    def __init__(self, office: Office) -> None:
        self.couple = fictional_couple()
        self.applicant, self.partner = map(verified, self.couple)
        slot = a_slot(office)
        self.code: str = book(self.applicant, slot, self.couple[1])["code"]
        agreed = self.partner.post(f"/bookings/{self.code}/consent")
        assert agreed.status_code == 200, agreed.content
        self.voucher: dict[str, Any] = self.applicant.get(f"/bookings/{self.code}/voucher").json()
        wake_up(slot.starts_at - timedelta(hours=1))
        self.clerk = staff(office)


def wake_up(moment: datetime) -> None:
    """Business time is this moment; what fell due on the way is not done."""
    clock.move_to(moment)
