"""The allocator's own connection to PostgreSQL: autocommit, values bound by the server.

A commit that waits is never cancelled, since PostgreSQL would answer success for a row that a
standby may not have. When time is up the socket is shut down instead: whether the rows were
written is then not known, and the keys of the requests make asking again harmless.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection as django_connection
from psycopg.errors import Diagnostic

from heli.bookings.take import TYPES, Answer, TakeRow, answers_of, columns_of

STATEMENT_SECONDS_MAX = 8.0
CONNECT_SECONDS_MAX = 3
LOOK_EVERY_SECONDS = 0.5

_SQL = "SELECT * FROM bookings_take({})".format(", ".join(f"%b::{kind}[]" for kind in TYPES))


class NotAcknowledged(psycopg.OperationalError):
    """Committed here, but the standby may not have it: not an answer to rely on."""


class Storage:
    """One connection, used by one thread, opened when it is needed and again after it broke."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._began: float | None = None  # the statement under way, by the monotonic clock
        self._is_doubtful = False
        self._lock = threading.Lock()  # of the two above, between the user and the watch
        self._watch: threading.Thread | None = None

    def take_places(self, rows: Sequence[TakeRow]) -> list[Answer]:
        """Take a place for each row, as `heli.bookings.take.take_places` does, and commit.

        Raises psycopg.OperationalError: the connection broke, or it took longer than
        STATEMENT_SECONDS_MAX; whether anything was written is not known. Other psycopg errors
        mean that nothing was.
        """
        connection = self._opened()
        self._begin()
        try:
            found = connection.execute(_SQL, columns_of(rows), binary=True).fetchall()
        finally:
            with self._lock:
                self._began = None
        if self._is_doubtful:
            raise NotAcknowledged("the commit came with a warning")
        return answers_of(found)

    def close(self) -> None:
        """Close the connection; the next use opens another one."""
        with self._lock:
            broken, self._connection = self._connection, None
        if broken is not None:
            with suppress(psycopg.Error):
                broken.close()

    def _opened(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            opened = psycopg.connect(**_parameters(), autocommit=True)
            opened.add_notice_handler(self._hear)
            with self._lock:
                self._connection = opened
        return self._connection

    def _begin(self) -> None:
        self._is_doubtful = False
        with self._lock:
            self._began = time.monotonic()
        if self._watch is None or not self._watch.is_alive():
            self._watch = threading.Thread(target=self._look_forever, daemon=True)
            self._watch.start()

    def _hear(self, told: Diagnostic) -> None:
        # The functions warn of nothing; what warns is a commit whose wait for a standby ended.
        self._is_doubtful = self._is_doubtful or told.severity_nonlocalized == "WARNING"

    def _look_forever(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            with self._lock:
                is_late = (
                    self._began is not None
                    and time.monotonic() - self._began > STATEMENT_SECONDS_MAX
                )
                if is_late and self._connection is not None:
                    _hang_up(self._connection)


def _hang_up(connection: psycopg.Connection[Any]) -> None:
    """Wake the thread that waits for this connection: its socket has come to an end."""
    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def _parameters() -> dict[str, Any]:
    """Where Django's connection leads, without what Django adapts for itself."""
    found = django_connection.get_connection_params()
    for own in ("cursor_factory", "context"):
        found.pop(own, None)
    return {"connect_timeout": CONNECT_SECONDS_MAX, **found}
