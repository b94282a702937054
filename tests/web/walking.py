"""Somebody who books, page by page, as a browser without scripts walks through it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from django.http import HttpResponse
from django.test import Client

from heli.bookings.models import Booking
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.law.services import Service
from heli.places.models import Office
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from tests.bookings.factories import Couple, an_office
from tests.bookings.factories import a_slot as a_slot_at

DAY = timedelta(days=1)


def a_slot(service: Service = Service.DIVORCE_APPLICATION, **options) -> Slot:
    """A slot a week from now, released long ago."""
    now = clock.now()
    options = {"starts_at": now + 7 * DAY, "opens_at": now - 30 * DAY, **options}
    return a_slot_at(service=service, **options)


def an_office_in(region_code: str) -> Office:
    office = an_office()
    office.region_id = region_code
    office.save()
    return office


class Visitor:
    """Somebody with a browser, who follows where they are led and remembers the way."""

    def __init__(self, *, language: str = "zh-CN") -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.addresses: list[str] = []
        self.page = HttpResponse()

    def proves(self, identity: VerifiedIdentity) -> Visitor:
        self.client.cookies[IDENTITY_COOKIE] = issue_token(identity)[0]
        return self

    def proof_expires(self) -> None:
        del self.client.cookies[IDENTITY_COOKIE]

    def opens(self, address: str) -> str:
        self.page = self.client.get(address)
        return self._follow(address)

    def sends(self, address: str | None = None, **typed: object) -> str:
        address = address or self.here
        self.page = self.client.post(address, typed)
        return self._follow(address)

    @property
    def here(self) -> str:
        return self.addresses[-1]

    @property
    def step(self) -> str:
        return self.here.partition("?")[0].rpartition("/")[2]

    @property
    def draft(self) -> str:
        return self.here.split("/")[2]

    @property
    def text(self) -> str:
        return unescape(self.page.content.decode())

    def _follow(self, address: str) -> str:
        self.addresses.append(address)
        while self.page.status_code == 302:
            self.addresses.append(self.page["Location"])
            if not self.here.startswith("/book/"):
                break  # other rooms' pages have tests of their own
            self.page = self.client.get(self.here)
        return self.here

    def reaches_check(self, couple: Couple, slot: Slot) -> Visitor:
        """Everything filled in, nothing sent."""
        self.proves(couple.applicant)
        self.sends(f"/book/{slot.service}")
        self.sends()
        self.sends()
        if Service(slot.service).needs_consent:
            self.types(couple)
        self.sends(office=slot.office_id)
        self.sends(slot=slot.id)
        assert self.step == "check"
        return self

    def types(self, couple: Couple) -> None:
        assert self.step == "people"
        self.sends(
            partner_name=couple.other.name,
            partner_id_number=couple.other.id_number,
            partner_phone="",
        )


def the_booking() -> Booking:
    return Booking.objects.get()
