"""Rows by the batch."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from heli.keeping.holdings import ROWS_PER_BATCH


def batch(rows: QuerySet[Any]) -> list[Any]:
    """The primary keys of as many rows as make a batch."""
    return list(rows.values_list("pk", flat=True)[:ROWS_PER_BATCH])


def remove(rows: QuerySet[Any]) -> int:
    """Remove a batch of the rows, with what hangs on them; how many of these it were."""
    keys = batch(rows)
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
