"""The one door to a place: requests of this process are gathered and given to PostgreSQL together.

`submit` returns a future, so that a thread and an event loop can both wait on it. One writer thread
takes what is waiting, calls `bookings_take` once, and answers each. While it runs, the next ones
gather. After the database was away the same rows are sent again: their keys make that harmless.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from heli.bookings.take import Answer, TakeRow, take_places
from heli.ground.refusals import Unavailable

log = logging.getLogger(__name__)

BATCH_MAX = 64  # larger ones gain nothing (docs/architecture.md, the allocator)
WAITING_MAX = 10_000
DATABASE_AWAY_SECONDS_MAX = 8.0
PAUSE_SECONDS = 0.1

Waiting = tuple[TakeRow, "Future[Answer]"]


class Allocator:
    """One per process. Its thread starts with the first request and lives as long as that."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Waiting] = queue.Queue(maxsize=WAITING_MAX)
        self._start = threading.Lock()
        self._writer: threading.Thread | None = None

    def submit(self, row: TakeRow) -> Future[Answer]:
        """Ask for a place. The future holds the answer, or Unavailable when it is not known:
        then the same request may be sent again with the same key. Raises Unavailable when too
        many are waiting already."""
        self._make_sure_of_writer()
        future: Future[Answer] = Future()
        try:
            self._waiting.put_nowait((row, future))
        except queue.Full:
            raise Unavailable() from None
        return future

    def _make_sure_of_writer(self) -> None:
        with self._start:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(
                    target=self._write_forever, name="allocator", daemon=True
                )
                self._writer.start()

    def _write_forever(self) -> None:
        while True:
            answer_batch(self._gather())

    def _gather(self) -> list[Waiting]:
        batch = [self._waiting.get()]
        while len(batch) < BATCH_MAX:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch


def answer_batch(batch: list[Waiting]) -> None:
    """Answer every request of the batch; one that fails by itself never fails its neighbours."""
    try:
        answers = _take_with_patience([row for row, _ in batch])
    except Unavailable as away:
        for _, future in batch:
            future.set_exception(away)
    except Exception as fault:  # noqa: BLE001 whatever it is belongs to the one who asked
        if len(batch) == 1:
            batch[0][1].set_exception(fault)
        else:
            log.warning("a batch of %d failed and is taken one by one", len(batch))
            for one in batch:
                answer_batch([one])
    else:
        for (_, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)


def _take_with_patience(rows: list[TakeRow]) -> list[Answer]:
    """Take the places; when the database goes away, try again for a while.

    Whether a statement that was cut off was committed is not known, and need not be: a row that
    was booked is found again by its key. Raises Unavailable when the patience is at its end.
    """
    patience_ends = time.monotonic() + DATABASE_AWAY_SECONDS_MAX
    while True:
        try:
            return take_places(rows)
        except (OperationalError, InterfaceError) as away:
            connection.close()
            if time.monotonic() >= patience_ends:
                raise Unavailable() from away
            time.sleep(PAUSE_SECONDS)
        except DatabaseError:
            connection.close()
            raise


allocator = Allocator()
