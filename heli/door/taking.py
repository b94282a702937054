"""POST /api/v1/bookings at the door: places taken without a thread or a framework for each.

Who comes within a moment is dealt with together and stage by stage: every token, every body, every
name, and so on. The same code, run for many while the processor has it at hand, takes 60 % of the
time that it takes from beginning to end for each (docs/rush.md).

What the door cannot answer from the allocator alone it passes on with the same body and key, so
that every rule, and every sentence about what is wrong, stands in one place.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from django.conf import settings

from heli.api.auth import TOKEN_LENGTH_MAX
from heli.api.bookings import IDEMPOTENCY_KEY_FORM
from heli.api.people import hold_request
from heli.api.reading import read_json
from heli.api.schemas import BookingIn, BookingOut
from heli.bookings.allocator import BATCH_MAX, TOO_MANY_WAIT
from heli.bookings.queries import BookingView
from heli.bookings.services import Asking, hold_places_at_once
from heli.door.answers import (
    JSON,
    KEPT_BY_NOBODY,
    Headers,
    RawHeaders,
    Receive,
    Scope,
    Send,
    answer,
    answer_refusal,
)
from heli.door.business_time import BusinessTime
from heli.door.changes import Changes, Kind
from heli.door.crowd import Crowd
from heli.door.passing_on import PassingOn, read_body
from heli.door.protocol import REST
from heli.door.slot_rules import KeptRules
from heli.door.turns import CAME, Turns
from heli.ground import clock
from heli.ground.refusals import RateLimited, Refusal
from heli.identity.verified import read_token

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.002  # at most: no longer than until everybody is here who may come
GROUPS_MAX = 4  # under way: one is read, one written, and who comes next is at hand
RETRY_AFTER_SECONDS = (3, 4, 5, 6, 7)  # by turns, so that they do not all come again at once

_KEY = re.compile(IDEMPOTENCY_KEY_FORM.encode())
_BEARER = re.compile(rb"Bearer ([\x21-\x7e]{1,%d})" % TOKEN_LENGTH_MAX)

TAKEN: RawHeaders = [*JSON, KEPT_BY_NOBODY]

Told = bytes | Refusal | None
"""The booking as JSON, or why not, or None: somebody else has to answer."""

S = TypeVar("S")
T = TypeVar("T")


class Waiting(NamedTuple):
    """A request that is here as a whole. since: when it came, by the monotonic clock. told: what
    it hears."""

    headers: Headers
    body: bytes
    since: float
    told: asyncio.Future[Told]


class Taking:
    """Takes places for the people who ask at this door."""

    def __init__(
        self, passing_on: PassingOn, changes: Changes, time: BusinessTime, turns: Turns
    ) -> None:
        self._passing_on, self._changes, self._time = passing_on, changes, time
        self._turns = turns
        self._rules = KeptRules()
        self._retry_after = itertools.cycle(RETRY_AFTER_SECONDS)
        self._crowd = Crowd()
        self._gathered: list[Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._told_soon = 0  # of those whose group is under way
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Answer, or pass on what somebody else has to answer. Raises ClientGone."""
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            await self._passing_on.pass_on(scope, receive, send)
            return
        body = await read_body(receive)  # before it counts: who sends slowly is in nobody's way
        came: float | None = scope.get(CAME)
        if came is None:
            if self._turns.are_full:
                await self._refuse(scope, headers, send)
                return
            came = time.monotonic()
            await self._turns.has_come()
        with self._turns:
            told = await self._gather(headers, body, came)
        if isinstance(told, bytes):
            await answer(send, 201, TAKEN, told)
        elif told is not None:
            await answer_refusal(send, told, headers)
        else:
            await self._passing_on.pass_on(scope, receive, send, body=body)

    async def _refuse(self, scope: Scope, headers: Headers, send: Send) -> None:
        """Say when to come again. Whoever comes sooner over the same connection is not heard
        before: refusing them again and again would cost those who are being served."""
        seconds = next(self._retry_after)
        if not settings.HELI.is_behind_proxy:  # there a connection is many people's
            scope[REST] = seconds
        await answer_refusal(send, RateLimited(TOO_MANY_WAIT, retry_after_seconds=seconds), headers)

    def _gather(self, headers: Headers, body: bytes, came: float) -> asyncio.Future[Told]:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Told] = loop.create_future()
        self._gathered.append(Waiting(headers, body, came, told))
        gathered = len(self._gathered)
        is_whole = self._crowd.is_whole(gathered + self._told_soon, now=time.monotonic())
        if is_whole or gathered >= BATCH_MAX:
            self._begin()
        elif gathered == 1:
            self._timer = loop.call_later(GATHER_SECONDS, self._begin)
        return told

    def _begin(self) -> None:
        """Deal with who has gathered, as far as not enough groups are under way already."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._gathered and len(self._under_way) < GROUPS_MAX:
            group = self._gathered[:BATCH_MAX]
            del self._gathered[:BATCH_MAX]
            self._told_soon += len(group)
            task = asyncio.ensure_future(self._tell(group))
            self._under_way.add(task)
            task.add_done_callback(self._end)

    def _end(self, group: asyncio.Task[None]) -> None:
        was_enough = len(self._under_way) >= GROUPS_MAX
        self._under_way.discard(group)
        if was_enough:
            self._begin()

    async def _tell(self, group: Sequence[Waiting]) -> None:
        told: Sequence[Told] | Refusal
        try:
            told = await self._answers(group)
        except Refusal as refusal:
            told = refusal
        except Exception:
            log.exception("%d requests are passed on", len(group))
            told = [None] * len(group)
        self._told_soon -= len(group)
        for number, waiting in enumerate(group):
            if not waiting.told.done():
                waiting.told.set_result(told if isinstance(told, Refusal) else told[number])

    async def _answers(self, group: Sequence[Waiting]) -> list[Told]:
        now = await self._time.now()
        asking = _read(group, today=clock.day_of(now))
        await self._rules.know(one.request.slot_id for one in asking if one is not None)
        found = await hold_places_at_once(
            asking, rules_of=self._rules.of, at=now, since=group[0].since
        )
        if any(isinstance(one, BookingView) for one in found):
            self._changes.count(Kind.PLACES)
        shaped = [BookingOut.of(one) if isinstance(one, BookingView) else one for one in found]
        return [
            one.model_dump_json().encode() if isinstance(one, BookingOut) else one for one in shaped
        ]


def _read(group: Sequence[Waiting], *, today: date) -> list[Asking | None]:
    """What each asks for; None where anything of it is not in order."""
    bearers = [_BEARER.fullmatch(one.headers.get(b"authorization", b"")) for one in group]
    tokens = _each(lambda bearer: bearer[1].decode(), bearers)
    identities = _each(read_token, tokens)
    values = _each(read_json, [one.body for one in group])
    bodies = _each(BookingIn.model_validate, values)
    requests = _each(lambda body: hold_request(body, today=today), bodies)
    # Space around a header's value is none of it (RFC 9112 section 5.1); httptools leaves the end.
    keys = [_KEY.fullmatch(one.headers.get(b"idempotency-key", b"").strip()) for one in group]
    return [
        Asking(request, identity, key[0].decode()) if request and identity and key else None
        for request, identity, key in zip(requests, identities, keys, strict=True)
    ]


def _each(deed: Callable[[S], T], given: Iterable[S | None]) -> list[T | None]:
    """What the deed makes of each; None where there is nothing, or the deed cannot be done."""
    made: list[T | None] = []
    for one in given:
        try:
            made.append(None if one is None else deed(one))
        except Exception:  # noqa: BLE001 whoever answers it instead says what is wrong with it
            made.append(None)
    return made
