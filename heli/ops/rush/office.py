"""The fictional office of the benchmark, and its slots."""

from __future__ import annotations

import psycopg

from heli.ops.rush.load import Slots

# Without rules of its own: the slots below are all there is, none is generated beside them.
_OFFICE = """
INSERT INTO places_office (id, name, region_id, address, hours_text, services, source, as_of,
    confidence, is_bookable)
VALUES (%s, '演示婚姻登记处', '440106', '演示路1号', '周一至周五', '{divorce_application}',
    'bench', '2026-11-24', 'high', false)
ON CONFLICT DO NOTHING
"""
_SLOTS = """
INSERT INTO slots_slot (office_id, service, starts_at, ends_at, places, opens_at, closes_at,
    consent_closes_at, change_closes_at)
SELECT %(office)s, 'divorce_application', at, at + interval '40 minutes', %(places)s,
    now() - interval '9 days', at - interval '10 hours', at - interval '2 hours',
    at - interval '24 hours'
FROM generate_series(1, %(count)s) AS number,
    LATERAL (SELECT now() + interval '6 days' + number * interval '1 minute') AS t(at)
ORDER BY number
RETURNING id
"""
OFFICE = "bench-1"


def open_slots(database: psycopg.Connection, *, count: int, places: int) -> Slots:
    """So many new slots of so many places each, open for booking, with consecutive ids."""
    database.execute(_OFFICE, [OFFICE])
    answers = database.execute(_SLOTS, {"office": OFFICE, "count": count, "places": places})
    ids = sorted(row[0] for row in answers)
    assert ids == list(range(ids[0], ids[0] + count)), "somebody else makes slots here"
    return Slots(first=ids[0], count=count)
