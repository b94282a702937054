"""POST /wechat/events at the door: forgeries and repetitions end here, the rest is passed on.

Anybody can send to that address, and WeChat sends again what it was not answered. The same code as
in the web processes tells which is which, without a database, a thread or a framework.
"""

from __future__ import annotations

from heli.door.answers import (
    SECURITY,
    Headers,
    Message,
    RawHeaders,
    Receive,
    Scope,
    Send,
    answer,
)
from heli.door.passing_on import PassingOn, read_body
from heli.ground import clock
from heli.wechat.pushes.answers import TAKEN, keys
from heli.wechat.pushes.keys import key_of
from heli.wechat.pushes.receiving import BODY_BYTES_MAX, Signed, check_signature, read_push
from heli.wechat.pushes.refused import PushRefused

REMEMBERED_MAX = 20_000  # about 3 MB; repetitions come within seconds, and the tables know them all
TEXT: RawHeaders = [(b"content-type", b"text/plain; charset=utf-8"), *SECURITY]


class Pushes:
    """What WeChat pushes to this door. It remembers what the web processes have answered."""

    def __init__(self, passing_on: PassingOn) -> None:
        self._passing_on = passing_on
        self._answered: dict[bytes, None] = {}  # keys, the oldest first

    async def take(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Answer what changes nothing, and pass on the rest. Raises ClientGone."""
        query = scope["query_string"].decode("latin-1")
        try:
            signed = check_signature(query, keys(), at=clock.real_now())
        except PushRefused as refused:  # its body is not even read
            await answer(send, refused.status, TEXT, b"")
            return
        length = headers.get(b"content-length", b"")
        if scope["method"] != "POST" or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            await self._passing_on.pass_on(scope, receive, send)
            return
        body = await read_body(receive)
        try:
            key = _key(signed, body)
        except PushRefused as refused:
            await answer(send, refused.status, TEXT, b"")
            return
        if key in self._answered:
            await answer(send, 200, TEXT, TAKEN.encode())
            return
        await self._pass_on(key, scope, receive, send, body=body)

    async def _pass_on(
        self, key: bytes, scope: Scope, receive: Receive, send: Send, *, body: bytes
    ) -> None:
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self._passing_on.pass_on(scope, receive, watched, body=body)
        if status == 200:
            self._remember(key)

    def _remember(self, key: bytes) -> None:
        self._answered[key] = None
        while len(self._answered) > REMEMBERED_MAX:
            del self._answered[next(iter(self._answered))]


def _key(signed: Signed, body: bytes) -> bytes:
    return key_of(read_push(signed, body, keys()))
