"""Everything that is not the door's own goes on to the web processes, streamed both ways.

They listen on a Unix socket that nobody else can reach, so that what the door says of a request
(who it came from) can be believed there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from heli.bookings.allocator import NOT_KNOWN
from heli.door.answers import Headers, RawHeaders, Receive, Scope, Send, answer_refusal
from heli.door.changes import Changes, Kind
from heli.ground.refusals import Unavailable

log = logging.getLogger(__name__)

AT_ONCE_MAX = 512  # requests that the web processes have in hand or waiting, for this door
CONNECT_SECONDS_MAX = 5.0
PAUSE_SECONDS = 0.1
IDLE_SECONDS = 15  # the web processes close an idle connection after 30
WHOLE_BODY_BYTES_MAX = 65_536  # what is longer is streamed
ANSWER_HEADER_BYTES_MAX = 65_536  # one, such as an address to go on to

SAFE = ("GET", "HEAD", "OPTIONS")
CLOCK_PATH = b"/api/v1/demo/clock"
ADDRESS = b"x-forwarded-for"

# RFC 9110 section 7.6.1: they speak of one connection and are not passed on.
HOP_BY_HOP = frozenset(
    (
        *(b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate"),
        *(b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    )
)


class ClientGone(Exception):
    """The client hung up before its request was here as a whole."""


class PassingOn:
    """The way to the web processes. socket: where they listen.

    is_behind_proxy: a reverse proxy stands before the door and says who asks; otherwise what a
    request says of that itself is replaced by the address it came from.
    """

    def __init__(self, socket: str, changes: Changes, *, is_behind_proxy: bool) -> None:
        self._changes, self._is_behind_proxy = changes, is_behind_proxy
        self._in_hand = 0
        self._session = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(socket, limit=0, keepalive_timeout=IDLE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS_MAX),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_field_size=ANSWER_HEADER_BYTES_MAX,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def pass_on(
        self, scope: Scope, receive: Receive, send: Send, *, body: bytes | None = None
    ) -> None:
        """Let the web processes answer. body: the request's, where it was read already.

        Where they do not answer, 503 with Retry-After; an answer that breaks off in the middle
        breaks off for the client, too.
        """
        headers = dict(scope["headers"])
        # Before it counts: who sends slowly is in nobody's way.
        data = body if body is not None else await _request_body(headers, receive)
        if self._in_hand >= AT_ONCE_MAX:
            await answer_refusal(send, Unavailable(), headers)
            return
        self._in_hand += 1
        try:
            response = await self._ask(scope, data)
        except (aiohttp.ClientError, TimeoutError, OSError) as broken:
            is_safe = scope["method"] in SAFE
            log.warning("the web processes did not answer: %s", type(broken).__name__)
            await answer_refusal(send, Unavailable(None if is_safe else NOT_KNOWN), headers)
            return
        else:
            async with response:
                self._count_changes(scope)
                await _pass_back(response, send)
        finally:
            self._in_hand -= 1

    async def _ask(self, scope: Scope, data: Any) -> aiohttp.ClientResponse:
        """The answer's head. While nobody listens (they are being started again), try for a while:
        a request that could not be sent at all was not begun.

        What is streamed waits until the web process wants it (RFC 9110 section 10.1.1). One that
        refuses it unread closes the connection, and whoever still writes on it does not always
        come to read why.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + CONNECT_SECONDS_MAX
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        url = URL(f"http://door{path}", encoded=True)
        while True:
            try:
                return await self._session.request(
                    scope["method"],
                    url,
                    headers=self._headers(scope),
                    data=data,
                    expect100=isinstance(data, AsyncIterator),
                    allow_redirects=False,
                )
            except aiohttp.ClientConnectorError:
                if loop.time() >= until:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)

    def _headers(self, scope: Scope) -> CIMultiDict[str]:
        passed = passed_on(scope["headers"])
        if not self._is_behind_proxy:
            passed = [pair for pair in passed if pair[0] != ADDRESS]
            client = scope["client"]
            if client:
                passed.append((ADDRESS, client[0].encode()))
        # The web processes read X_A and X-A as the same; nobody but the door may say the latter.
        return CIMultiDict(
            (name.decode("latin-1"), _text(value)) for name, value in passed if b"_" not in name
        )

    def _count_changes(self, scope: Scope) -> None:
        if scope["method"] in SAFE:
            return
        if scope["raw_path"] == CLOCK_PATH:
            self._changes.count(Kind.CLOCK)
        self._changes.count(Kind.PLACES)


def _text(value: bytes) -> str:
    """A header's value as text that is sent as the same bytes, as far as they are UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def passed_on(headers: RawHeaders) -> RawHeaders:
    """The headers without those that speak of one connection only."""
    named = b",".join(value for name, value in headers if name == b"connection").lower()
    dropped = HOP_BY_HOP.union(part.strip() for part in named.split(b",")) if named else HOP_BY_HOP
    return [pair for pair in headers if pair[0] not in dropped]


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request. Raises ClientGone."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    if message["type"] != "http.request":
        raise ClientGone
    return body


async def _request_body(headers: Headers, receive: Receive) -> bytes | AsyncIterator[bytes] | None:
    length = headers.get(b"content-length", b"")
    if length == b"0" or not (length or b"transfer-encoding" in headers):
        return None
    if length.isdigit() and int(length) <= WHOLE_BODY_BYTES_MAX:
        return await read_body(receive)
    return pieces(receive)


async def pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body of a request as it comes. Raises ClientGone."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def _pass_back(response: aiohttp.ClientResponse, send: Send) -> None:
    raw: RawHeaders = [(name.lower(), value) for name, value in response.raw_headers]
    headers = passed_on(raw)
    if response.status == HTTPStatus.NOT_MODIFIED:  # the length is of what is not sent
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    try:
        async for piece in response.content.iter_any():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except (aiohttp.ClientError, OSError) as broken:
        # Left unfinished, so that the connection is closed and nobody takes it for the whole.
        log.warning("an answer broke off in the middle: %s", type(broken).__name__)
    else:
        await send({"type": "http.response.body", "body": b""})
