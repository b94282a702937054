"""Sealing anew what lies under an old key, or an old cipher, while everybody goes on.

A value that begins as new ones do is done; so a rotation that was broken off needs no memory: what
is left is what begins otherwise. A batch is one transaction. It takes the rows that nobody else
holds and waits for none, so that no booking ever waits in a circle with it; a row that was passed
over, or written back as somebody had read it before, is found in the next pass.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier

from heli.vault.fields import SealedColumn, sealed_columns
from heli.vault.keys import keyring
from heli.vault.sealing import SealBroken, seal, unseal

BATCH = 500  # rows; 10 ms of sealing
HEAD_BYTES_MIN = 2


@dataclass(frozen=True)
class Batch:
    """What became of one batch. broken: values that do not open, which stay as they are."""

    column: SealedColumn
    resealed: int
    broken: int


def count_heads(column: SealedColumn) -> Counter[bytes]:
    """How many values of the column begin with which head (scheme and key id)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _sql(
                "SELECT substring({value} for 2 + get_byte({value}, 1)), count(*)"
                " FROM {table} WHERE octet_length({value}) >= 2 GROUP BY 1",
                column,
            )
        )
        return Counter({bytes(head): count for head, count in cursor.fetchall()})


def count_left() -> int:
    """How many values are not sealed as new ones are."""
    head = keyring().head
    return sum(
        count
        for column in sealed_columns()
        for found, count in count_heads(column).items()
        if found != head
    )


def reseal_all(*, batch: int = BATCH) -> Iterator[Batch]:
    """One pass over every sealed column. As long as each batch took, it leaves the database alone
    before the next one."""
    for column in sealed_columns():
        after: Any = None
        while True:
            began = time.monotonic()
            done, after = _reseal_batch(column, after, batch)
            if after is None:
                break
            yield done
            time.sleep(time.monotonic() - began)


def open_all(column: SealedColumn, *, batch: int = BATCH) -> Iterator[Batch]:
    """Open every value of the column, to know that it opens. resealed is 0."""
    after: Any = None
    while rows := _rows(column, after, batch, head=None):
        after = rows[-1][0]
        broken = sum(_opened(column, key, value) is None for key, value in rows)
        yield Batch(column, 0, broken)


def _reseal_batch(column: SealedColumn, after: Any, batch: int) -> tuple[Batch, Any]:
    """A batch behind this key, and the key it ended with; None where there is no more."""
    with transaction.atomic():
        rows = _rows(column, after, batch, head=keyring().head)
        sealed = [
            (key, seal(text, spot=column.field.spot(key)))
            for key, value in rows
            if (text := _opened(column, key, value)) is not None
        ]
        if sealed:
            _store(column, sealed)
    last = rows[-1][0] if rows else None
    return Batch(column, len(sealed), len(rows) - len(sealed)), last


def _rows(
    column: SealedColumn, after: Any, batch: int, *, head: bytes | None
) -> list[tuple[Any, bytes]]:
    """The next rows in the order of their keys; with a head, locked ones that begin otherwise."""
    wanted, values = ["octet_length({value}) >= 2"], []
    if after is not None:
        wanted.append("{key} > %s")
        values.append(after)
    if head is not None:
        wanted.append("substring({value} for %s) <> %s")
        values += [len(head), head]
    locked = " FOR NO KEY UPDATE SKIP LOCKED" if head is not None else ""
    query = (
        "SELECT {key}, {value} FROM {table} WHERE "
        + " AND ".join(wanted)
        + " ORDER BY {key} LIMIT %s"
        + locked
    )
    with connection.cursor() as cursor:
        cursor.execute(_sql(query, column), [*values, batch])
        return [(key, bytes(value)) for key, value in cursor.fetchall()]


def _store(column: SealedColumn, sealed: list[tuple[Any, bytes]]) -> None:
    keys, values = zip(*sealed, strict=True)
    query = (
        "UPDATE {table} AS old SET {value} = new.value"
        " FROM unnest(%s::" + _key_type(column) + "[], %s::bytea[]) AS new (key, value)"
        " WHERE old.{key} = new.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(_sql(query, column), [list(keys), list(values)])


def _opened(column: SealedColumn, key: Any, value: bytes) -> str | None:
    try:
        return unseal(value, spot=column.field.spot(key))
    except SealBroken:
        return None


def _key_type(column: SealedColumn) -> str:
    known = str(column.model._meta.pk.rel_db_type(connection))
    return "text" if known.startswith("varchar") else known


def _sql(query: str, column: SealedColumn) -> Composed:
    meta = column.model._meta
    return SQL(query).format(
        table=Identifier(meta.db_table),
        key=Identifier(str(meta.pk.column)),
        value=Identifier(str(column.field.column)),
    )
