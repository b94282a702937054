"""One try of one call: sent, answered, and the answer read, or one of the faults.

What is secret (a token, a secret, a code) goes in the query of an address or in a body. httpx
writes addresses into its log, so the query is put on below it. A fault is built from the path alone
and raised outside httpx's own, which hold on to what was sent.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from django.db import connection

from heli.ground.vendors import EMULATED, WeChat
from heli.wechat.client.errors import (
    Garbled,
    NoAnswer,
    Refused,
    Unreachable,
    WeChatFault,
    fault_of,
)

ANSWER_BYTES_MAX = 4 * 1024 * 1024  # the largest answer is a picture of a code
CALLER_FAULT = 400
SERVER_FAULT = 500
REAL_HOST = "api.weixin.qq.com"

_HIDDEN = "heli_hidden_query"  # the name under which our transport finds the query
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How long a call waits, in seconds. connect: for a connection. read: for the next part of
    an answer. whole: for all of it. busy: before each further try when WeChat is busy."""

    connect: float
    read: float
    whole: float
    busy: tuple[float, ...]


# Somebody waits for the page meanwhile: what takes longer than this is over for them anyway.
PATIENCE = Patience(connect=2, read=4, whole=8, busy=(0.1, 0.3))


@dataclass(frozen=True)
class Request:
    """A call. Only the path is shown.

    body: JSON to POST; None: a GET. query: without the token. base: which of WeChat's addresses.
    is_repeatable: doing it twice is doing it once, or does no harm. with_secret: it shows appid and
    secret and no token, and the codes of its errors mean something else.
    """

    path: str
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    base: str = "api"
    is_repeatable: bool = False
    with_secret: bool = False


class Answer:
    """A JSON object from WeChat, read field by field; what is not as described raises Garbled."""

    def __init__(self, path: str, fields: Mapping[str, Any]) -> None:
        self._path = path
        self._fields = fields

    def text(self, key: str) -> str:
        """A text that is not empty; a number is taken for its digits."""
        value = self._fields.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise Garbled(self._path)
        return value

    def text_or_none(self, key: str) -> str | None:
        """A text, or None where it is missing or empty."""
        return self.text(key) if self._fields.get(key) not in (None, "") else None

    def number(self, key: str) -> int:
        """A whole number, which WeChat sometimes writes as text."""
        value = self._fields.get(key)
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Garbled(self._path)
        return value

    def number_or_none(self, key: str) -> int | None:
        """A whole number, or None where it is missing."""
        return self.number(key) if self._fields.get(key) is not None else None

    def part(self, key: str) -> Answer:
        """An object within."""
        value = self._fields.get(key)
        if not isinstance(value, dict):
            raise Garbled(self._path)
        return Answer(self._path, value)

    def whole(self) -> Mapping[str, Any]:
        """All of it."""
        return self._fields


def send(request: Request, token: str | None) -> bytes:
    """What came back, whatever it is. Raises Unreachable, NoAnswer, Garbled, Refused."""
    if is_emulated_at_the_real_one(settings.HELI.wechat):
        raise Unreachable(request.path)
    give_back_connection()
    address = f"{getattr(settings.HELI.wechat, request.base)}{request.path}"
    query = {"access_token": token, **request.query} if token is not None else request.query
    body = None
    if request.body is not None:
        # WeChat refuses \uXXXX (40033).
        body = json.dumps(request.body, ensure_ascii=False, separators=(",", ":")).encode()
    patience = PATIENCE
    until = time.monotonic() + patience.whole
    try:
        with _client().stream(
            "GET" if body is None else "POST",
            address,
            content=body,
            headers={"Content-Type": "application/json; charset=utf-8"} if body else None,
            timeout=httpx.Timeout(patience.read, connect=patience.connect),
            extensions={_HIDDEN: urlencode(query)},
        ) as response:
            if response.status_code >= SERVER_FAULT:
                raise NoAnswer(request.path)
            if response.status_code >= CALLER_FAULT:
                raise Refused(request.path)
            return _content(request, response, until)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        lost: type[WeChatFault] = Unreachable
    except httpx.DecodingError:
        lost = Garbled
    except httpx.HTTPError:
        lost = NoAnswer
    raise lost(request.path)


def give_back_connection() -> None:
    """Let others have this thread's connection to the database while it waits for WeChat: there are
    fewer of them than threads, and an outage of WeChat is none of Heli. Inside a transaction it
    stays."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.close()


def is_emulated_at_the_real_one(wechat: WeChat) -> bool:
    """Whether the apps are the emulator's and the address is not: a demo or a test without its
    emulator, which has nothing to say to the real WeChat."""
    appids = {app.appid for app in (wechat.account, wechat.mini) if app is not None}
    ours = {EMULATED["HELI_WECHAT_APPID"], EMULATED["HELI_WECHAT_MINI_APPID"]}
    return bool(appids & ours) and urlsplit(wechat.api).hostname == REAL_HOST


def read_json(request: Request, content: bytes, shape: Callable[[Answer], Result]) -> Result:
    """The answer in our own words. Raises Garbled, and the fault that its code means."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, or one as deep as nobody means it
        fields = None
    if not isinstance(fields, dict):
        raise Garbled(request.path)
    answer = Answer(request.path, fields)
    code = answer.number_or_none("errcode")
    if code:
        text = fields.get("errmsg")
        raise fault_of(
            request.path,
            code,
            text if isinstance(text, str) else "",
            with_secret=request.with_secret,
        )
    return shape(answer)


def read_picture(request: Request, content: bytes) -> bytes:
    """The picture; WeChat says no in JSON with the same status. Raises as `read_json` does."""
    if content.startswith(_PICTURES):
        return content
    read_json(request, content, lambda answer: answer)
    raise Garbled(request.path)


def _content(request: Request, response: httpx.Response, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise Garbled(request.path)
        if time.monotonic() > until:  # each part came in time, and all of it does not
            raise NoAnswer(request.path)
    return b"".join(parts)


class _HiddenQueries(httpx.BaseTransport):
    """Puts the query on where httpx no longer writes what it sends into its log."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        extensions = dict(request.extensions)
        query = extensions.pop(_HIDDEN, "")
        url = request.url.copy_with(query=query.encode()) if query else request.url
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                url,
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
        )

    def close(self) -> None:
        self._inner.close()


@cache
def _client() -> httpx.Client:
    return httpx.Client(transport=_HiddenQueries(), trust_env=False, follow_redirects=False)


# Two processes must not speak on one connection.
os.register_at_fork(after_in_child=_client.cache_clear)
