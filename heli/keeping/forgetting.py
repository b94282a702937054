"""Keeping to the periods: once a day everything goes whose time is over.

A batch is one transaction of its own, so that nothing waits for it long; a run that is cut off
goes on where it stopped. Two processes at once do no harm: what one has done the other finds done.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from heli.ground import clock
from heli.keeping.holdings import ROWS_PER_BATCH, Holding, registered
from heli.keeping.models import KeptTo
from heli.keeping.periods import Clock, kinds

FORGOTTEN_AT = time(4)  # in Shanghai, when nobody books
BATCHES_PER_DEED = 20  # of each kind; what is left waits for the next round, moments later
ONE_DAY = timedelta(days=1)


def next_forgetting() -> datetime | None:
    """Four in Shanghai (as UTC) on the next day on which the periods were not kept yet.

    Days that were left over are not made up for one by one: the one of today does it all.
    """
    kept, today = KeptTo.objects.first(), clock.today()
    due_on = today if kept is None else max(kept.on + ONE_DAY, today)
    return clock.moment_of(due_on, FORGOTTEN_AT)


def keep_periods(at: datetime) -> int:
    """Remove or anonymise what is older than its period at `at` (business time, UTC).

    What goes by real time is judged by the real clock, however far business time runs. Returns the
    number of rows; a bounded part of them, and the day is done when nothing is left. Repeatable.
    """
    forgotten, is_done = 0, True
    for holding in registered().values():
        rows, is_all = _forget(holding, at)
        forgotten, is_done = forgotten + rows, is_done and is_all
    if is_done:
        KeptTo.objects.update_or_create(id=1, defaults={"on": clock.day_of(at)})
    return forgotten


def forget_due(at: datetime) -> None:
    """Keep the periods; what waited too long for its turn is done for today."""
    keep_periods(max(at, clock.now()))


def _forget(holding: Holding, at: datetime) -> tuple[int, bool]:
    """How many rows went, and whether that was all."""
    kind = kinds()[holding.kind]
    if kind.period is None or holding.forget is None:
        return 0, True
    now = at if kind.clock is Clock.BUSINESS else clock.real_now()
    forgotten = 0
    for _batch in range(BATCHES_PER_DEED):
        rows = holding.forget(now - kind.period)
        forgotten += rows
        if rows < ROWS_PER_BATCH:
            return forgotten, True
    return forgotten, False
