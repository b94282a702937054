"""Fifty offices with fifty thousand slots and ten thousand bookings, for these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from tests.bookings.factories import NOW
from tests.conftest import empty_tables
from tests.scale.country import bookings_sql, later_sql, offices_sql, slots_sql

OFFICES = 50


@pytest.fixture(scope="package")
def country(django_db_setup: None, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """The rows, and what PostgreSQL knows of them; both are gone when the tests are done."""
    with django_db_blocker.unblock():
        _fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
        yield
        empty_tables()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL, ANALYZE)")


@transaction.atomic
def _fill() -> None:
    with connection.cursor() as cursor:
        # Asking the guards and keys a hundred thousand times takes longer than all the rest.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(offices_sql(count=OFFICES, at=NOW))
        cursor.execute(slots_sql(offices=OFFICES, at=NOW, places=100))
        cursor.execute(bookings_sql(last=OFFICES, at=NOW))
        cursor.execute(later_sql())
        cursor.execute("DROP TABLE wanted")
