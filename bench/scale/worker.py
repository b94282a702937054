"""One world's share of the measuring: told on standard input what to do, answers what it took.

A process per world, so that each works through Django and the allocator's storage as a server
does, and the worlds can take turns.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

ANSWERED = "answer: "
ROWS = 60_000  # made before the measuring; no two of one person
HOT_SLOTS = 8


def main() -> None:
    """Answer each line, a task and its arguments in JSON, until there are no more."""
    django.setup()
    tasks: dict[str, Callable[..., object]] = {"migrate": _migrate}
    for line in sys.stdin:
        asked = json.loads(line)
        task = asked.pop("task")
        if task not in tasks:
            tasks |= _measuring()
        print(ANSWERED + json.dumps(tasks[task](**asked)), flush=True)


def _migrate() -> None:
    from heli.ops.schema import migrate

    migrate()


def _measuring() -> dict[str, Callable[..., object]]:
    """The tasks that measure."""
    from heli.ground import clock, due, events
    from heli.law.services import Service
    from heli.ops.rush.storage import prepared_rows
    from heli.slots.archive import archive_days
    from heli.slots.models import Slot
    from heli.slots.queries import availability
    from tests.scale.country import name_of

    at, office, service = clock.now(), name_of(1), Service.DIVORCE_APPLICATION
    today = clock.day_of(at)
    free = Slot.objects.filter(office=office, service=service, opens_at__lt=at, closes_at__gt=at)
    hot = list(free.order_by("starts_at").values_list("id", flat=True)[:HOT_SLOTS])
    rows = [row._replace(slot=hot[n % HOT_SLOTS]) for n, row in enumerate(prepared_rows(ROWS))]
    takers = {is_durable: _Taker(rows, is_durable=is_durable) for is_durable in (False, True)}

    def take(batch: int, *, times: int, is_durable: bool) -> dict[str, float]:
        return takers[is_durable].take(batch, times=times)

    def look(times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            found = availability(office, service, today, today + timedelta(days=30), at)
            assert found.days
            assert found.next_release
        return (time.perf_counter() - began) / times

    def poll() -> dict[str, float]:
        took = {}
        questions = [(work.name, work.next_due) for work in due.registered()]
        for name, question in [*questions, ("events", events.is_any_waiting)]:
            began = time.perf_counter()
            question()
            took[name] = time.perf_counter() - began
        return took

    def archive() -> dict[str, float]:
        began = time.perf_counter()
        return {"slots": archive_days(at), "seconds": time.perf_counter() - began}

    return {"take": take, "look": look, "poll": poll, "archive": archive}


class _Taker:
    """Takes places on one connection, with rows out of a pool. is_durable: each commit waits for
    the disk, as a server's does; without, nothing but the work is measured."""

    def __init__(self, rows: list[Any], *, is_durable: bool) -> None:
        from django.db import connection

        from heli.bookings.storage import Storage

        self._rows, self._storage = rows, Storage()
        name = f"taker {is_durable}"
        os.environ["PGAPPNAME"] = name
        os.environ["PGOPTIONS"] = f"-c synchronous_commit={'on' if is_durable else 'off'}"
        self.take(1, times=1)  # connects
        del os.environ["PGAPPNAME"], os.environ["PGOPTIONS"]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE application_name = %s AND datname = current_database()",
                [name],
            )
            self._backend = Path("/proc") / str(cursor.fetchone()[0]) / "schedstat"

    def take(self, batch: int, *, times: int) -> dict[str, float]:
        """Seconds per booking by the clock, and of the processor in PostgreSQL's process."""
        from heli.bookings.take import Outcome

        batches = [[self._rows.pop() for _ in range(batch)] for _ in range(times)]
        used, began = self._processor_seconds(), time.perf_counter()
        answers = [self._storage.take_places(rows) for rows in batches]
        took, used = time.perf_counter() - began, self._processor_seconds() - used
        assert all(one.outcome is Outcome.TAKEN for answer in answers for one in answer)
        return {"clock": took / (batch * times), "processor": used / (batch * times)}

    def _processor_seconds(self) -> float:
        """Of PostgreSQL's process; 0 where the system does not tell."""
        if not hasattr(self, "_backend") or not self._backend.exists():
            return 0.0
        return int(self._backend.read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
