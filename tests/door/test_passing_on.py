"""What the door passes on arrives as it was sent, and comes back as it was answered."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import http.client
import socket
import threading

import httpx
import pytest
from django.conf import settings

from tests.door.inside import (
    WAIT_SECONDS_MAX,
    InsideDoor,
    answering,
    directory,
    door_before,
    echo,
    raw_upstream,
    read_until,
    rest_of,
)
from tests.door.inside import door as door_at

TWENTY_MB = 20 * 1024 * 1024
PIECE = bytes(range(256)) * 256  # 64 KB


def ask(door: InsideDoor, method: str, path: str, **more) -> httpx.Response:
    with httpx.Client(base_url=door.address, timeout=WAIT_SECONDS_MAX) as client:
        return client.request(method, path, **more)


def head(method: str, path: str, *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: heli.test", *headers, "", ""]
    return "\r\n".join(lines).encode()


class TestTheRequest:
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_the_method_arrives(self, door, method):
        assert ask(door, method, "/anything").json()["method"] == method

    @pytest.mark.parametrize(
        "target",
        [
            "/a%2Fb/%e4%BD%a0/%00/%zz/%",
            "/a/../b/./c//d/%2e%2e/",
            "//other.test/x",
            "/a;b=c/d@e:80/!$&'()*+,~",
            "/?",
            "/a?b=%26&c=+%20&&=&d=/?:@#",
            "/api/v1/book%69ngs?x=%E5%B9%BF",
        ],
    )
    def test_path_and_query_arrive_as_they_were_written(self, door, target):
        answer = door.said_to(head("GET", target, "Connection: close"))

        path, _, query = target.partition("#")[0].partition("?")
        assert answer.startswith(b"HTTP/1.1 200")
        asked = door.upstream.asked[-1]
        assert asked["raw_path"].decode() == path
        assert asked["query_string"].decode() == query

    def test_an_address_with_scheme_and_host_is_asked_by_its_path(self, door):
        door.said_to(head("GET", "http://heli.test/a%2Fb?c", "Connection: close"))

        assert door.upstream.asked[-1]["raw_path"] == b"/a%2Fb"
        assert door.upstream.asked[-1]["query_string"] == b"c"
        assert door.upstream.headers("host") == ["heli.test"]

    def test_headers_arrive_twice_where_they_came_twice_and_none_is_added(self, door):
        sent = [("x-a", "1"), ("x-a", "2"), ("cookie", "a=1; b=2"), ("idempotency-key", "k")]
        door.said_to(head("GET", "/", "Connection: close", *(f"{n}: {v}" for n, v in sent)))

        arrived = [(n.decode(), v.decode()) for n, v in door.upstream.asked[-1]["headers"]]
        assert sorted(arrived) == sorted(
            [*sent, ("host", "heli.test"), ("x-forwarded-for", "127.0.0.1")]
        )

    @pytest.mark.parametrize("value", ["广州", "é", "a\tb"])
    def test_a_header_beyond_ascii_arrives_with_the_same_bytes(self, door, value):
        door.said_to(head("GET", "/", "Connection: close", f"X-A: {value}"))

        assert (b"x-a", value.encode()) in door.upstream.asked[-1]["headers"]

    def test_what_speaks_of_one_connection_stays_there(self, door):
        dropped = ["Keep-Alive: 5", "TE: trailers", "Proxy-Authorization: x", "X-Own: y"]
        door.said_to(head("GET", "/", "Connection: close, X-Own", *dropped))

        names = {name for name, _value in door.upstream.asked[-1]["headers"]}
        assert names == {b"host", b"x-forwarded-for"}

    def test_nobody_says_for_themselves_where_they_are(self, door):
        door.said_to(
            head("GET", "/", "Connection: close", "X-Forwarded-For: 6.6.6.6", "X_Forwarded_For: 7")
        )

        assert door.upstream.headers("x-forwarded-for") == ["127.0.0.1"]
        # To the web processes this would be the same header.
        assert door.upstream.headers("x_forwarded_for") == []

    def test_behind_a_proxy_what_the_proxy_says_is_left_alone(self, monkeypatch):
        monkeypatch.setattr(
            settings, "HELI", dataclasses.replace(settings.HELI, is_behind_proxy=True)
        )
        with door_before(echo) as door:
            door.said_to(
                head(
                    "GET",
                    "/",
                    "Connection: close",
                    "X-Forwarded-For: 6.6.6.6",
                    "X_Forwarded_For: 7",
                )
            )

            assert door.upstream.headers("x-forwarded-for") == ["6.6.6.6"]
            assert door.upstream.headers("x_forwarded_for") == []

    def test_an_upgrade_that_is_not_made_does_not_silence_the_connection(self, door):
        upgrade = (
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABk",
        )

        with door.connected() as line:
            line.sendall(head("GET", "/first", *upgrade))
            first = read_until(line, b"}")
            line.sendall(head("GET", "/second", "Connection: close"))
            second = rest_of(line)

        assert first.startswith(b"HTTP/1.1 200")
        assert door.upstream.headers("upgrade") == []
        assert b"/second" in second


class TestTheBody:
    @pytest.mark.parametrize("content", [b"", b"{}", PIECE, PIECE + b"."])
    def test_of_a_known_length_arrives_whole(self, door, content):
        told = ask(door, "POST", "/", content=content).json()

        assert told["length"] == len(content)
        assert told["digest"] == hashlib.sha256(content).hexdigest()
        assert door.upstream.headers("content-length") == [str(len(content))]
        assert door.upstream.headers("transfer-encoding") == []

    @pytest.mark.parametrize("is_length_known", [True, False])
    def test_of_twenty_megabytes_arrives_whole(self, door, is_length_known):
        headers = {"Content-Length": str(TWENTY_MB)} if is_length_known else {}
        pieces = (PIECE for _ in range(TWENTY_MB // len(PIECE)))

        told = ask(door, "POST", "/", content=pieces, headers=headers).json()

        assert told["length"] == TWENTY_MB
        assert told["digest"] == hashlib.sha256(PIECE * (TWENTY_MB // len(PIECE))).hexdigest()
        assert door.upstream.headers("content-length") == list(headers.values())
        assert door.upstream.headers("transfer-encoding") == ([] if headers else ["chunked"])

    def test_none_arrives_where_none_was_sent(self, door):
        assert ask(door, "GET", "/").json()["length"] == 0
        assert door.upstream.headers("content-length") == []
        assert door.upstream.headers("transfer-encoding") == []

    def test_its_beginning_arrives_before_its_end_was_sent(self, door):
        began = threading.Event()

        async def note_beginning(scope, receive, send):
            message = await receive()
            assert message["body"]
            began.set()
            await echo(scope, receive, send)

        door.upstream.answers = note_beginning
        with door.connected() as line:
            line.sendall(head("POST", "/", "Transfer-Encoding: chunked", "Connection: close"))
            line.sendall(b"5\r\nfirst\r\n")
            assert began.wait(WAIT_SECONDS_MAX)
            line.sendall(b"4\r\nlast\r\n0\r\n\r\n")
            assert hashlib.sha256(b"last").hexdigest().encode() in rest_of(line)

    def test_an_answer_may_come_before_it_was_read(self, door):
        door.upstream.answers = answering(413, [(b"content-length", b"3")], b"no!")
        pieces = (PIECE for _ in range(TWENTY_MB // len(PIECE)))

        answer = ask(door, "POST", "/", content=pieces)

        assert (answer.status_code, answer.text) == (413, "no!")
        door.upstream.answers = echo
        assert ask(door, "GET", "/").status_code == 200

    @pytest.mark.parametrize("content", [b"{}", PIECE * 2])
    def test_who_asks_first_whether_to_send_it_is_told_to(self, door, content):
        with door.connected() as line:
            length = f"Content-Length: {len(content)}"
            line.sendall(head("POST", "/", length, "Expect: 100-continue", "Connection: close"))
            interim = read_until(line, b"\r\n\r\n")
            line.sendall(content)
            answer = rest_of(line)

        assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert answer.startswith(b"HTTP/1.1 200")
        assert hashlib.sha256(content).hexdigest().encode() in answer

    def test_who_asks_first_may_be_told_no_at_once(self, door):
        door.upstream.answers = answering(401, [(b"content-length", b"3")], b"no!")
        with door.connected() as line:
            line.sendall(
                head(
                    "POST",
                    "/",
                    "Content-Length: 200000",
                    "Expect: 100-continue",
                    "Connection: close",
                )
            )
            answer = rest_of(line)

        assert b"HTTP/1.1 401" in answer
        assert answer.endswith(b"no!")


class TestTheAnswer:
    def test_comes_with_its_status_and_headers_even_those_that_come_twice(self, door):
        headers = [
            (b"set-cookie", b"a=1; Path=/"),
            (b"set-cookie", b"b=2; HttpOnly"),
            (b"location", b"/else%2Fwhere"),
            (b"x-zh", "广州".encode()),
            (b"content-length", b"4"),
        ]
        door.upstream.answers = answering(303, headers, b"away")

        answer = door.said_to(head("GET", "/", "Connection: close"))

        lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert lines[0] == b"HTTP/1.1 303 See Other"
        assert sorted(lines[1:]) == sorted(
            [*(name + b": " + value for name, value in headers), b"connection: close"]
        )
        assert answer.endswith(b"\r\n\r\naway")

    def test_what_speaks_of_one_connection_stays_there(self, door):
        own = [(b"keep-alive", b"timeout=5"), (b"connection", b"x-own"), (b"x-own", b"1")]
        door.upstream.answers = answering(200, [*own, (b"x-a", b"2")], b"said")

        answer = ask(door, "GET", "/")

        assert answer.headers.get("x-a") == "2"
        assert not {"keep-alive", "connection", "x-own"} & set(answer.headers)

    def test_of_twenty_megabytes_comes_whole(self, door):
        door.upstream.answers = answering(200, [], *([PIECE] * (TWENTY_MB // len(PIECE))))

        assert ask(door, "GET", "/").content == PIECE * (TWENTY_MB // len(PIECE))

    def test_its_beginning_comes_before_its_end_was_said(self, door):
        go_on = threading.Event()

        async def in_two_parts(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            assert await asyncio.to_thread(go_on.wait, WAIT_SECONDS_MAX)
            await send({"type": "http.response.body", "body": b"last"})

        door.upstream.answers = in_two_parts
        with door.connected() as line:
            line.sendall(head("GET", "/", "Connection: close"))
            read_until(line, b"first")
            go_on.set()
            assert b"last" in rest_of(line)

    def test_what_is_compressed_stays_as_it_is(self, door):
        headers = [(b"content-encoding", b"gzip"), (b"content-length", b"8")]
        door.upstream.answers = answering(200, headers, b"not gzip")

        answer = door.said_to(head("GET", "/", "Accept-Encoding: gzip", "Connection: close"))

        assert b"content-encoding: gzip" in answer
        assert answer.endswith(b"\r\n\r\nnot gzip")
        assert door.upstream.headers("accept-encoding") == ["gzip"]

    @pytest.mark.parametrize(
        ("method", "status", "headers"),
        [
            ("HEAD", 200, [(b"content-length", b"1234"), (b"etag", b'"x"')]),
            ("HEAD", 404, []),
            ("GET", 204, []),
            ("GET", 304, [(b"etag", b'"x"')]),
            ("HEAD", 304, [(b"etag", b'"x"')]),
        ],
    )
    def test_without_a_body_ends_with_its_head_and_the_connection_goes_on(
        self, door, method, status, headers
    ):
        door.upstream.answers = answering(status, headers)
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=WAIT_SECONDS_MAX)

        for _again in range(2):
            connection.request(method, "/")
            answer = connection.getresponse()
            assert answer.status == status
            assert answer.read() == b""
            for name, value in headers:
                assert answer.headers[name.decode()] == value.decode()
        connection.close()

    def test_not_modified_may_name_the_length_of_what_is_not_sent(self):
        """Nothing stops a web process from that, and uvicorn would wait for the rest."""

        def answer(line: socket.socket, asked: bytes) -> None:
            line.sendall(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: x\r\n\r\n")

        with (
            directory() as path,
            raw_upstream(path / "web.sock", answer),
            door_at(path) as port,
            httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            line = client.get("/").extensions["network_stream"].get_extra_info("socket")
            again = client.get("/")

            assert (again.status_code, again.headers["etag"]) == (304, "x")
            # Still the first connection: it was not broken off.
            assert again.extensions["network_stream"].get_extra_info("socket") is line

    def test_with_a_long_address_to_go_on_to_comes_back(self, door):
        address = f"/{'a' * 20_000}".encode()
        door.upstream.answers = answering(302, [(b"location", address)])

        assert ask(door, "GET", "/").headers["location"] == address.decode()

    def test_several_on_one_connection_come_in_order(self, door):
        wanted = [f"/{number}" for number in range(20)]
        raw = b"".join(head("GET", path) for path in wanted)

        answer = door.said_to(raw + head("GET", "/end", "Connection: close"))

        places = [answer.index(f'"path": "{path}"'.encode()) for path in [*wanted, "/end"]]
        assert places == sorted(places)
