"""An office with free slots, two fictional people and a client: what the API's tests start from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from heli.ground import clock
from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson
from heli.places.models import Office, Region
from heli.slots.models import Slot

API = "/api/v1"
REGION = "440106"


def an_office(**facts: Any) -> Office:
    """An office that takes bookings."""
    region, _made = Region.objects.get_or_create(
        code=REGION, defaults={"name": "天河区", "path": "广东省/广州市/天河区"}
    )
    office = {
        "id": "test-1",
        "name": "演示婚姻登记处",
        "region": region,
        "address": "演示路1号",
        "phone": "020-00000000",
        "hours_text": "周一至周五 9:00-17:00",
        "services": [service.value for service in Service],
        "source": "made for a test",
        "as_of": "2026-12-01",
        "confidence": "high",
        "is_bookable": True,
    }
    return Office.objects.create(**(office | facts))


def a_slot(
    office: Office, service: Service = Service.DIVORCE_APPLICATION, *, places: int = 3
) -> Slot:
    """A released slot at 9:00 some days ahead, each call another day."""
    day = clock.today() + timedelta(days=7 + Slot.objects.count())
    starts_at = clock.moment_of(day, time(9))
    return Slot.objects.create(
        office=office,
        service=service,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        places=places,
        opens_at=starts_at - timedelta(days=500),
        closes_at=starts_at - timedelta(days=1),
        consent_closes_at=starts_at - timedelta(hours=2),
        change_closes_at=starts_at - timedelta(hours=24),
    )


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API, with or without a token, in a language."""

    token: str = ""
    language: str = "zh-CN"

    def get(self, path: str, **query: Any) -> HttpResponse:
        """GET below /api/v1."""
        return Client().get(API + path, query, headers=self._headers())

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """POST JSON below /api/v1. headers: with underscores, such as Idempotency_Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().post(
            API + path,
            {} if body is None else body,
            content_type="application/json",
            headers=self._headers() | named,
        )

    def post_raw(self, path: str, body: bytes, **headers: str) -> HttpResponse:
        """POST these very bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(
            "POST", API + path, body, content_type="application/json",
            headers=self._headers() | named,
        )  # fmt: skip

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self.language}
        return headers | {"Authorization": f"Bearer {self.token}"} if self.token else headers


NOBODY = Caller()


def verified(person: FictionalPerson, language: str = "zh-CN") -> Caller:
    """The person after the simulated real-name check."""
    answer = NOBODY.post("/identity/verifications", claim_of(person))
    assert answer.status_code == 201, answer.content
    return Caller(answer.json()["token"], language)


def claim_of(person: FictionalPerson, **changes: Any) -> dict[str, Any]:
    """What a person says of themselves."""
    claim = {
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "method": "simulated",
    }
    return claim | changes


def booking_body(slot: Slot, partner: FictionalPerson | None, **changes: Any) -> dict[str, Any]:
    """The body of POST /bookings."""
    body: dict[str, Any] = {
        "service": slot.service,
        "slot_id": slot.id,
        "applicant": {"phone": "13900001234", "household_address": "演示省演示市演示路1号"},
    }
    if partner is not None:
        body["partner"] = {"name": partner.name, "id_number": partner.id_number}
    return body | changes


def a_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return str(uuid.uuid4())


def book(caller: Caller, slot: Slot, partner: FictionalPerson | None) -> dict[str, Any]:
    """The booking that was taken."""
    answer = caller.post("/bookings", booking_body(slot, partner), Idempotency_Key=a_key())
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def shanghai(text: str) -> datetime:
    """A moment of an answer; its offset has to be Shanghai's."""
    assert text.endswith("+08:00"), text
    return datetime.fromisoformat(text)
