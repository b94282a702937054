"""What a stranger sends is no more than one request, with one head that comes to an end."""

from __future__ import annotations

import socket

import httpx
import pytest

from heli.door.protocol import HEAD_BYTES_MAX
from tests.door.inside import InsideDoor, directory, raw_upstream, rest_of
from tests.door.inside import door as door_at

MEGABYTE = 1_000_000


def is_well(door: InsideDoor) -> bool:
    """Whether the next person's request arrives as they sent it, alone."""
    answer = httpx.get(f"{door.address}/next", headers={"X-A": "next"})
    return (answer.status_code, answer.json()["path"], len(door.upstream.asked)) == (
        200,
        "/next",
        1,
    )


def pour(line: socket.socket, more: bytes, *, megabytes: int) -> None:
    for _megabyte in range(megabytes):
        line.sendall(more * (MEGABYTE // len(more)))


class TestTheHead:
    @pytest.mark.parametrize(
        "beginning",
        [b"GET /", b"GET / HTTP/1.1\r\nX-A: ", b"GET / HTTP/1.1\r\nX-", b"GET / HTTP/1.1\r\n"],
    )
    def test_that_does_not_end_is_cut_off(self, door, beginning):
        more = b"a: b\r\n" if beginning.endswith(b"\n") else b"a"
        with door.connected() as line:
            line.sendall(beginning)
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                pour(line, more, megabytes=50)

        assert door.upstream.asked == []
        assert is_well(door)

    def test_that_is_long_is_passed_on(self, door):
        told = httpx.get(f"{door.address}/", headers={"X-A": "a" * (HEAD_BYTES_MAX - 1000)}).json()

        assert ["x-a", "a" * (HEAD_BYTES_MAX - 1000)] in told["headers"]

    def test_many_on_one_connection_are_not_counted_together(self, door):
        with httpx.Client(base_url=door.address) as client:
            for _request in range(4):
                answer = client.post("/", content=bytes(MEGABYTE), headers={"X-A": "a" * 30_000})
                assert answer.json()["length"] == MEGABYTE


class TestAnotherProtocol:
    @pytest.mark.parametrize("path", ["/", "/api/v1/bookings", "/api/v1/demo/noop"])
    @pytest.mark.parametrize("framing", ["Content-Length: 30", "Transfer-Encoding: chunked"])
    def test_is_not_spoken_where_a_body_is_promised(self, door, path, framing):
        """It would be skipped, and the next request be taken for it."""
        answer = door.said_to(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
            f"{framing}\r\n\r\n".encode()
        )

        assert answer.startswith(b"HTTP/1.1 400")
        assert door.upstream.asked == []
        assert is_well(door)

    @pytest.mark.parametrize("to", ["x:80", "/", "http://x/"])
    def test_is_not_reached_by_a_tunnel(self, to):
        heard: list[bytes] = []

        def open_it(line: socket.socket, asked: bytes) -> None:
            heard.append(asked)
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        with (
            directory() as path,
            raw_upstream(path / "web.sock", open_it),
            door_at(path) as port,
            socket.create_connection(("127.0.0.1", port)) as line,
        ):
            line.sendall(f"CONNECT {to} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            answer = rest_of(line)

        assert answer.startswith(b"HTTP/1.1 400")
        assert heard == []


class TestWhatComesBehindABody:
    @pytest.mark.parametrize(
        "trailer", ["Host: evil", "Cookie: a=b", "Authorization: Bearer x", "Expect: 100-continue"]
    )
    @pytest.mark.parametrize("at_once", [True, False])
    def test_is_no_header(self, door, trailer, at_once):
        head = (
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        pieces = [f"{head}5\r\nabcde\r\n".encode(), f"0\r\n{trailer}\r\n\r\n".encode()]
        with door.connected() as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in [b"".join(pieces)] if at_once else pieces:
                line.sendall(piece)
            answer = rest_of(line)

        assert answer.startswith(b"HTTP/1.1 200")
        arrived = dict(door.upstream.asked[-1]["headers"])
        assert arrived == {
            b"host": b"x",
            b"transfer-encoding": b"chunked",
            b"expect": b"100-continue",  # the door's own word: nobody was told to go on
            b"x-forwarded-for": b"127.0.0.1",
        }


class TestAnAddressInChinese:
    def test_arrives_as_if_it_had_been_encoded(self, door):
        with door.connected() as line:
            for path in ("/first?q=广州", "/second?q=深圳%20x"):
                body = "正文".encode()
                head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
                line.sendall(head.encode() + body)
                assert line.recv(65_536).startswith(b"HTTP/1.1 200")

        asked = [(scope["raw_path"], scope["query_string"]) for scope in door.upstream.asked]
        assert asked == [
            (b"/first", b"q=%E5%B9%BF%E5%B7%9E"),
            (b"/second", b"q=%E6%B7%B1%E5%9C%B3%20x"),
        ]
