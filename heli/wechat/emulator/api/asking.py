"""What a call asks, checked as WeChat checks it before it looks at the matter."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web

from heli.wechat.emulator.answers import ApiError
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.state import state_of
from heli.wechat.kinds import AppKind

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class Asked:
    """A JSON object that was sent. Whatever has another type than expected is 47001."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; without a default it has to be there."""
        return str(self._of_type(key, str, default))

    def number(self, key: str, *, default: int | None = None) -> int:
        """A whole number; without a default it has to be there."""
        return int(self._of_type(key, int, default))

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._of_type(key, bool, default))

    def part(self, key: str) -> Asked:
        """An object within; an empty one where there is none."""
        return Asked(self._of_type(key, dict, {}))

    def _of_type(self, key: str, kind: type, default: Any) -> Any:
        value = self.document.get(key, default)
        is_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or is_bool:
            raise ApiError(47001)
        return value


async def json_of(request: web.Request) -> Asked:
    """The JSON object in the body. Raises ApiError: empty, a form, escapes, no JSON object."""
    raw = await request.read()
    if not raw:
        raise ApiError(44002)
    if request.content_type == "application/x-www-form-urlencoded":
        raise ApiError(47001)
    if _ESCAPED.search(raw):
        raise ApiError(40033)
    try:
        document = json.loads(raw)
    except ValueError:
        raise ApiError(47001) from None
    if not isinstance(document, dict):
        raise ApiError(47001)
    return Asked(document)


def caller(request: web.Request, *only: AppKind, otherwise: int = 48001) -> AppKind:
    """Which app's access token the call carries. Raises ApiError.

    only: the apps that have this call; none is all. otherwise: what the others are told.
    """
    state = state_of(request)
    appid = state.kept.tokens.appid_of(request.query.get("access_token"), state.now())
    kind = state.registered.kind_of(appid)
    if kind is None or (only and kind not in only):
        raise ApiError(otherwise)
    return kind


def app_with_secret(request: web.Request, appid: str, secret: str) -> AppKind:
    """Which app says its secret. Raises ApiError."""
    registered = state_of(request).registered
    if not appid:
        raise ApiError(41002)
    kind = registered.kind_of(appid)
    if kind is None:
        raise ApiError(40013)
    if not secret:
        raise ApiError(41004)
    if registered.apps[kind].secret != secret:
        raise ApiError(40125)
    return kind


def receiver(request: web.Request, openid: str, app: AppKind) -> Person:
    """Whose openid in this app it is. Raises ApiError where it is nobody's."""
    person = state_of(request).kept.people.find(openid, app)
    if person is None:
        raise ApiError(40003)
    return person
