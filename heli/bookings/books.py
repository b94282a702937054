"""Whether the books agree: the places counted as taken against the rows that take them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# Every booking that holds or has used its place, every open proposal, every place on its way back.
DISAGREEING = """
SELECT s.id, s.taken, coalesce(used.places, 0) AS counted
FROM slots_slot s
LEFT JOIN (
    SELECT slot_id, count(*) AS places FROM (
        SELECT slot_id FROM bookings_booking
        WHERE state IN ('held', 'confirmed', 'checked_in', 'served', 'no_show')
        UNION ALL SELECT slot_id FROM bookings_proposal WHERE state = 'open'
        UNION ALL SELECT slot_id FROM slots_returnedplace
    ) place GROUP BY slot_id
) used ON used.slot_id = s.id
WHERE s.taken <> coalesce(used.places, 0)
ORDER BY s.id
"""


@dataclass(frozen=True)
class Discrepancy:
    """A slot whose count of taken places is not what the rows say."""

    slot_id: int
    taken: int
    counted: int


def check_books() -> list[Discrepancy]:
    """Every slot where `taken` and the rows disagree; empty is as it should be."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREEING)
        return [Discrepancy(*row) for row in cursor.fetchall()]
