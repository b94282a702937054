"""Whether the books are right after a rush, asked of the tables and not of the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from heli.bookings.books import DISAGREEING

_MISCOUNTED = f"SELECT count(*) FROM ({DISAGREEING}) AS slot"
_OVERSOLD = """
SELECT count(*) FROM slots_slot slot
LEFT JOIN (
    SELECT slot_id, count(*) AS bookings FROM bookings_booking
    WHERE state IN ('held', 'confirmed', 'checked_in') GROUP BY slot_id
) AS active ON active.slot_id = slot.id
WHERE slot.taken > slot.places OR coalesce(active.bookings, 0) > slot.places
"""
_DOUBLED = """
SELECT (
    SELECT count(*) FROM (
        SELECT FROM bookings_party JOIN bookings_booking booking ON booking.id = booking_id
        WHERE person IS NOT NULL AND booking.state IN ('held', 'confirmed', 'checked_in')
        GROUP BY bookings_party.service, person HAVING count(DISTINCT booking_id) > 1
    ) AS person
) + (
    SELECT count(*) FROM (
        SELECT FROM bookings_booking GROUP BY code HAVING count(*) > 1
    ) AS code
) + (
    SELECT count(*) FROM (
        SELECT FROM bookings_booking GROUP BY asker, idempotency_key HAVING count(*) > 1
    ) AS key
)
"""
_LOST = """
SELECT count(*) FROM unnest(%s::text[]) AS told(code)
LEFT JOIN bookings_booking booking ON booking.code = told.code
WHERE booking.code IS NULL
"""


@dataclass(frozen=True)
class Books:
    """What is wrong; all of it has to be nought.

    miscounted: slots whose count of taken places is not what the rows say. oversold: slots with
    more bookings than places. doubled: people with two active bookings for one service, codes and
    keys that are there twice, and codes that two were told. lost: codes that somebody was told
    and that are not there.
    """

    miscounted: int
    oversold: int
    doubled: int
    lost: int

    @property
    def are_right(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.miscounted or self.oversold or self.doubled or self.lost)

    def and_those(self, other: Books) -> Books:
        """What is wrong in either."""
        return Books(
            self.miscounted + other.miscounted,
            self.oversold + other.oversold,
            self.doubled + other.doubled,
            self.lost + other.lost,
        )


def check_books(database: psycopg.Connection, acknowledged: Sequence[str]) -> Books:
    """Read everything that was booked. acknowledged: the codes that clients were told (201)."""
    told_twice = len(acknowledged) - len(set(acknowledged))
    return Books(
        miscounted=_number(database, _MISCOUNTED),
        oversold=_number(database, _OVERSOLD),
        doubled=_number(database, _DOUBLED) + told_twice,
        lost=_number(database, _LOST, list(acknowledged)),
    )


def _number(database: psycopg.Connection, query: str, *arguments: Any) -> int:
    row = database.execute(query, arguments).fetchone()
    assert row is not None
    return int(row[0])
