"""Taking turns: of those who wait for the same, one at a time."""

from __future__ import annotations

from django.db import connection


def wait_for_turn(what: str) -> None:
    """Until the end of the transaction nobody else passes here, so that many at once gain nothing.

    what: whose turn; those of different names do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
