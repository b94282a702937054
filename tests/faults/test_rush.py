"""More people than places, all at once: each is answered, and not one place is sold twice."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from heli.ground import clock
from heli.ops.rush.books import check_books
from heli.ops.rush.built_in import BuiltIn
from heli.ops.rush.load import THREADS, Load, Slots, acknowledged_codes, end_of, requests_file
from heli.ops.rush.requests import BOOKINGS, booking_request, prepare_bookings
from heli.ops.servers import allow_many_connections
from tests.faults.world import Server, open_office, served

COUPLES, PLACES, CONNECTIONS = 5000, 500, 300
ARRIVALS = 2500  # at once, at doors that cannot answer one of them for a while
FILES = 256  # fewer than the connections of either test
SECONDS_MAX = 90  # a bound against a hanging test; nothing is judged by it
COME_BACK = (429, 503)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two doors, started where a shell allows only a few open files, as most do."""
    with served(tmp_path_factory.mktemp("rush") / "heli", files=FILES) as started:
        yield started


@pytest.fixture(autouse=True)
def the_servers_keys(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens that are issued here are good there."""
    monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, keys=server.keys))


@pytest.fixture
def slot(server: Server) -> int:
    """A new slot of PLACES places."""
    (slot_id,) = open_office(server, slots=1, places=PLACES)
    return slot_id


def check_slot(server: Server, slot: int, codes: Sequence[str]) -> None:
    """It is full, and of its bookings somebody was told."""
    with psycopg.connect(server.database_url) as connection:
        assert check_books(connection, codes).are_right
        booked = connection.execute(
            "SELECT code FROM bookings_booking WHERE slot_id = %s", [slot]
        ).fetchall()
        taken = connection.execute("SELECT taken FROM slots_slot WHERE id = %s", [slot]).fetchone()
    assert sorted(code for (code,) in booked) == sorted(codes)
    assert taken == (PLACES,)


class TestRush:
    def test_of_5000_couples_500_get_a_place_and_all_others_hear_that_it_is_full(
        self, server: Server, slot: int, tmp_path: Path
    ):
        files = [requests_file(tmp_path, thread) for thread in range(1, THREADS + 1)]
        prepare_bookings(files, range(COUPLES), host=f"127.0.0.1:{server.port}")
        load = Load(
            host="127.0.0.1",
            port=server.port,
            folder=tmp_path,
            clients=CONNECTIONS,
            seconds=SECONDS_MAX,
            slots=Slots(first=slot, count=1),
            is_patient=True,  # who is told to come back later does
        )

        answers = BuiltIn().run_once(load)

        refused = dict(answers.refused)
        assert (answers.taken, refused.pop("slot_full")) == (PLACES, COUPLES - PLACES)
        assert set(refused) <= {"rate_limited", "unavailable"}
        assert answers.broken == 0
        check_slot(server, slot, acknowledged_codes(tmp_path))


@dataclasses.dataclass(frozen=True)
class Heard:
    """An answer. code: of the booking, or what the refusal is called. retry_after: seconds."""

    status: int
    code: str
    retry_after: int | None


async def ask(server: Server, request: bytes) -> Heard:
    """Send a request over a connection of its own and read the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        fields = dict(re.findall(r"^([a-z-]+): *(.*?)\r$", head, re.MULTILINE))
        body = (await reader.readexactly(int(fields["content-length"]))).decode()
    finally:
        writer.close()
    code = re.search(r'"code": ?"(\w+)"', body)
    assert code, body
    later = fields.get("retry-after")
    return Heard(int(head.split()[1]), code[1], int(later) if later else None)


def requests_for(server: Server, slot: int, couples: Sequence[int]) -> list[bytes]:
    """A booking request of each couple."""
    host, proven_at = f"127.0.0.1:{server.port}", clock.real_now()
    return [
        booking_request(number, host=host, path=BOOKINGS, proven_at=proven_at) + end_of(slot)
        for number in couples
    ]


class TestArrivalsThatWaitForNobody:
    def test_all_are_answered_and_who_was_turned_away_can_come_back(
        self, server: Server, slot: int
    ):
        allow_many_connections()
        requests = requests_for(server, slot, range(COUPLES, COUPLES + ARRIVALS))

        heard = asyncio.run(self._arrive(server, slot, requests))

        assert {one.status for one in heard} <= {201, 409, 429, 503}
        turned_away = [number for number, one in enumerate(heard) if one.status in COME_BACK]
        assert turned_away  # else it took them all
        assert all(heard[number].retry_after for number in turned_away)

        again = asyncio.run(self._come_back(server, [requests[number] for number in turned_away]))

        heard = [one for one in heard if one.status not in COME_BACK] + again
        assert Counter(one.status for one in heard) == {201: PLACES, 409: ARRIVALS - PLACES}
        assert {one.code for one in heard if one.status == 409} == {"slot_full"}
        check_slot(server, slot, [one.code for one in heard if one.status == 201])

    async def _arrive(self, server: Server, slot: int, requests: list[bytes]) -> list[Heard]:
        """All at once, while PostgreSQL gets on with none: until the first is turned away."""
        with psycopg.connect(server.database_url) as session:
            session.execute("SELECT FROM slots_slot WHERE id = %s FOR UPDATE", [slot])
            asking = [asyncio.ensure_future(ask(server, request)) for request in requests]
            async with asyncio.timeout(SECONDS_MAX):
                await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
                session.rollback()
                return await asyncio.gather(*asking)

    async def _come_back(self, server: Server, requests: list[bytes]) -> list[Heard]:
        at_once = asyncio.Semaphore(CONNECTIONS)

        async def ask_until_told(request: bytes) -> Heard:
            async with at_once:
                while (heard := await ask(server, request)).status in COME_BACK:
                    assert heard.retry_after
                    await asyncio.sleep(heard.retry_after)
                return heard

        async with asyncio.timeout(SECONDS_MAX):
            return await asyncio.gather(*map(ask_until_told, requests))
