"""Who connects and then lets the door wait is sent away; who is made to wait by the door is not."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable

import httpx
import pytest

from heli.door import patrol, protocol
from tests.door.inside import (
    WAIT_SECONDS_MAX,
    InsideDoor,
    answering,
    echo,
    read_until,
    rest_of,
    wait_until,
)

GET = b"GET /well HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD_LOOKS = 4
PIECE, PIECES = bytes(1_000_000), 20  # more than the system keeps for a connection


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patrol, "LOOK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(protocol, "HEAD_LOOKS_MAX", HEAD_LOOKS)


def let_the_patrol_pass(door: InsideDoor) -> None:
    """Until it has sent away somebody who came just now and said nothing."""
    with door.connected() as silent:
        assert rest_of(silent) == b""


def drip(line: socket.socket, piece: bytes) -> None:
    """Send the piece again and again until the door has closed the connection."""
    closed = threading.Event()

    def hear() -> None:
        assert rest_of(line) == b""
        closed.set()

    hearing = threading.Thread(target=hear)
    hearing.start()
    try:
        wait_until(lambda: closed.is_set() or not _is_sent(line, piece))
    finally:
        hearing.join(WAIT_SECONDS_MAX)
    assert closed.is_set()


def _is_sent(line: socket.socket, piece: bytes) -> bool:
    try:
        line.sendall(piece)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


class TestSentAway:
    def test_who_says_nothing(self, door: InsideDoor):
        with door.connected() as line:
            assert rest_of(line) == b""

    @pytest.mark.parametrize("beginning", [b"G", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
    def test_who_does_not_end_a_head(self, door: InsideDoor, beginning: bytes):
        with door.connected() as line:
            line.sendall(beginning)
            assert rest_of(line) == b""

        assert door.upstream.asked == []

    @pytest.mark.parametrize(
        ("beginning", "piece"), [(b"GET / HTTP/1.1\r\n", b"a: b\r\n"), (b"", b"\r\n")]
    )
    def test_who_goes_on_a_little_at_a_time(self, door: InsideDoor, beginning: bytes, piece: bytes):
        """Whatever comes, the head has to end."""
        with door.connected() as line:
            line.sendall(beginning)
            drip(line, piece)

        assert door.upstream.asked == []

    @pytest.mark.parametrize("beginning", [b"G", b"\r\n"])
    def test_who_begins_a_second_request_and_leaves_it(self, door: InsideDoor, beginning: bytes):
        with door.connected() as line:
            line.sendall(GET)
            assert b"200 OK" in read_until(line, b'"digest"')
            line.sendall(beginning)
            rest_of(line)

        assert [asked["raw_path"] for asked in door.upstream.asked] == [b"/well"]

    @pytest.mark.parametrize("path", ["/", "/api/v1/bookings"])
    @pytest.mark.parametrize("framing", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
    def test_who_stops_in_a_body(
        self, door: InsideDoor, monkeypatch: pytest.MonkeyPatch, path: str, framing: str
    ):
        monkeypatch.setattr(protocol, "BODY_LOOKS_MAX", HEAD_LOOKS)
        with door.connected() as line:
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n5\r\nab".encode())
            assert rest_of(line) == b""

    def test_who_takes_no_answer(self, door: InsideDoor, monkeypatch: pytest.MonkeyPatch):
        """It would be one of the few hundred that the web processes may have in hand."""
        monkeypatch.setattr(protocol, "ANSWER_LOOKS_MAX", HEAD_LOOKS)
        length = [(b"content-length", b"%d" % (PIECES * len(PIECE)))]
        door.upstream.answers = answering(200, length, *[PIECE] * PIECES)
        with door.connected() as line:
            line.sendall(GET)
            wait_until(lambda: bool(door.upstream.asked))
            for _while in range(3):
                let_the_patrol_pass(door)
            answer = rest_of(line)

        assert len(answer) < PIECES * len(PIECE)


class TestNotSentAway:
    def test_who_takes_a_long_answer_little_by_little(
        self, door: InsideDoor, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(protocol, "ANSWER_LOOKS_MAX", 1000)
        door.upstream.answers = answering(200, [], *[PIECE] * PIECES)
        with httpx.stream("GET", door.address) as answer:
            pieces = answer.iter_raw(len(PIECE))
            taken = 0
            for _while in range(2):
                taken += len(next(pieces))
                let_the_patrol_pass(door)
            taken += sum(len(piece) for piece in pieces)

        assert taken == PIECES * len(PIECE)

    def test_who_keeps_a_connection_between_two_requests(self, door: InsideDoor):
        with httpx.Client(base_url=door.address) as client:
            client.get("/one")
            let_the_patrol_pass(door)
            client.get("/two")

        ports = {asked["raw_path"] for asked in door.upstream.asked}
        assert ports == {b"/one", b"/two"}

    def test_who_waits_for_a_slow_answer(self, door: InsideDoor):
        go_on = threading.Event()

        async def slow(scope, receive, send):
            assert await asyncio.to_thread(go_on.wait, WAIT_SECONDS_MAX)
            await echo(scope, receive, send)

        door.upstream.answers = slow
        with door.connected() as line:
            line.sendall(GET)
            let_the_patrol_pass(door)
            go_on.set()
            assert b"200 OK" in read_until(line, b'"digest"')

    def test_who_waits_to_be_told_to_go_on(self, door: InsideDoor, monkeypatch: pytest.MonkeyPatch):
        """And then sends their body."""
        monkeypatch.setattr(protocol, "BODY_LOOKS_MAX", HEAD_LOOKS)
        go_on = threading.Event()

        async def slow(scope, receive, send):
            assert await asyncio.to_thread(go_on.wait, WAIT_SECONDS_MAX)
            await echo(scope, receive, send)

        door.upstream.answers = slow
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        with door.connected() as line:
            line.sendall(head + b"Expect: 100-continue\r\n\r\n")
            let_the_patrol_pass(door)
            go_on.set()
            assert b"100 Continue" in read_until(line, b"\r\n\r\n")
            line.sendall(b"5\r\nabcde\r\n0\r\n\r\n")
            assert b'"length": 5' in read_until(line, b'"digest"')

    def test_who_sends_a_body_slowly(self, door: InsideDoor, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(protocol, "BODY_LOOKS_MAX", 1000)
        pieces = 3
        with door.connected() as line:
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % pieces)
            for _piece in range(pieces):
                let_the_patrol_pass(door)
                line.sendall(b"x")
            assert b'"length": 3' in read_until(line, b'"digest"')


class TestWhatIsNoRequest:
    @pytest.mark.parametrize(
        ("language", "words"), [("zh-CN", "没能读懂"), ("en", "nothing was changed")]
    )
    def test_is_told_so_as_everything_is(self, door: InsideDoor, language: str, words: str):
        head = f"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\nA: b\r\n"
        answer = door.said_to(f"{head}Bad header\r\n\r\n".encode())

        told_head, _end, body = answer.partition(b"\r\n\r\n")
        assert told_head.startswith(b"HTTP/1.1 400 ")
        assert b"content-type: application/problem+json\r\n" in told_head.lower()
        assert b"x-content-type-options: nosniff" in told_head.lower()
        told = json.loads(body)
        assert (told["status"], told["code"]) == (400, "invalid_input")
        assert words in told["detail"].lower()

    def test_is_counted_with_what_is_refused_and_no_line_of_the_log_each(
        self, door: InsideDoor, caplog: pytest.LogCaptureFixture
    ):
        for _one in range(3):
            door.said_to(b"nonsense\r\n\r\n")

        assert [told.name for told in caplog.records if told.name.startswith("uvicorn")] == []

    @pytest.fixture
    def begun(self, door: InsideDoor) -> Callable[[socket.socket], bytes]:
        """An answer that has begun and does not go on."""
        ended = threading.Event()

        async def begin(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await asyncio.to_thread(ended.wait, WAIT_SECONDS_MAX)

        door.upstream.answers = begin

        def answer(line: socket.socket) -> bytes:
            line.sendall(GET)
            found = read_until(line, b"first")
            line.sendall(b"\0\0 nonsense\r\n\r\n")
            found += rest_of(line)
            ended.set()
            return found

        return answer

    def test_is_no_part_of_an_answer_that_has_begun(
        self, door: InsideDoor, begun: Callable[[socket.socket], bytes]
    ):
        with door.connected() as line:
            assert begun(line).count(b"HTTP/1.1 ") == 1
