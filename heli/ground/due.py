"""The register of what falls due: expiries, releases, reminders, in order of their moment.

Each room registers its work with a question (when is the next one due?) and a deed (do all that
is due by then). A job asks every second; the demo's clock walks the register so that a jump of a
month leaves nothing out and nothing in the wrong order. A deed may run late, twice or at once in
two processes: it has to be repeatable, and it decides by `at`, never by when it was last run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from heli.ground import clock, events

log = logging.getLogger(__name__)

REST_SECONDS = (5, 30, 120, 600)  # how long work rests that failed again and again
SETTLE_SECONDS_MAX = 20.0  # how long a jump of the clock waits for what another process has in hand


@dataclass(frozen=True)
class DueWork:
    """name: a verb and its object. next_due: the earliest moment (UTC) at which something falls
    due that is not yet done, or None. run: do everything due by the moment given."""

    name: str
    next_due: Callable[[], datetime | None]
    run: Callable[[datetime], None]


class NotSettled(Exception):
    """Another process still has due work or events in hand long after the clock has arrived."""


@dataclass(frozen=True)
class _Rest:
    failures: int
    until: float  # by time.monotonic


_register: dict[str, DueWork] = {}
_resting: dict[str, _Rest] = {}


def register(work: DueWork) -> None:
    """Add work to the register. The same name replaces, so that importing twice does no harm."""
    _register[work.name] = work


def registered() -> list[DueWork]:
    """All work, by name."""
    return [_register[name] for name in sorted(_register)]


def is_any_due(at: datetime) -> bool:
    """Whether work is due by `at` (UTC) that does not rest after a failure."""
    return _earliest(_guarded(), at, but_not=set()) is not None


def run_due(at: datetime, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Do what is due by `at` (UTC), in order of due time; returns the number of deeds.

    Between two deeds the events are delivered, since a listener may make something else due. Work
    that fails is logged, rests for a while and holds up no other. keep_going: asked before each
    deed, so that a process can be stopped in the middle of much work.
    """
    return _walk(_guarded(), at, before_each=lambda _moment: None, keep_going=keep_going)


def advance_to(moment: datetime) -> None:
    """Move the demo's clock to `moment` (UTC), doing on the way all that falls due, at its time.

    It returns when everything due by then is done, also what another process took in hand. Work
    that fails raises here, with the clock at the moment it had reached. Raises NotSettled when
    another process is still at it after twenty seconds.
    """
    _walk(registered(), moment, before_each=clock.move_to)
    clock.move_to(moment)
    patience = time.monotonic() + SETTLE_SECONDS_MAX
    while not _is_settled(moment):
        if time.monotonic() > patience:
            raise NotSettled(f"not all that was due by {moment.isoformat()} is done yet")
        time.sleep(0.05)


def _is_settled(moment: datetime) -> bool:
    events.deliver()
    _walk(registered(), moment, before_each=lambda _moment: None)
    is_work_left = _earliest(registered(), moment, but_not=set()) is not None
    return not is_work_left and not events.is_any_waiting()


def _walk(
    works: Iterable[DueWork],
    until: datetime,
    *,
    before_each: Callable[[datetime], None],
    keep_going: Callable[[], bool] = lambda: True,
) -> int:
    # A deed that leaves its own moment unchanged (its rows are locked elsewhere) is not called
    # again in this round, or the walk would never end.
    tried: set[tuple[str, datetime]] = set()
    while keep_going() and (upcoming := _earliest(works, until, but_not=tried)) is not None:
        moment, work = upcoming
        before_each(moment)
        work.run(moment)
        events.deliver(keep_going=keep_going)
        tried.add((work.name, moment))
    return len(tried)


def _earliest(
    works: Iterable[DueWork], until: datetime, *, but_not: set[tuple[str, datetime]]
) -> tuple[datetime, DueWork] | None:
    waiting = [
        (moment, work)
        for work in works
        if (moment := work.next_due()) is not None
        and moment <= until
        and (work.name, moment) not in but_not
    ]
    return min(waiting, key=lambda pair: (pair[0], pair[1].name)) if waiting else None


def _guarded() -> list[DueWork]:
    """All work, such that what fails is logged and rests instead of stopping the walk."""
    return [_guard(work) for work in registered()]


def _guard(work: DueWork) -> DueWork:
    def next_due() -> datetime | None:
        rest = _resting.get(work.name)
        if rest is not None and time.monotonic() < rest.until:
            return None
        return _attempt(work.name, work.next_due)

    def run(moment: datetime) -> None:
        def deed() -> bool:
            work.run(moment)
            return True

        if _attempt(work.name, deed):
            _resting.pop(work.name, None)

    return DueWork(work.name, next_due, run)


T = TypeVar("T")


def _attempt(name: str, deed: Callable[[], T]) -> T | None:
    try:
        return deed()
    except Exception:
        failures = _resting[name].failures if name in _resting else 0
        seconds = REST_SECONDS[min(failures, len(REST_SECONDS) - 1)]
        _resting[name] = _Rest(failures + 1, time.monotonic() + seconds)
        log.exception("due work failed and rests for %s seconds: %s", seconds, name)
        return None
