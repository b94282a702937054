"""Forgetting day by day, for what is found by its day and in no other way cheaply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from heli.ground import clock
from heli.keeping.holdings import ROWS_PER_BATCH
from heli.keeping.models import DayReached

ONE_DAY = timedelta(days=1)


@transaction.atomic
def forget_by_the_day(
    kind: str,
    before: datetime,
    *,
    first_day: Callable[[], date | None],
    forget_day: Callable[[date], int],
) -> int:
    """Forget the days that were over at `before` (UTC), a batch of them; how many rows it were.

    Each day is looked at until nothing of it is left, and then never again; processes that do it
    at once take turns. first_day: the day of the oldest there is, asked once. forget_day: forget at
    most a batch of a day's rows; how many.
    """
    last_on = clock.day_of(before) - ONE_DAY
    if not DayReached.objects.filter(kind=kind).exists():
        _begin(kind, min(first_day() or last_on, last_on))
    reached = DayReached.objects.select_for_update().get(kind=kind)
    forgotten = 0
    while reached.on <= last_on and forgotten < ROWS_PER_BATCH:
        rows = forget_day(reached.on)
        forgotten += rows
        if rows < ROWS_PER_BATCH:
            reached.on += ONE_DAY
    reached.save(update_fields=["on"])
    return forgotten


def _begin(kind: str, on: date) -> None:
    """Never later than what is due: days to come may still get rows before those there are."""
    DayReached.objects.bulk_create([DayReached(kind=kind, on=on)], ignore_conflicts=True)
