"""The one clock of business time: dates, deadlines, slots. The demo can move it, forwards only.

Tokens, sessions, rate limits and signatures go by `real_now` and never by this clock.
People read Asia/Shanghai, the database stores UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from heli.ground.models import ClockOffset

SHANGHAI = ZoneInfo("Asia/Shanghai")


def real_now() -> datetime:
    """The moment by the machine's clock, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The moment in business time, UTC."""
    return real_now() + offset()


def today() -> date:
    """The day in business time, in Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day in Shanghai that a moment falls on.

    >>> day_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    datetime.date(2026, 12, 1)
    """
    return moment.astimezone(SHANGHAI).date()


def moment_of(day: date, at: time = time()) -> datetime:
    """The moment, UTC, at which the clocks in Shanghai show `at` on `day` (midnight by default).

    >>> moment_of(date(2026, 12, 1), time(9)).isoformat()
    '2026-12-01T01:00:00+00:00'
    """
    return datetime.combine(day, at, tzinfo=SHANGHAI).astimezone(UTC)


def offset() -> timedelta:
    """How far business time runs ahead of real time: zero in production."""
    if not settings.HELI.clock_can_move:
        return timedelta()
    # A page asks several times, and the ORM takes longer over this sentence than PostgreSQL does.
    with connection.cursor() as cursor:
        cursor.execute('SELECT "offset" FROM ground_clockoffset WHERE id = 1')
        row = cursor.fetchone()
    return row[0] if row else timedelta()


def move_to(moment: datetime) -> None:
    """Set business time to `moment` (UTC). It never runs backwards: an earlier moment is ignored.

    Raises RuntimeError in production, where business time is real time.
    """
    if not settings.HELI.clock_can_move:
        raise RuntimeError("business time moves only in the demo and in tests")
    ahead = moment - real_now()
    ClockOffset.objects.get_or_create(id=1, defaults={"offset": timedelta()})
    # One statement compares and sets, so that of two who move it at once the later moment stays.
    ClockOffset.objects.filter(id=1, offset__lt=ahead).update(offset=ahead)
