"""The register of what falls due: expiries, releases, reminders, in order of their moment.

Each room registers its work with a question (when is the next one due?) and a deed (do all that
is due by then). A job asks every second; the demo's clock walks the register so that a jump of a
month leaves nothing out and nothing in the wrong order. A deed may run late, twice or at once in
two processes: it has to be repeatable, and it decides by `at`, never by when it was last run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from heli.ground import clock, events


@dataclass(frozen=True)
class DueWork:
    """name: a verb and its object. next_due: the earliest moment (UTC) at which something falls
    due that is not yet done, or None. run: do everything due by the moment given."""

    name: str
    next_due: Callable[[], datetime | None]
    run: Callable[[datetime], None]


_register: dict[str, DueWork] = {}


def register(work: DueWork) -> None:
    """Add work to the register. The same name replaces, so that importing twice does no harm."""
    _register[work.name] = work


def registered() -> list[DueWork]:
    """All work, by name."""
    return [_register[name] for name in sorted(_register)]


def run_due(at: datetime) -> int:
    """Do what is due by `at` (UTC), in order of due time; returns the number of deeds.

    Between two deeds the events are delivered, since a listener may make something else due.
    """
    return _walk(at, before_each=lambda _moment: None)


def advance_to(moment: datetime) -> None:
    """Move the demo's clock to `moment` (UTC), doing on the way all that falls due, at its time."""
    _walk(moment, before_each=clock.move_to)
    clock.move_to(moment)
    events.deliver()


def _walk(until: datetime, *, before_each: Callable[[datetime], None]) -> int:
    # A deed that leaves its own moment unchanged (its rows are locked elsewhere) is not called
    # again in this round, or the walk would never end.
    done: set[tuple[str, datetime]] = set()
    while (upcoming := _earliest(until, but_not=done)) is not None:
        moment, work = upcoming
        before_each(moment)
        work.run(moment)
        events.deliver()
        done.add((work.name, moment))
    return len(done)


def _earliest(
    until: datetime, *, but_not: set[tuple[str, datetime]]
) -> tuple[datetime, DueWork] | None:
    waiting = [
        (moment, work)
        for work in registered()
        if (moment := work.next_due()) is not None
        and moment <= until
        and (work.name, moment) not in but_not
    ]
    return min(waiting, key=lambda pair: (pair[0], pair[1].name)) if waiting else None
