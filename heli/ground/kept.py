"""What is read from small tables once and kept in the process, for as long as nothing changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar, TypeVarTuple

from django.db import connection, models

A = TypeVarTuple("A")
T = TypeVar("T")

Version = tuple[object, ...]


class _Copy(NamedTuple, Generic[T]):
    value: T
    version: Version


class Kept(Generic[*A, T]):
    """What `read` makes of these tables. Nobody may change the value, all threads share it.

    The tables are looked at each time, so that what any process changed, by whatever way, is in
    the next answer of every process. `read` may take arguments, such as a day; the value for the
    last ones is kept.
    """

    def __init__(self, read: Callable[[*A], T], *tables: type[models.Model]) -> None:
        self._read, self._tables = read, tables
        self._lock = threading.Lock()
        self._copy: _Copy[T] | None = None

    def get(self, *given: *A) -> T:
        """The value as of now; read anew where a table or an argument is not what it was."""
        # Asked before the value is read: a change between the two is read, and read again.
        version = (*version_of(*self._tables), given)
        copy = self._copy
        if copy is None or copy.version != version:
            with self._lock:
                copy = self._copy
                if copy is None or copy.version != version:
                    copy = self._copy = _Copy(self._read(*given), version)
        return copy.value


def version_of(*tables: type[models.Model]) -> Version:
    """What is another one after every change of these tables that is committed.

    A row is told by where it lies and which transaction wrote it, so no table needs a column for
    this and nobody who writes has to think of it. Reads the tables, but nothing of a row beyond
    its head: a tenth of a millisecond for a few hundred rows, three tenths for all regions.
    """
    rows = " UNION ALL ".join(
        f'SELECT ctid, xmin FROM "{table._meta.db_table}"' for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(hashtidextended(ctid, xmin::text::bigint))"
            f" FROM ({rows}) AS every_row"
        )
        found: Version = cursor.fetchone()
    return found
