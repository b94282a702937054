"""Browsers of staff, an office whose day is today, and what a page shows.

The days lie in a year whose holidays nobody knows yet, so that weekends alone are rest days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.test import Client

from heli.ground import clock
from heli.hall.roles import StaffRole
from heli.law.services import Service
from heli.places.models import Office
from tests.bookings.factories import DAY, Couple, a_couple, a_slot, hold, hold_and_agree
from tests.cases.factories import an_open_office, certificate_slots, weekdays
from tests.hall.factories import PASSWORD, an_account
from tests.web.reading import Page

A_TUESDAY = date(2031, 6, 3)  # day 30 is a Thursday, day 60 Saturday 2 August
A_THURSDAY = date(2031, 6, 5)  # day 30 is Saturday 5 July
NUMBER = "L440106-2031-000001"


def move_to(day: date, hour: int = 10) -> datetime:
    """Business time moves on to an hour of a day in Shanghai; nothing that falls due is done."""
    moment = clock.moment_of(day, time(hour))
    clock.move_to(moment)
    return moment


def logged_in(
    role: StaffRole = StaffRole.CLERK, office: Office | None = None, language: str = "zh-CN"
) -> Client:
    """A browser in which somebody of this role has logged in by the page."""
    account = an_account(role, None if role is StaffRole.OPERATOR else office)
    client = Client(headers={"Accept-Language": language})
    came_in = client.post("/desk/login", {"username": account.username, "password": PASSWORD})
    assert came_in.status_code == 302, came_in.content.decode()
    return client


@dataclass
class Desk:
    """An office that is open today, its clerk's browser, and a couple that is booked for noon."""

    service: Service = Service.DIVORCE_APPLICATION
    today: date = A_TUESDAY
    couple: Couple = field(default_factory=a_couple)
    office: Office = field(default_factory=an_open_office)

    def __post_init__(self) -> None:
        move_to(self.today)
        certificate_slots(self.office, *weekdays(self.today, self.today + timedelta(days=70)))
        self.clerk = self.browser(StaffRole.CLERK)
        self.code = self.a_booking(self.couple)

    def a_booking(self, couple: Couple, hour: int = 12) -> str:
        """The code of a confirmed booking for an hour of today, made a week ago."""
        starts_at = clock.moment_of(self.today, time(hour))
        slot = a_slot(
            office=self.office,
            service=self.service,
            starts_at=starts_at,
            opens_at=starts_at - 60 * DAY,
        )
        book = hold_and_agree if self.service.needs_consent else hold
        return book(couple, slot, at=starts_at - 7 * DAY).code

    def browser(self, role: StaffRole, language: str = "zh-CN") -> Client:
        """The browser of somebody who works here."""
        return logged_in(role, self.office, language)

    def check_in(self, present: str = "all") -> HttpResponse:
        """The couple arrives."""
        return self.clerk.post("/desk/checkin", {"shown": self.code, "present": present})

    def accepted(self) -> str:
        """The page of the couple's case, accepted just now."""
        self.check_in()
        answer = self.clerk.post(
            f"/desk/bookings/{self.code}/outcome", {"result": "accepted", "reason": ""}
        )
        return led_to(answer)

    def says_why(self, case: str, why: str = "at_the_desk") -> None:
        """The clerk says why they look at a case that is not of today."""
        led_to(self.clerk.post(f"{case}/why", {"why": why}))

    def both_come_again(self, case: str) -> None:
        """Both take a number for the certificate; until then it is no case of today."""
        self.says_why(case)
        path = f"/desk/tickets?case={case.rpartition('/')[2]}"
        led_to(self.clerk.post(path, {"service": "divorce_certificate", "present": "all"}))


def led_to(answer: HttpResponse) -> str:
    """Where a form that was accepted leads."""
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page_of(answer: HttpResponse, status: int = 200) -> Page:
    """The page as somebody reads it."""
    assert answer.status_code == status, answer.content.decode()
    return Page(answer.content.decode())


def has_no_other_script(html: str) -> bool:
    """Whether the page loads the script that sends a form once, and none besides."""
    return html.count("<script") == html.count('<script src="/static/web/leave.js" defer>') == 1
