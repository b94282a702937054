"""POST /api/v1/bookings at the door: a place taken without a thread or a framework.

What the door cannot answer from the allocator alone it passes on with the same body and key, so
that every rule, and every sentence about what is wrong, stands in one place.
"""

from __future__ import annotations

import re
from datetime import date

from django.conf import settings
from pydantic import ValidationError

from heli.api.bookings import IDEMPOTENCY_KEY_FORM
from heli.api.people import hold_request
from heli.api.reading import read_json
from heli.api.schemas import BookingIn, BookingOut
from heli.bookings.allocator import RETRY_AFTER_SECONDS, TOO_MANY_WAIT
from heli.bookings.requests import HoldRequest
from heli.bookings.services import hold_place_at_once
from heli.door.answers import (
    JSON,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    answer_refusal,
)
from heli.door.business_time import BusinessTime
from heli.door.changes import Changes, Kind
from heli.door.passing_on import PassingOn, read_body
from heli.ground import clock
from heli.ground.refusals import RateLimited, Refusal
from heli.identity.verified import VerifiedIdentity, read_token

WAITING_IN_LOOP_MAX = 1500  # in this process; more would wait longer than a person should

_KEY = re.compile(IDEMPOTENCY_KEY_FORM.encode())
_BEARER = re.compile(rb"Bearer ([\x21-\x7e]{1,4096})")


class Taking:
    """Takes places for the people who ask at this door."""

    def __init__(self, passing_on: PassingOn, changes: Changes, time: BusinessTime) -> None:
        self._passing_on, self._changes, self._time = passing_on, changes, time
        self._waiting = 0

    async def take(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Answer, or pass on what somebody else has to answer."""
        if self._waiting >= WAITING_IN_LOOP_MAX:
            await answer_refusal(send, _too_many_wait(), headers)
            return
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            await self._passing_on.pass_on(scope, receive, send)
            return
        self._waiting += 1
        try:
            await self._take(scope, headers, receive, send)
        finally:
            self._waiting -= 1

    async def _take(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        now = await self._time.now()
        asked = _read(headers, body, today=clock.day_of(now))
        booked = None
        if asked is not None:
            request, identity, key = asked
            try:
                booked = await hold_place_at_once(request, by=identity, key=key, at=now)
            except Refusal as refusal:
                await answer_refusal(send, refusal, headers)
                return
        if booked is None:
            await self._passing_on.pass_on(scope, receive, send, body=body)
            return
        self._changes.count(Kind.PLACES)
        await answer(send, 201, JSON, BookingOut.of(booked).model_dump_json().encode())


def _read(
    headers: Headers, body: bytes, *, today: date
) -> tuple[HoldRequest, VerifiedIdentity, str] | None:
    """What is asked for, by whom, under which key; None where anything of it is not in order."""
    bearer = _BEARER.fullmatch(headers.get(b"authorization", b""))
    key = headers.get(b"idempotency-key", b"")
    if bearer is None or not _KEY.fullmatch(key):
        return None
    try:
        identity = read_token(bearer[1].decode())
        asked = BookingIn.model_validate(read_json(body))
        return hold_request(asked, today=today), identity, key.decode()
    except (Refusal, ValidationError):
        return None


def _too_many_wait() -> RateLimited:
    return RateLimited(TOO_MANY_WAIT, retry_after_seconds=RETRY_AFTER_SECONDS)
