"""How much is free at several offices, day by day, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection

from heli.ground import clock
from heli.law.services import Service

# The ORM takes longer to write this down than PostgreSQL to answer it, on pages that show little
# else.
_LEFT = """
SELECT office_id, (starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day, sum(places - taken)
FROM slots_slot
WHERE office_id = ANY(%s) AND service = %s AND withdrawn_at IS NULL
    AND opens_at <= %s AND closes_at > %s AND starts_at >= %s AND starts_at < %s
GROUP BY office_id, day
ORDER BY office_id, day
""".strip()


def places_left(
    office_ids: Sequence[str], service: Service, first_on: date, last_on: date, at: datetime
) -> dict[str, dict[date, int]]:
    """By office and day what can be booked at this moment (`at`, UTC), both ends included.

    The same slots as in `queries.availability`: a full day is there with 0, a day without slots is
    left out, and so is an office without any. Days in Shanghai.
    """
    days = (clock.moment_of(first_on), clock.moment_of(last_on + timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [list(office_ids), service.value, at, at, *days])
        rows = cursor.fetchall()
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for office_id, on, left in rows:
        found[office_id][on] = left
    return dict(found)
