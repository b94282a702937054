"""Of the demo and of tests only: the clock that can be moved, and requests that do nothing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from heli.api.openapi import refuses
from heli.api.schemas import ClockIn, ClockOut, Nothing
from heli.ground import clock, jumps
from heli.ground.refusals import FieldError, InvalidInput, NotFound

EITHER_OR = _("请在 advance_days 和 to 中只填一项。")

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
    """Business time after the jump, UTC. Raises InvalidInput for both or neither of the fields."""
    if (jump.advance_days is None) == (jump.to is None):
        raise InvalidInput(FieldError("advance_days", EITHER_OR), FieldError("to", EITHER_OR))
    return jumps.jump_to(jump.to) if jump.to else jumps.jump_days(jump.advance_days or 0)
