"""The allocator's own connection to PostgreSQL: autocommit, values bound by the server.

A commit that waits is never cancelled, since PostgreSQL would answer success for a row that a
standby may not have. When time is up the connection is closed instead (heli.ground.patience):
whether the rows were written is then not known, and the keys of the requests make asking again
harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection as django_connection
from psycopg.errors import Diagnostic

from heli.bookings.take import TYPES, Answer, TakeRow, answers_of, columns_of
from heli.ground.patience import CONNECT_SECONDS_MAX, ImpatientConnection

STATEMENT_SECONDS_MAX = 8.0

_SQL = "SELECT * FROM bookings_take({})".format(", ".join(f"%b::{kind}[]" for kind in TYPES))


class NotAcknowledged(psycopg.OperationalError):
    """Committed here, but the standby may not have it: not an answer to rely on."""


class Storage:
    """One connection, used by one thread, opened when it is needed and again after it broke."""

    def __init__(self) -> None:
        self._connection: ImpatientConnection | None = None
        self._is_doubtful = False

    def take_places(self, rows: Sequence[TakeRow]) -> list[Answer]:
        """Take a place for each row, as `heli.bookings.take.take_places` does, and commit.

        Raises psycopg.OperationalError: the connection broke, or it took longer than
        STATEMENT_SECONDS_MAX; whether anything was written is not known. Other psycopg errors
        mean that nothing was.
        """
        connection = self._opened()
        self._is_doubtful = False
        found = connection.execute(_SQL, columns_of(rows), binary=True).fetchall()
        if self._is_doubtful:
            raise NotAcknowledged("the commit came with a warning")
        return answers_of(found)

    def close(self) -> None:
        """Close the connection; the next use opens another one."""
        broken, self._connection = self._connection, None
        if broken is not None:
            with suppress(psycopg.Error):
                broken.close()

    def _opened(self) -> ImpatientConnection:
        if self._connection is None:
            opened = ImpatientConnection.connect(**_parameters(), autocommit=True)
            opened.answer_seconds_max = STATEMENT_SECONDS_MAX
            opened.add_notice_handler(self._hear)
            self._connection = opened
        return self._connection

    def _hear(self, told: Diagnostic) -> None:
        # The functions warn of nothing; what warns is a commit whose wait for a standby ended.
        self._is_doubtful = self._is_doubtful or told.severity_nonlocalized == "WARNING"


def _parameters() -> dict[str, Any]:
    """Where Django's connection leads, without what Django adapts for itself."""
    found = django_connection.get_connection_params()
    for own in ("cursor_factory", "context"):
        found.pop(own, None)
    return {"connect_timeout": CONNECT_SECONDS_MAX, **found}
