"""The door when something breaks: upstream away or dying, clients who go away, crooked requests."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from pathlib import Path

import httpx
import pytest

from heli.door import passing_on, taking, turns
from heli.door.changes import Changes
from tests.door.inside import (
    WAIT_SECONDS_MAX,
    Message,
    Receive,
    directory,
    door_before,
    echo,
    raw_upstream,
    read_until,
    wait_until,
)
from tests.door.inside import door as door_at

SECRET = "/smuggled"
SMUGGLED = f"GET {SECRET} HTTP/1.1\r\nHost: x\r\n\r\n"


def said(answer: httpx.Response) -> tuple[int, str, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


def hang_up(line: socket.socket) -> None:
    """Close a connection without a goodbye, as one that a telephone lost in a tunnel."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


class TestUpstreamAway:
    def test_is_waited_for_in_vain_only_for_a_while(self, monkeypatch):
        monkeypatch.setattr(passing_on, "CONNECT_SECONDS_MAX", 0.2)
        with directory() as path, door_at(path) as port:
            status, code, _detail = said(httpx.get(f"http://127.0.0.1:{port}/"))
            assert (status, code) == (503, "unavailable")

            answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/bookings/X/cancel")
            assert said(answer)[:2] == (503, "unavailable")

    def test_is_waited_for_until_it_is_there_again(self):
        def answer(line: socket.socket, asked: bytes) -> None:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback")

        found: list[httpx.Response] = []
        with directory() as path, door_at(path) as port:
            asking = threading.Thread(
                target=lambda: found.append(httpx.post(f"http://127.0.0.1:{port}/", content=b"x"))
            )
            asking.start()
            with raw_upstream(path / "web.sock", answer):
                asking.join(WAIT_SECONDS_MAX)

        assert [answer.text for answer in found] == ["back"]

    def test_dying_before_it_answers_a_post_is_not_known_and_asked_only_once(self):
        asked: list[bytes] = []

        def die(line: socket.socket, head: bytes) -> None:
            asked.append(head)  # and hang up

        with directory() as path, raw_upstream(path / "web.sock", die), door_at(path) as port:
            answer = httpx.post(
                f"http://127.0.0.1:{port}/x", content=b"{}", headers={"Accept-Language": "en"}
            )

        status, code, detail = said(answer)
        assert (status, code) == (503, "unavailable")
        assert "not known" in detail
        assert len(asked) == 1

    @pytest.mark.parametrize("framing", [b"Content-Length: 100", b"Transfer-Encoding: chunked"])
    def test_dying_in_the_middle_of_an_answer_breaks_it_off(self, framing):
        def begin(line: socket.socket, asked: bytes) -> None:
            line.sendall(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n")
            line.sendall(b"5\r\nfirst\r\n" if b"chunked" in framing else b"first")

        with (
            directory() as path,
            raw_upstream(path / "web.sock", begin),
            door_at(path) as port,
            pytest.raises(httpx.RemoteProtocolError),
        ):
            httpx.get(f"http://127.0.0.1:{port}/")

    def test_talking_nonsense_is_as_if_it_were_away(self):
        def mumble(line: socket.socket, asked: bytes) -> None:
            line.sendall(b"mumble mumble\r\n\r\n")

        with directory() as path, raw_upstream(path / "web.sock", mumble), door_at(path) as port:
            assert said(httpx.get(f"http://127.0.0.1:{port}/"))[:2] == (503, "unavailable")

    def test_too_many_at_once_hear_so(self, monkeypatch, door):
        monkeypatch.setattr(passing_on, "AT_ONCE_MAX", 0)

        assert said(httpx.get(f"{door.address}/"))[:2] == (503, "unavailable")
        assert door.upstream.asked == []


class TestRefusedUnread:
    """The web process answers before the body is there, and closes: a body without a length."""

    REFUSAL = b"HTTP/1.1 422 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!"

    @pytest.mark.parametrize("framing", ["Transfer-Encoding: chunked", "Content-Length: 200000"])
    def test_nothing_of_the_body_is_sent_after_it(self, framing):
        asked: list[bytes] = []

        def refuse(line: socket.socket, head: bytes) -> None:
            asked.append(head)
            line.sendall(self.REFUSAL)

        with (
            directory() as path,
            raw_upstream(path / "web.sock", refuse),
            door_at(path) as port,
            socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS_MAX) as line,
        ):
            line.sendall(f"POST /x HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n1\r\n{{\r\n".encode())
            answer = read_until(line, b"no!")

        assert answer.startswith(b"HTTP/1.1 422")
        assert [head.partition(b"\r\n\r\n")[2] for head in asked] == [b""]

    @pytest.mark.parametrize("piece", [b"{", b"{" * 70_000])
    def test_is_heard_although_more_of_the_body_came_meanwhile(self, piece):
        """As on a machine that is busy: the next piece, the answer and the end of the connection
        are all there before the door has a turn."""
        begun, go_on, closed = (threading.Event() for _ in range(3))

        def refuse(line: socket.socket, head: bytes) -> None:
            if piece[:1] in head.partition(b"\r\n\r\n")[2]:
                begun.set()
                go_on.wait(WAIT_SECONDS_MAX)
            line.sendall(self.REFUSAL)
            line.close()
            closed.set()

        pieces = iter([piece, b"}"])

        async def receive() -> Message:
            body = next(pieces)
            if body == b"}":
                while not begun.is_set():
                    await asyncio.sleep(0.001)
                go_on.set()
                closed.wait(WAIT_SECONDS_MAX)  # and nobody else has a turn
            return {"type": "http.request", "body": body, "more_body": body != b"}"}

        with directory() as path, raw_upstream(path / "web.sock", refuse):
            assert asyncio.run(_status_passed_back(path, receive)) == 422


