"""The two ends of one server: the door at the public port, and the web processes behind it."""

from __future__ import annotations

import itertools
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from heli.law.services import Service
from heli.ops.demo.people import FictionalPerson, fictional_couple
from tests.faults.world import Server

OFFICE, QUIET_OFFICE = "door-1", "door-2"  # nobody books at the other one
BOOKINGS = "/api/v1/bookings"
AVAILABILITY = f"/api/v1/offices/{OFFICE}/availability"
WEB_PROCESSES = "granian"  # what an answer of theirs says in its header Server

SAME_HEADERS = (
    *("content-type", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"),
    *("cross-origin-resource-policy", "content-security-policy"),
    *("www-authenticate", "retry-after", "allow"),
)

_OFFICE = """
INSERT INTO places_office (id, name, region_id, address, hours_text, services, source, as_of,
    confidence, is_bookable)
VALUES (%s, '演示婚姻登记处', '440106', '演示路1号', '周一至周五', %s, 'tests', '2026-11-24',
    'high', false)
"""
_SLOT = """
INSERT INTO slots_slot (office_id, service, starts_at, ends_at, places, opens_at, closes_at,
    consent_closes_at, change_closes_at)
SELECT %(office)s, %(service)s, at, at + interval '20 minutes', %(places)s,
    now() + %(opens)s::interval, coalesce(now() + %(closes)s::interval, at - interval '10 hours'),
    at - interval '2 hours', at - interval '24 hours'
FROM (SELECT now() + interval '20 days' + %(number)s * interval '30 minutes') AS t(at)
RETURNING id
"""

LANGUAGES: tuple[list[tuple[str, str]], ...] = (
    [("accept-language", "zh-CN")],
    [("accept-language", "en-GB,en;q=0.9,zh;q=0.1")],
    [("accept-language", "zh-CN"), ("cookie", "a=b; heli_language=en")],
    [("accept-language", "en"), ("cookie", "heli_language=zh-hans")],
    [("accept-language", "fr"), ("cookie", "heli_language=;;=")],
    [],
)


@dataclass
class Ends:
    """door and web: clients of the two ends. database: an open connection, behind their backs."""

    address: str
    door: httpx.Client
    web: httpx.Client
    database: psycopg.Connection[Any]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def a_slot(
        self,
        service: str = "divorce_application",
        *,
        office: str = OFFICE,
        places: int = 10,
        opens: str = "-9 days",
        closes: str | None = None,
    ) -> int:
        """The id of a new slot, 20 days ahead. opens, closes: intervals from now."""
        row = {
            "office": office,
            "service": service,
            "places": places,
            "opens": opens,
            "closes": closes,
            "number": next(self._numbers),
        }
        found = self.database.execute(_SLOT, row).fetchone()
        assert found is not None
        return int(found[0])

    def token(self, person: FictionalPerson) -> str:
        """The person's proof of identity."""
        claim = {
            "name": person.name,
            "id_number": person.id_number,
            "phone": person.phone,
            "method": "simulated",
        }
        answer = self.web.post("/api/v1/identity/verifications", json=claim)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def asking(self, slot: int, *, service: str = "divorce_application") -> Asking:
        """A new couple's request for this slot, in order."""
        one, other = fictional_couple()
        body = {"service": service, "slot_id": slot, "applicant": {"phone": "13900001234"}}
        if Service(service).needs_consent:
            body["partner"] = {"name": other.name, "id_number": other.id_number}
        return Asking(one, self.token(one), body)

    def slot_is_full(self) -> int:
        """The id of a slot that somebody else has taken."""
        slot = self.a_slot(places=1)
        assert self.web.post(BOOKINGS, **self.asking(slot).sent()).status_code == 201
        return slot


@dataclass(frozen=True)
class Asking:
    """A request for a place. by: the applicant."""

    by: FictionalPerson
    token: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def sent(self, *more: tuple[str, str], content: bytes | None = None, **changes: Any) -> Any:
        """The keyword arguments for a client. more: headers, beside these or instead of them.
        content: instead of the body; changes: of its members."""
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": self.key}
        named = {name for name, _value in more}
        kept = [(name, value) for name, value in headers.items() if name not in named]
        if content is None:
            content = json.dumps(self.body | changes).encode()
        return {"headers": [*kept, *more], "content": content}


@contextmanager
def open_ends(server: Server) -> Iterator[Ends]:
    """Clients of a server's two ends, and offices in its database."""
    port = urlsplit(server.address).port
    # No connection twice: a web process that refuses a body unread closes it, at times after it was
    # asked for the next thing.
    web = httpx.HTTPTransport(
        uds=f"/tmp/heli-{os.geteuid()}-port-{port}/web.sock",
        limits=httpx.Limits(max_keepalive_connections=0),
    )
    with (
        psycopg.connect(server.database_url, autocommit=True) as database,
        httpx.Client(base_url=server.address, timeout=30) as at_door,
        httpx.Client(base_url=server.address, timeout=30, transport=web) as at_web,
    ):
        for office in (OFFICE, QUIET_OFFICE):
            database.execute(_OFFICE, [office, [service.value for service in Service]])
        yield Ends(server.address, at_door, at_web, database)


def told(answer: httpx.Response) -> dict[str, Any]:
    """What has to be the same at both ends."""
    said: dict[str, Any] = {name: answer.headers.get(name) for name in SAME_HEADERS}
    content = json.loads(answer.content) if answer.content else None
    return said | {"status": answer.status_code, "content": content}


def is_of_the_door(answer: httpx.Response) -> bool:
    """Whether the door gave this answer itself."""
    return answer.headers.get("server") != WEB_PROCESSES


def seen_by_fresh_connections(ends: Ends, path: str, number: int = 6) -> list[httpx.Response]:
    """One answer on each of so many new connections: the kernel spreads them over the doors."""
    answers = []
    for _one in range(number):
        with httpx.Client(base_url=ends.address, timeout=30) as client:
            answers.append(client.get(path))
    return answers


def at_both(ends: Ends, path: str, sent: dict[str, Any], method: str = "POST") -> httpx.Response:
    """The door's answer, which is that of the web processes in every language."""
    for language in LANGUAGES:
        request = sent | {"headers": [*sent.get("headers", []), *language]}
        door, web = (client.request(method, path, **request) for client in (ends.door, ends.web))
        assert told(door) == told(web), language
    return door


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]
