"""The one door to a place: requests of this process are gathered and given to PostgreSQL together.

`submit` answers with a future for a thread to wait on, `submit_from_loop` with one for an event
loop. One writer thread takes what is waiting, calls `bookings_take` once, and answers each. While
it runs, the next ones gather. After the database was away the same rows are sent again: their
keys make that harmless.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

import psycopg
from django.utils.translation import gettext_lazy as _

from heli.bookings.storage import Storage
from heli.bookings.take import Answer, TakeRow
from heli.ground.refusals import RateLimited, Unavailable

log = logging.getLogger(__name__)

BATCH_MAX = 64  # larger ones gain nothing (docs/decisions/0006-gathered-take.md)
WAITING_MAX = 10_000
DATABASE_AWAY_SECONDS_MAX = 8.0
PAUSE_SECONDS = 0.1
RETRY_AFTER_SECONDS = 2

TOO_MANY_WAIT = _("现在预约的人太多，您的预约没有提交。请过几秒钟再试一次。")
NOT_KNOWN = _("暂时不知道您的预约有没有提交成功。请用同一次提交再试一次，不会因此占两个号。")


class Waiting(NamedTuple):
    """A request in the queue. since: when it came, by the monotonic clock."""

    row: TakeRow
    future: Future[Answer] | asyncio.Future[Answer]
    since: float


Told = tuple[Waiting, Answer | Exception]


class Allocator:
    """One per process. Its thread starts with the first request and lives as long as that."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._writer: threading.Thread | None = None
        self._storage = Storage()

    def submit(self, row: TakeRow) -> Future[Answer]:
        """Ask for a place, from a thread. The future holds the answer, or Unavailable when it is
        not known: then the same request may be sent again with the same key.

        Raises RateLimited when too many are waiting already.
        """
        future: Future[Answer] = Future()
        self._queue(row, future)
        return future

    def submit_from_loop(self, row: TakeRow) -> asyncio.Future[Answer]:
        """As `submit`, with a future of the event loop that is running."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue(row, future)
        return future

    def _queue(self, row: TakeRow, future: Future[Answer] | asyncio.Future[Answer]) -> None:
        if self._waiting.qsize() >= WAITING_MAX:
            raise RateLimited(TOO_MANY_WAIT, retry_after_seconds=RETRY_AFTER_SECONDS)
        if self._writer is None or not self._writer.is_alive():
            self._start_writer()
        self._waiting.put(Waiting(row, future, time.monotonic()))

    def _start_writer(self) -> None:
        with self._start:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(
                    target=self._write_forever, name="allocator", daemon=True
                )
                self._writer.start()

    def _write_forever(self) -> None:
        while True:
            batch = self._gather()
            try:
                _tell(self.answers(batch))
            except Exception:
                log.exception("a batch of %d was left without an answer", len(batch))

    def _gather(self) -> list[Waiting]:
        """What is waiting, in order of arrival, at least one and at most BATCH_MAX.

        Whoever has gone away is not asked for any more. Who came before an outage and has waited
        long enough hears so at once: nothing was sent for them.
        """
        batch: list[Waiting] = []
        while len(batch) < BATCH_MAX:
            try:
                waiting = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if waiting.future.done():
                continue
            if time.monotonic() - waiting.since > DATABASE_AWAY_SECONDS_MAX:
                _tell([(waiting, Unavailable())])
            else:
                batch.append(waiting)
        return batch

    def answers(self, batch: Sequence[Waiting]) -> Iterable[Told]:
        """An answer to every request of a batch; one that fails by itself never fails its neighbours."""
        try:
            return zip(batch, self._take_with_patience(batch), strict=True)
        except Unavailable as away:
            return [(waiting, away) for waiting in batch]
        except Exception as fault:  # noqa: BLE001 whatever it is belongs to the one who asked
            if len(batch) == 1:
                return [(batch[0], fault)]
            log.warning("a batch of %d failed and is taken one by one", len(batch))
            return [told for waiting in batch for told in self.answers([waiting])]

    def _take_with_patience(self, batch: Sequence[Waiting]) -> list[Answer]:
        """Take the places; when the database goes away, try again for a while.

        Whether a statement that was cut off was committed is not known, and need not be: a row
        that was booked is found again by its key. Raises Unavailable when the first of them has
        waited long enough.
        """
        rows = [waiting.row for waiting in batch]
        patience_ends = batch[0].since + DATABASE_AWAY_SECONDS_MAX
        while True:
            try:
                return self._storage.take_places(rows)
            except (psycopg.OperationalError, psycopg.InterfaceError) as away:
                self._storage.close()
                if time.monotonic() >= patience_ends:
                    raise Unavailable(NOT_KNOWN) from away
                time.sleep(PAUSE_SECONDS)


def _tell(answers: Iterable[Told]) -> None:
    """Hand the answers over: an event loop hears of all of its own at once."""
    of_loops: dict[asyncio.AbstractEventLoop, list[Told]] = {}
    for told in answers:
        future = told[0].future
        if isinstance(future, Future):
            _settle(*told)
        else:
            of_loops.setdefault(future.get_loop(), []).append(told)
    for loop, of_loop in of_loops.items():
        try:
            loop.call_soon_threadsafe(_settle_all, of_loop)
        except RuntimeError:
            log.warning("%d answers came after the event loop was closed", len(of_loop))


def _settle_all(answers: Iterable[Told]) -> None:
    for waiting, answer in answers:
        _settle(waiting, answer)


def _settle(waiting: Waiting, answer: Answer | Exception) -> None:
    future = waiting.future
    if future.done():
        return  # whoever asked has gone away
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


allocator = Allocator()
