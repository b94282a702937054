"""How much is free at several offices, day by day, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from heli.ground import clock
from heli.law.services import Service
from heli.slots.models import Slot


def places_left(
    office_ids: Sequence[str], service: Service, first_on: date, last_on: date, at: datetime
) -> dict[str, dict[date, int]]:
    """By office and day what can be booked at this moment (`at`, UTC), both ends included.

    The same slots as in `queries.availability`: a full day is there with 0, a day without slots is
    left out, and so is an office without any. Days in Shanghai.
    """
    rows = (
        Slot.objects.filter(
            office__in=office_ids,
            service=service,
            withdrawn_at=None,
            opens_at__lte=at,
            closes_at__gt=at,
            starts_at__gte=clock.moment_of(first_on),
            starts_at__lt=clock.moment_of(last_on) + timedelta(days=1),
        )
        .annotate(on=TruncDate("starts_at", tzinfo=clock.SHANGHAI))
        .values_list("office_id", "on")
        .annotate(left=Sum(F("places") - F("taken")))
        .order_by("office_id", "on")
    )
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for office_id, on, left in rows:
        found[office_id][on] = left
    return dict(found)
