"""Who asks for a place while enough are being served waits for their turn and jumps nobody's."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from heli.bookings.models import Booking
from heli.door import patrol, protocol, turns
from heli.identity.verified import issue_token
from heli.ops.rush.couples import couple as numbered_couple
from heli.slots.models import Slot
from tests.bookings.factories import Couple
from tests.bookings.test_allocator import Stalled, stalled
from tests.door.inside import (
    WAIT_SECONDS_MAX,
    InsideDoor,
    directory,
    read_until,
    rest_of,
    wait_until,
)
from tests.door.inside import door as door_at
from tests.door.test_when_it_breaks import hang_up
from tests.web.walking import a_slot

pytestmark = pytest.mark.usefixtures("database")

GET = b"GET /well HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SERVED_AT_ONCE_MAX", 1)


@pytest.fixture
def slot() -> Slot:
    return a_slot(places=9)


class Asking:
    """Couples who ask for a place of the slot, each over a connection of their own."""

    def __init__(self, connected: Callable[[], socket.socket], slot: Slot) -> None:
        self._connected, self._slot = connected, slot
        self._numbers = itertools.count(1)

    def request(self, path: str = "/api/v1/bookings") -> bytes:
        """The request of a couple who have not asked yet. Their key is their number."""
        number = next(self._numbers)
        couple = Couple(*numbered_couple(number))
        partner = {"name": couple.other.name, "id_number": couple.other.id_number}
        body = json.dumps(
            {
                "service": self._slot.service,
                "slot_id": self._slot.id,
                "applicant": {"phone": "13900001234"},
                "partner": partner,
            }
        ).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Bearer {issue_token(couple.applicant)[0]}\r\n"
            f"Idempotency-Key: {number}\r\n\r\n"
        )
        return head.encode() + body

    def ask(self, *pieces: bytes) -> socket.socket:
        """A connection over which the next couple has asked, in these pieces."""
        line = self._connected()
        for piece in pieces or (self.request(),):
            line.sendall(piece)
        return line


@pytest.fixture
def asking(door: InsideDoor, slot: Slot) -> Asking:
    return Asking(door.connected, slot)


@pytest.fixture
def stall(slot: Slot) -> Iterator[Stalled]:
    """Nobody can take a place before it is let go."""
    with stalled(slot) as found:
        yield found


def status_of(line: socket.socket) -> bytes:
    return read_until(line, b"}").split(b" ", 2)[1]


def booked() -> list[int]:
    """Whose bookings there are, in the order in which the door came to them."""
    keys = Booking.objects.order_by("id").values_list("idempotency_key", flat=True)
    return [int(key) for key in keys]


def pass_by(door: InsideDoor) -> None:
    """Ask for something else: what came before it has been looked at when it is answered."""
    assert httpx.get(f"{door.address}/well").json()["path"] == "/well"


class TestWaiting:
    def test_all_are_served_in_the_order_in_which_they_came(self, door, asking, stall):
        lines = []
        for _one in range(4):
            lines.append(asking.ask())
            stall.wait_for_one()
            pass_by(door)
        stall.let_go()

        assert [status_of(line) for line in lines] == [b"201"] * 4
        assert booked() == [1, 2, 3, 4]

    def test_who_asks_for_something_else_waits_for_nobody(self, door, asking, stall):
        first, second = asking.ask(), asking.ask()
        stall.wait_for_one()

        for path in ("/api/v1/bookings/X/cancel", "/book"):
            assert httpx.post(f"{door.address}{path}", content=b"{}").json()["path"] == path
        stall.let_go()
        assert {status_of(first), status_of(second)} == {b"201"}

    @pytest.mark.parametrize("end_of_first_piece", [1, 40, -1])
    def test_nobody_comes_first_by_sending_in_pieces(self, door, asking, stall, end_of_first_piece):
        first = asking.ask()
        stall.wait_for_one()
        waits = asking.ask()
        pass_by(door)
        request = asking.request()
        last = asking.ask(request[:end_of_first_piece])
        pass_by(door)
        last.sendall(request[end_of_first_piece:])
        pass_by(door)
        stall.let_go()

        assert [status_of(line) for line in (first, waits, last)] == [b"201"] * 3
        assert booked() == [1, 2, 3]

    def test_nor_by_a_long_request(self, door, asking, stall, monkeypatch):
        monkeypatch.setattr(protocol, "KEPT_BYTES_MAX", 10)  # so it is read and then waits
        first = asking.ask()
        stall.wait_for_one()
        waits = asking.ask()
        pass_by(door)
        last = asking.ask()
        pass_by(door)
        stall.let_go()

        assert [status_of(line) for line in (first, waits, last)] == [b"201"] * 3
        assert booked() == [1, 2, 3]

    def test_two_requests_over_one_connection_are_answered_one_after_the_other(
        self, door, asking, stall
    ):
        first = asking.ask()
        stall.wait_for_one()
        both = asking.ask(asking.request() + asking.request() + GET)
        pass_by(door)
        stall.let_go()

        assert status_of(first) == b"201"
        answers = read_until(both, b'"path": "/well"')
        assert answers.count(b"HTTP/1.1 201") == 2
        assert booked() == [1, 2, 3]

    def test_who_hung_up_meanwhile_gets_no_place(self, door, asking, stall):
        first = asking.ask()
        stall.wait_for_one()
        gone = asking.ask()
        last = asking.ask()
        pass_by(door)
        hang_up(gone)
        pass_by(door)
        stall.let_go()

        assert {status_of(first), status_of(last)} == {b"201"}
        assert booked() == [1, 3]

    def test_who_is_made_to_wait_is_not_sent_away_for_it(self, door, asking, stall, monkeypatch):
        monkeypatch.setattr(patrol, "LOOK_EVERY_SECONDS", 0.01)
        monkeypatch.setattr(protocol, "HEAD_LOOKS_MAX", 2)
        first = asking.ask()
        stall.wait_for_one()
        waits = asking.ask()
        with door.connected() as silent:  # and is sent away
            assert rest_of(silent) == b""
        stall.let_go()

        assert {status_of(first), status_of(waits)} == {b"201"}

    def test_one_who_cannot_go_on_harms_neither_who_makes_room_nor_the_next(self, caplog):
        went_on: list[str] = []

        def fail() -> None:
            raise RuntimeError("broken")

        async def serve() -> None:
            all_turns = turns.Turns()
            with all_turns:
                all_turns.wait(fail)
                all_turns.wait(lambda: went_on.append("the next"))
            await asyncio.sleep(0)

        asyncio.run(serve())

        assert went_on == ["the next"]
        assert ["could not go on" in told.message for told in caplog.records] == [True]


class TestFull:
    def test_who_comes_then_is_refused_and_those_who_wait_are_served(
        self, door, asking, stall, monkeypatch
    ):
        monkeypatch.setattr(turns, "HERE_MAX", 2)
        first = asking.ask()
        stall.wait_for_one()
        waits = asking.ask()
        pass_by(door)
        refused = asking.ask()

        assert status_of(refused) == b"429"
        stall.let_go()
        assert {status_of(first), status_of(waits)} == {b"201"}
        assert booked() == [1, 2]


class TestTheEnd:
    def test_of_a_door_comes_after_who_waited_was_served(self, slot, stall):
        with directory() as path, ExitStack() as stack:
            port = stack.enter_context(door_at(path, drain_seconds=WAIT_SECONDS_MAX))
            address = ("127.0.0.1", port)
            asking = Asking(lambda: socket.create_connection(address, WAIT_SECONDS_MAX), slot)
            first = asking.ask()
            stall.wait_for_one()
            waits = asking.ask()
            assert httpx.get(f"http://127.0.0.1:{port}/api/v1/demo/noop").json() == {}
            ending = threading.Thread(target=stack.close)
            ending.start()
            wait_until(lambda: not _listens(address))
            stall.let_go()

            for line in (first, waits):
                answer = read_until(line, b"}")
                assert answer.startswith(b"HTTP/1.1 201")
                assert b"connection: close\r\n" in answer
            ending.join(WAIT_SECONDS_MAX)
        assert booked() == [1, 2]


def _listens(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, WAIT_SECONDS_MAX):
        return True
    return False
