"""The one door to a place: requests of this process are gathered and given to PostgreSQL together.

`submit` answers with a future for a thread to wait on, `submit_from_loop` with one for an event
loop. One writer thread takes what is waiting, calls `bookings_take` once, and answers all. While
it runs, the next ones gather. After the database was away the same rows are sent again: their
keys make that harmless.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

import psycopg
from django.utils.translation import gettext_lazy as _

from heli.bookings.storage import Storage
from heli.bookings.take import Answer, TakeRow
from heli.ground.refusals import RateLimited, Unavailable

log = logging.getLogger(__name__)

BATCH_MAX = 64  # rows; more gain nothing (docs/decisions/0006-gathered-take.md)
WAITING_MAX = 10_000  # groups
DATABASE_AWAY_SECONDS_MAX = 8.0
PAUSE_SECONDS = 0.1
RETRY_AFTER_SECONDS = 2

TOO_MANY_WAIT = _("现在预约的人太多，您的预约没有提交。请过几秒钟再试一次。")
NOT_KNOWN = _("暂时不知道您的预约有没有提交成功。请用同一次提交再试一次，不会因此占两个号。")

Told = Answer | Exception
"""What one request hears: its answer, Unavailable where that is not known, or the fault in it."""


class Waiting(NamedTuple):
    """Requests that came together. since: when, by the monotonic clock. future: holds a list with
    what each hears, in the same order."""

    rows: Sequence[TakeRow]
    future: Future[list[Told]] | asyncio.Future[list[Told]]
    since: float


Answered = tuple[Waiting, list[Told]]


class Allocator:
    """One per process. Its thread starts with the first request and lives as long as that."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._writer: threading.Thread | None = None
        self._storage = Storage()

    def submit(self, rows: Sequence[TakeRow]) -> Future[list[Told]]:
        """Ask for a place for each row, from a thread.

        Where a row hears Unavailable the same request may be sent again with the same key. Raises
        RateLimited when too many are waiting already.
        """
        future: Future[list[Told]] = Future()
        self._queue(rows, future, time.monotonic())
        return future

    def submit_from_loop(
        self, rows: Sequence[TakeRow], *, since: float
    ) -> asyncio.Future[list[Told]]:
        """As `submit`, with a future of the event loop that is running. since: when the first of
        them came, by the monotonic clock."""
        future: asyncio.Future[list[Told]] = asyncio.get_running_loop().create_future()
        self._queue(rows, future, since)
        return future

    def _queue(
        self,
        rows: Sequence[TakeRow],
        future: Future[list[Told]] | asyncio.Future[list[Told]],
        since: float,
    ) -> None:
        if self._waiting.qsize() >= WAITING_MAX:
            raise RateLimited(TOO_MANY_WAIT, retry_after_seconds=RETRY_AFTER_SECONDS)
        if self._writer is None or not self._writer.is_alive():
            self._start_writer()
        self._waiting.put(Waiting(rows, future, since))

    def _start_writer(self) -> None:
        with self._start:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(
                    target=self._write_forever, name="allocator", daemon=True
                )
                self._writer.start()

    def _write_forever(self) -> None:
        while True:
            groups = self._gather()
            try:
                rows = [row for group in groups for row in group.rows]
                answers = iter(self.answers(rows, since=groups[0].since))
                _tell([(group, _take(answers, len(group.rows))) for group in groups])
            except Exception:
                log.exception("%d groups were left without an answer", len(groups))

    def _gather(self) -> list[Waiting]:
        """What is waiting, in order of arrival: at least one group, about BATCH_MAX rows.

        Whoever has gone away is not asked for any more. Who came before an outage and has waited
        long enough hears so at once: nothing was sent for them.
        """
        groups: list[Waiting] = []
        rows = 0
        while rows < BATCH_MAX:
            try:
                group = self._waiting.get(block=not groups)
            except queue.Empty:
                break
            if _has_gone(group.future):
                continue
            if time.monotonic() - group.since > DATABASE_AWAY_SECONDS_MAX:
                _tell([(group, [Unavailable() for _ in group.rows])])
            else:
                groups.append(group)
                rows += len(group.rows)
        return groups

    def answers(self, rows: Sequence[TakeRow], *, since: float) -> Sequence[Told]:
        """What each row of a batch hears; one that fails by itself never fails its neighbours.

        since: when the first of them came, by the monotonic clock.
        """
        try:
            return self._take_with_patience(rows, since)
        except Unavailable as away:
            return [away] * len(rows)
        except Exception as fault:  # noqa: BLE001 whatever it is belongs to the one who asked
            if len(rows) == 1:
                return [fault]
            log.warning("a batch of %d failed and is taken one by one", len(rows))
            return [told for row in rows for told in self.answers([row], since=since)]

    def _take_with_patience(self, rows: Sequence[TakeRow], since: float) -> list[Answer]:
        """Take the places; when the database goes away, try again for a while.

        Whether a statement that was cut off was committed is not known, and need not be: a row
        that was booked is found again by its key. Raises Unavailable when the first of them has
        waited long enough.
        """
        while True:
            try:
                return self._storage.take_places(rows)
            except (psycopg.OperationalError, psycopg.InterfaceError) as away:
                self._storage.close()
                if time.monotonic() >= since + DATABASE_AWAY_SECONDS_MAX:
                    raise Unavailable(NOT_KNOWN) from away
                time.sleep(PAUSE_SECONDS)


def _has_gone(future: Future[list[Told]] | asyncio.Future[list[Told]]) -> bool:
    """Whether nobody waits any more. A thread that does can no longer leave: it could do so at
    the very moment of the answer, and those after it would never hear theirs."""
    if isinstance(future, Future):
        return not future.set_running_or_notify_cancel()
    return future.done()


def _take(answers: Iterator[Told], number: int) -> list[Told]:
    return [next(answers) for _ in range(number)]


def _tell(told: Sequence[Answered]) -> None:
    """Hand the answers over: an event loop hears of all of its own at once."""
    of_loops: dict[asyncio.AbstractEventLoop, list[Answered]] = {}
    for group, answers in told:
        if isinstance(group.future, Future):
            _settle([(group, answers)])
        else:
            of_loops.setdefault(group.future.get_loop(), []).append((group, answers))
    for loop, of_loop in of_loops.items():
        try:
            loop.call_soon_threadsafe(_settle, of_loop)
        except RuntimeError:
            log.warning("%d answers came after the event loop was closed", len(of_loop))


def _settle(told: Sequence[Answered]) -> None:
    for group, answers in told:
        if not group.future.done():  # else whoever asked has gone away
            group.future.set_result(answers)


allocator = Allocator()