async def _status_passed_back(path: Path, receive: Receive) -> int:
    """What the client of a request without a length is told."""
    Changes.prepare(path / "changes", doors=1)
    changes = Changes(path / "changes", doors=1, own=0)
    passing = passing_on.PassingOn(str(path / "web.sock"), changes, is_behind_proxy=False)
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    asked = {"method": "POST", "raw_path": b"/x", "query_string": b"", "client": None}
    headers = [(b"host", b"x"), (b"transfer-encoding", b"chunked")]
    await passing.pass_on(asked | {"headers": headers}, receive, send)
    await passing.close()
    changes.close()
    return int(said[0]["status"])


class TestClientsWhoGoAway:
    @pytest.mark.parametrize("path", ["/", "/api/v1/bookings", "/api/v1/demo/noop"])
    @pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
    def test_before_their_request_was_here(self, door, path, framing):
        for _one in range(5):
            line = door.connected()
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n5\r\nabcde".encode())
            hang_up(line)

        answer = httpx.post(f"{door.address}/well", content=b"x")
        assert answer.json()["path"] == "/well"

    def test_in_the_middle_of_a_long_upload_which_then_ends_for_the_upstream_too(self, door):
        gone = threading.Event()

        async def read_all(scope, receive, send):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    gone.set()
                    return
                assert message["more_body"], "it looked complete"

        door.upstream.answers = read_all
        line = door.connected()
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" + bytes(200_000)
        )
        wait_until(lambda: bool(door.upstream.asked))
        hang_up(line)

        assert gone.wait(WAIT_SECONDS_MAX)
        door.upstream.answers = echo
        assert httpx.get(f"{door.address}/well").json()["path"] == "/well"

    def test_while_they_wait_for_the_answer(self, door):
        go_on = threading.Event()

        async def slow(scope, receive, send):
            assert await asyncio.to_thread(go_on.wait, WAIT_SECONDS_MAX)
            await echo(scope, receive, send)

        door.upstream.answers = slow
        for _one in range(5):
            line = door.connected()
            line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            hang_up(line)
        wait_until(lambda: len(door.upstream.asked) == 5)
        go_on.set()

        assert httpx.get(f"{door.address}/well").json()["path"] == "/well"


