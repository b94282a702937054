"""Of the demo and of tests only: the clock that can be moved, and requests that do nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from heli.api.openapi import refuses
from heli.api.schemas import ClockIn, ClockOut, Nothing
from heli.ground import clock, due
from heli.ground.refusals import FieldError, InvalidInput, NotFound

JUMP_DAYS_MAX = 400
LANDS_AT = time(8)  # in Shanghai, before any office opens
CLOCK_LOCK = 0x68656C69  # an advisory lock of PostgreSQL; "heli"

EITHER_OR = _("请在 advance_days 和 to 中只填一项。")
BACKWARDS = _("时钟只能往前走，这个时间已经过去了。")
TOO_FAR = _("一次最多往前走400天。")

router = Router(tags=["demo"])


@router.post("/clock", response=ClockOut, openapi_extra=refuses(NotFound))
def post_clock(request: HttpRequest, body: ClockIn) -> ClockOut:
    """Move the demo's clock forward; answers when all that fell due on the way is done."""
    only_where_time_can_move()
    now = advance_clock(body)
    return ClockOut(today=clock.day_of(now), now=now)


@router.get("/noop", response=Nothing, openapi_extra=refuses(NotFound))
def get_noop(request: HttpRequest) -> Nothing:
    """The same middleware, nothing done: what a benchmark compares with."""
    only_where_time_can_move()
    return Nothing()


@router.post("/noop", response=Nothing, openapi_extra=refuses(NotFound))
def post_noop(request: HttpRequest) -> Nothing:
    """The same middleware, nothing done: what a benchmark compares with."""
    only_where_time_can_move()
    return Nothing()


def only_where_time_can_move() -> None:
    """Raises NotFound in production: there these paths do not exist."""
    if not settings.HELI.clock_can_move:
        raise NotFound()


def advance_clock(jump: ClockIn) -> datetime:
    """Business time after the jump, UTC. Two jumps at once happen one after the other.

    Raises InvalidInput for both or neither of the fields, a moment gone by, or too long a jump.
    """
    if (jump.advance_days is None) == (jump.to is None):
        raise InvalidInput(FieldError("advance_days", EITHER_OR), FieldError("to", EITHER_OR))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [CLOCK_LOCK])
        try:
            _walk(jump, clock.now())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CLOCK_LOCK])
    return clock.now()


def _walk(jump: ClockIn, now: datetime) -> None:
    if jump.advance_days:
        day = clock.day_of(now) + timedelta(days=jump.advance_days)
        due.advance_to(clock.moment_of(day, LANDS_AT))
    elif jump.to is not None:
        _check_reach(jump.to, now)
        due.advance_to(jump.to)


def _check_reach(to: datetime, now: datetime) -> None:
    if to < now:
        raise InvalidInput(FieldError("to", BACKWARDS))
    if to > now + timedelta(days=JUMP_DAYS_MAX):
        raise InvalidInput(FieldError("to", TOO_FAR))
