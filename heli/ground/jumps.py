"""The demo's jumps through business time: forwards only, one after the other, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from time import sleep

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from heli.ground import clock, due
from heli.ground.refusals import FieldError, InvalidInput

JUMP_DAYS_MAX = 400
LANDS_AT = time(8)  # in Shanghai, before any office opens
PAUSE_SECONDS = 0.1
_CLOCK_LOCK = 0x68656C69  # an advisory lock of PostgreSQL; "heli"


def jump_days(days: int) -> datetime:
    """Business time (UTC) after a jump of whole days, which lands at 08:00 Shanghai; 0 only reads.

    All that falls due on the way is done before it answers. Raises InvalidInput (advance_days).
    """
    if not 0 <= days <= JUMP_DAYS_MAX:
        raise InvalidInput(FieldError("advance_days", _("一次最多往前走400天。")))
    if days:
        with _one_at_a_time():
            due.advance_to(clock.moment_of(clock.today() + timedelta(days=days), LANDS_AT))
    return clock.now()


def jump_to(moment: datetime) -> datetime:
    """Business time (UTC) after a jump to a moment, all that falls due on the way done.

    Raises InvalidInput (to) for a moment that has gone by or lies too far ahead.
    """
    with _one_at_a_time():
        now = clock.now()
        if moment < now:
            raise InvalidInput(FieldError("to", _("时钟只能往前走，这个时间已经过去了。")))
        if moment > now + timedelta(days=JUMP_DAYS_MAX):
            raise InvalidInput(FieldError("to", _("一次最多往前走400天。")))
        due.advance_to(moment)
    return clock.now()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with connection.cursor() as cursor:
        # Asked again and again: a jump takes longer than a statement may (heli.ground.patience).
        while not _is_ours(cursor):
            sleep(PAUSE_SECONDS)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_CLOCK_LOCK])


def _is_ours(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_CLOCK_LOCK])
    (is_ours,) = cursor.fetchone()
    return bool(is_ours)
