"""How the door reads HTTP: uvicorn's protocol, without what lets a stranger harm others by it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast
from urllib.parse import quote_from_bytes

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from heli.api.reading import TOO_LARGE
from heli.door.answers import refused
from heli.door.patrol import Watched, watch
from heli.door.turns import CAME, TURNS, Turns
from heli.ground.refusals import BrokenBody

HEAD_BYTES_MAX = 65_536  # of a request's line and headers, beyond what came in one piece with them
HEAD_LOOKS_MAX = 10  # of the patrol, one a second: from the connection or first word to its end
BODY_LOOKS_MAX = 60  # without anything more of a body that was promised
ANSWER_LOOKS_MAX = 60  # in which what is ready to be sent (64 KB at most) is not taken

BOOKINGS = b"/api/v1/bookings"
BEGINS_A_BOOKING = b"POST %b HTTP/" % BOOKINGS
KEPT_BYTES_MAX = 8_192  # of a request that waits unread: four times what the mini program sends

REST = "heli.rest"
"""In the scope of a request: for so many seconds nothing more is read from its connection."""

_ASCII = "".join(map(chr, range(128)))
HEAD_TOO_LONG = "The head of the request is too long."


class NotOurs(Exception):
    """A tunnel, or a body in another protocol: the parser would take neither for what it is."""


class StrictProtocol(HttpToolsProtocol):
    """A connection to the door.

    Uvicorn gathers a head without end, and waits for it without end. It skips the body of whoever
    asks for another protocol, while the headers that are passed on still promise one: on the way to
    the web processes the next person's request would take its place. And it puts what comes behind
    a body (trailers) among the headers, where it could replace what a proxy said (RFC 9110 section
    6.5.1).

    And it is milder in one thing: an address typed with Chinese in it (`curl '…?q=广州'`), which
    the parser refuses and granian takes, is read as if it had been percent-encoded.

    Whoever asks for a place while enough are being served waits as the bytes that they sent.
    """

    # Beside uvicorn's own, few enough for all instances to share one table of names: with these
    # among them each connection would take 1.3 KB more.
    __slots__ = (
        "_answer_looks",
        "_body_looks",
        "_came",
        "_ends",
        "_has_come",
        "_head_bytes",
        "_head_looks",
        "_is_between",
        "_is_in_head",
        "_kept",
        "_rest_looks",
        "_turns",
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._is_between = True  # two requests
        self._is_in_head = False
        self._head_bytes = 0
        self._has_come = False  # something, since the last look
        # For which the door has waited: for a head, more of a body, an answer to be taken.
        self._head_looks = self._body_looks = self._answer_looks = 0
        self._rest_looks = 0  # for which the other side is to wait
        self._turns: Turns = self.app_state[TURNS]  # of all connections of this door
        self._kept: bytes | None = None  # of a request that waits for its turn
        self._came = 0.0  # since when it does, by the monotonic clock; 0 where none does or did
        self._ends = False  # when it is answered, since the server does

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        super().connection_made(transport)
        watch(self.server_state, cast("set[Watched]", self.connections), self.loop)

    def look(self) -> None:
        """Hang up on who says nothing, does not end a head, stops in a body or takes no answer; and
        read again from whom the door has let wait.

        A connection kept open between two requests is uvicorn's to close.
        """
        if self.flow.write_paused or self.transport.is_closing():
            self._answer_looks += 1
            if self._answer_looks > ANSWER_LOOKS_MAX:
                self.transport.abort()  # to close would wait until all is taken
        if self._rest_looks:
            self._rest_looks -= 1
            if not self._rest_looks and not self.transport.is_closing():
                self.flow.resume_reading()
        cycle = self.cycle
        if self._kept is not None:
            pass  # it is the door that lets them wait
        elif cycle is None or cycle.response_complete:
            if self.timeout_keep_alive_task is None:
                self._head_looks += 1
        elif not cycle.more_body or self.flow.read_paused or cycle.waiting_for_100_continue:
            self._body_looks = 0  # it is the door that lets them wait
        else:
            self._body_looks = 0 if self._has_come else self._body_looks + 1
        self._has_come = False
        if self._head_looks > HEAD_LOOKS_MAX or self._body_looks > BODY_LOOKS_MAX:
            self.transport.close()

    def resume_writing(self) -> None:
        """Of what was ready to be sent nearly all is gone."""
        super().resume_writing()
        self._answer_looks = 0

    def data_received(self, data: bytes) -> None:
        """Take in a piece, or keep it where it has to wait; 400 where it is no HTTP, or the head
        does not come to an end."""
        self._has_come = True
        if self._kept is not None:
            self._kept += data
            self.flow.pause_reading()
        elif self._is_between and self._has_to_wait(data):
            self._unset_keepalive_if_required()
            self._kept, self._came = data, time.monotonic()
            self._turns.wait(self._go_on)
        else:
            self._read(data)

    def _has_to_wait(self, data: bytes) -> bool:
        return (
            self._turns.are_busy
            and not self._turns.are_full  # then it is read, to be refused
            and data.startswith(BEGINS_A_BOOKING)
            and len(data) <= KEPT_BYTES_MAX
        )

    def _go_on(self) -> None:
        """It is their turn, if they are still there."""
        data, self._kept = self._kept, None
        if data is None or self.transport.is_closing():
            return
        self.flow.resume_reading()
        self._read(data)
        if self._ends:
            super().shutdown()

    def shutdown(self) -> None:
        """Close the connection, but not before who waits there is answered."""
        if self._kept is None:
            super().shutdown()
        else:
            self._ends = True

    def _read(self, data: bytes) -> None:
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self.send_400_response(HEAD_TOO_LONG)
                return
        if self._is_between and not data.isascii():
            line, end, rest = data.partition(b"\r\n")
            if not line.isascii():  # it is the body, nearly always
                data = quote_from_bytes(line, safe=_ASCII).encode("ascii") + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        if self._came:
            cast("dict[str, float]", self.scope)[CAME] = self._came
            self._came = 0.0
        self._is_between, self._is_in_head, self._head_bytes = False, True, 0

    def on_headers_complete(self) -> None:
        """The head is here. Raises NotOurs, which the parser turns into 400."""
        self._is_in_head = False
        self._head_looks = 0
        if self.parser.should_upgrade() and (
            self.parser.get_method() == b"CONNECT" or _promise_a_body(dict(self.headers))
        ):
            raise NotOurs
        super().on_headers_complete()
        self.headers = []  # for the trailers; the request keeps its own

    def on_message_complete(self) -> None:
        """The request is here as a whole; what comes next is another one."""
        super().on_message_complete()
        self._is_between = True

    def on_response_complete(self) -> None:
        """The answer is sent. What is left of the request is let go: most connections of a rush
        wait, and each would keep as much again as it needs itself."""
        super().on_response_complete()
        if self._is_between and not self.pipeline:
            self._rest_looks = cast("dict[str, int]", self.scope).get(REST, 0)
            self.cycle = self.scope = None  # type: ignore[assignment]
            if self._rest_looks and not self.transport.is_closing():
                self.flow.pause_reading()

    def send_400_response(self, msg: str) -> None:
        """Say, as everywhere, that this is no request, and hang up.

        msg: HEAD_TOO_LONG, or uvicorn's own words, which nobody hears.
        """
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            refusal = BrokenBody(message=TOO_LARGE if msg == HEAD_TOO_LONG else None)
            status, headers, content = refused(refusal, dict(self.headers or ()))
            headers = [
                *headers,
                (b"content-length", b"%d" % len(content)),
                (b"connection", b"close"),
            ]
            lines = [name + b": " + value + b"\r\n" for name, value in headers]
            self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", content]))
        self.transport.close()


def _promise_a_body(headers: dict[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or length.strip(b"0") != b""
