"""What belongs to somebody else and what nobody has are told apart by nothing: the same answer, the
same work at the database, the same time.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from heli.law.services import Service
from heli.ops.demo.people import fictional_couple, fictional_person
from heli.ops.routes import Seen
from tests.api.world import a_key, a_slot, booking_body
from tests.security.world import World, by_api

# The medians of so many requests each, sent in turns, lie within this of each other. A read more at
# the database takes about a third of it here; the work is counted besides, which no load disturbs.
ROUNDS, SECONDS_APART_MAX, TRIES = 25, 0.003, 12

NO_CODE = "ZZZZ22223333"
NO_CASE = "7f0e0000-0000-7000-8000-000000000000"
RESCHEDULE = b'{"slot_id": 1}'


@dataclass(frozen=True)
class Way:
    """One way to ask for something. of: "code" or "case_id"."""

    method: str
    path: str
    of: str = "code"
    body: bytes = b"{}"


WAYS = [
    Way("get", "/api/v1/bookings/{}"),
    Way("get", "/api/v1/bookings/{}/voucher"),
    Way("get", "/api/v1/bookings/{}/voucher.pdf"),
    Way("get", "/api/v1/bookings/{}/voucher.ics"),
    Way("post", "/api/v1/bookings/{}/consent"),
    Way("post", "/api/v1/bookings/{}/decline"),
    Way("post", "/api/v1/bookings/{}/cancel"),
    Way("post", "/api/v1/bookings/{}/reschedule", body=RESCHEDULE),
    Way("get", "/api/v1/cases/{}", of="case_id"),
    Way("get", "/my/{}"),
    Way("get", "/my/{}/voucher"),
    Way("post", "/my/{}/cancel"),
    Way("get", "/my/{}/move"),
    Way("get", "/c/{}"),
    Way("get", "/c/{}/answer"),
    Way("post", "/c/{}/agree"),
    Way("post", "/c/{}/decline"),
    Way("post", "/c/{}/not-me"),
    Way("get", "/my/cases/{}", of="case_id"),
    Way("get", "/my/cases/{}/time", of="case_id"),
]


def asked(world: World, way: Way, name: str) -> HttpResponse:
    """The other citizen asks; whatever it changes is taken back."""
    ask, path = world.asks[Seen.OTHER], way.path.format(name)
    with transaction.atomic():
        if path.startswith("/api/"):
            body = b"" if way.method == "get" else way.body
            answer = ask.api(way.method.upper(), path, body)
        else:
            answer = ask.page(way.method, path)
        transaction.set_rollback(True)
    return answer


def told(answer: HttpResponse, name: str) -> tuple[int, str, list[tuple[str, str]]]:
    """The whole answer, without the name that was asked for and the page's own secret."""
    text = answer.content.decode().replace(name, "IT")
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
    return answer.status_code, text, sorted(answer.headers.items())


def work(queries: CaptureQueriesContext) -> list[str]:
    """The statements, without what they ask for."""
    return [
        re.sub(r"'[^']*'|\b\d+\b|[0-9a-f-]{36}|[0-9A-Z]{12}|\"s\d+_x\d+\"", "?", query["sql"])
        for query in queries.captured_queries
    ]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.method} {way.path}")
class TestSomebodyElses:
    def test_gets_the_answer_and_the_work_of_what_nobody_has(self, world, way):
        theirs, none = names(world, way)
        with CaptureQueriesContext(connection) as for_theirs:
            answer = asked(world, way, theirs)
        with CaptureQueriesContext(connection) as for_none:
            nothing = asked(world, way, none)

        assert told(answer, theirs) == told(nothing, none)
        assert work(for_theirs) == work(for_none)


def names(world: World, way: Way) -> tuple[str, str]:
    return (world.code, NO_CODE) if way.of == "code" else (world.case, NO_CASE)


class TestTime:
    @pytest.mark.parametrize("path", ["/api/v1/bookings/{}", "/my/{}"])
    def test_does_not_tell_somebody_elses_booking_from_none(self, world, path):
        way = Way("get", path)
        theirs, none = names(world, way)

        assert are_alike(lambda: asked(world, way, theirs), lambda: asked(world, way, none))

    def test_and_work_do_not_tell_whether_the_one_who_is_named_has_booked(self, world):
        booked, free = world.other.person, fictional_person(male=False)
        asker = by_api(fictional_couple()[0])
        slot = a_slot(world.office, Service.MARRIAGE, places=400)

        def holds(partner: object) -> HttpResponse:
            body = booking_body(slot, partner)
            answer = asker.caller.post("/bookings", body, Idempotency_Key=a_key())
            assert answer.status_code == 201, answer.content
            code = answer.json()["code"]
            assert asker.caller.post(f"/bookings/{code}/cancel").status_code == 200
            return answer

        shapes = [re.sub(r"[0-9A-Z]{12}|\d\d:\d\d:\d\d", "?", holds(who).content.decode())
                  for who in (booked, free)]  # fmt: skip
        assert shapes[0] == shapes[1]
        assert are_alike(lambda: holds(booked), lambda: holds(free), rounds=10)


def are_alike(one: Callable[[], object], other: Callable[[], object], rounds: int = ROUNDS) -> bool:
    """Whether both take the same time: in turns, by their medians; a busy machine may try again."""

    def apart() -> float:
        took: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds):
            for which in (0, 1) if number % 2 else (1, 0):
                begun = time.perf_counter()
                (one, other)[which]()
                took[which].append(time.perf_counter() - begun)
        return abs(statistics.median(took[0]) - statistics.median(took[1]))

    return any(apart() <= SECONDS_APART_MAX for _try in range(TRIES))