class TestCrookedRequests:
    @pytest.mark.parametrize("path", ["/", "/api/v1/bookings"])
    @pytest.mark.parametrize(
        "crooked",
        [
            f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
            f"Content-Length: {len(SMUGGLED)}\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
            f"Content-Length: 0, {len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
            f"Content-Length: +{len(SMUGGLED)}\r\n\r\n{SMUGGLED}",
            f"Content-Length: -1\r\n\r\n{SMUGGLED}",
            f"Content-Length: 0x10\r\n\r\n{SMUGGLED}",
            f"Content-Length: 99999999999999999999999\r\n\r\n{SMUGGLED}",
            f"Content-Length : 0\r\n\r\n{SMUGGLED}",
            f"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: identity\r\nTransfer-Encoding: xchunked\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked\r\n\r\nzz\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked\r\n\r\n-1\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{SMUGGLED}",
            f"Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n{SMUGGLED}",
            f"X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
            f"X-A: b\0c\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
            f"X-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n{SMUGGLED}",
        ],
    )  # fmt: skip
    def test_are_refused_and_nothing_behind_them_is_heard(self, door, path, crooked):
        answer = door.said_to(f"POST {path} HTTP/1.1\r\nHost: x\r\n{crooked}".encode())

        # The beginning of one that is broken further on may have been passed on by then.
        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.count(b"HTTP/1.1 ") == 1
        assert SECRET.encode() not in [asked["raw_path"] for asked in door.upstream.asked]

    @pytest.mark.parametrize(
        "framing",
        [
            "Connection: close, Content-Length\r\nContent-Length: 5\r\n\r\nabcde",
            "Connection: close, Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nabcde\r\n0\r\n\r\n",
            "Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5;a=b\r\nabcde\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
        ],
    )
    def test_odd_ones_are_passed_on_in_one_form(self, door, framing):
        answer = door.said_to(f"POST / HTTP/1.1\r\nHost: x\r\n{framing}".encode())

        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"length": 5' in answer
        lengths = door.upstream.headers("content-length")
        encodings = door.upstream.headers("transfer-encoding")
        assert (lengths, encodings) in ((["5"], []), ([], ["chunked"]))
        assert door.upstream.headers("x-forwarded-for") == ["127.0.0.1"]


class TestShedding:
    BOOKING = "POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n"

    def test_beyond_what_can_be_answered_in_time_bookings_are_refused(self, monkeypatch, door):
        monkeypatch.setattr(turns, "HERE_MAX", 0)
        with door.connected() as line:
            line.sendall(f"{self.BOOKING}Content-Length: 2\r\n\r\n{{}}".encode())
            answer = read_until(line, b"}")

        assert answer.startswith(b"HTTP/1.1 429")
        assert b"content-type: application/problem+json\r\n" in answer
        assert b"retry-after: 3\r\n" in answer.lower()
        assert b'"code": "rate_limited"' in answer
        assert door.upstream.asked == []

    def test_who_comes_again_sooner_than_told_is_heard_when_it_is_time(self, monkeypatch):
        """Over the same connection; meanwhile others are heard."""
        monkeypatch.setattr(turns, "HERE_MAX", 0)
        monkeypatch.setattr(taking, "RETRY_AFTER_SECONDS", (2,))
        with door_before(echo) as door, door.connected() as sooner, door.connected() as other:
            sooner.sendall(f"{self.BOOKING}Content-Length: 2\r\n\r\n{{}}".encode())
            assert b"retry-after: 2\r\n" in read_until(sooner, b"}").lower()
            sooner.sendall(b"GET /again HTTP/1.1\r\nHost: x\r\n\r\n")
            other.sendall(b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n")

            read_until(other, b"}")
            assert [scope["path"] for scope in door.upstream.asked] == ["/other"]
            read_until(sooner, b"}")
            assert [scope["path"] for scope in door.upstream.asked] == ["/other", "/again"]

    def test_who_has_not_sent_a_booking_as_a_whole_takes_nobodys_room(
        self, monkeypatch, door, database
    ):
        monkeypatch.setattr(turns, "HERE_MAX", 1)
        with door.connected() as one, door.connected() as other:
            for line in (one, other):
                line.sendall(f"{self.BOOKING}Content-Length: 500\r\n\r\nhalf".encode())

            answer = httpx.post(f"{door.address}/api/v1/bookings", content=b"{}")

        assert answer.status_code == 200  # passed on: it is out of order

    def test_nor_who_has_not_sent_a_form_as_a_whole(self, monkeypatch, door):
        monkeypatch.setattr(passing_on, "AT_ONCE_MAX", 1)
        with door.connected() as one, door.connected() as other:
            for line in (one, other):
                line.sendall(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf")

            assert httpx.get(f"{door.address}/well").json()["path"] == "/well"
