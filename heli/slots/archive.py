"""Days that are long over: slots that nothing refers to are summed up, and go.

A batch is one day at some offices and one transaction: the sums, the removal and the progress come
together or not at all, so that a crash loses nothing and doubles nothing. Processes that do it at
once take turns on the row of the progress.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Min, OuterRef, Subquery

from heli.ground import clock
from heli.law.services import Service
from heli.slots.models import ArchiveProgress, Slot, SlotGeneration
from heli.slots.services import not_referred_to

KEPT_DAYS = 60  # after the day itself
ARCHIVED_AT = time(3)  # in Shanghai, when nobody books
OFFICES_PER_BATCH = 20
BATCHES_PER_DEED = 20  # what is left waits for the next round, so that nothing else waits for it

ONE_DAY = timedelta(days=1)

_SUM_UP = """
INSERT INTO slots_archivedday AS archived (office_id, service, "on", slots, places, taken)
SELECT office_id, service, %s, count(*), sum(places), sum(taken)
  FROM slots_slot WHERE id = ANY (%s) GROUP BY office_id, service
    ON CONFLICT (office_id, service, "on") DO UPDATE
   SET slots = archived.slots + excluded.slots, places = archived.places + excluded.places,
       taken = archived.taken + excluded.taken
"""


def next_archiving() -> datetime | None:
    """Three in Shanghai (as UTC) on the next day on which there is a day to archive.

    Where days have been left over, the one of today: they are not made up for one by one in the
    order of time before anything else that is due.
    """
    progress, today = ArchiveProgress.objects.first(), clock.today()
    due_on = today if progress is None else max(progress.on + KEPT_DAYS * ONE_DAY + ONE_DAY, today)
    return clock.moment_of(due_on, ARCHIVED_AT)


def archive_days(at: datetime) -> int:
    """Archive the days that have been over for sixty days by `at` (UTC), a bounded part of them.

    Each day is looked at once; what bookings refer to then stays. Returns how many slots went.
    Repeating it goes on where it stopped, and changes nothing when all is done.
    """
    last_on = clock.day_of(at) - KEPT_DAYS * ONE_DAY - ONE_DAY
    removed, batches, is_done = 0, 0, False
    while not is_done and batches < BATCHES_PER_DEED:
        gone, is_done = _archive_batch(last_on)
        removed, batches = removed + gone, batches + 1
    return removed


@transaction.atomic
def _archive_batch(last_on: date) -> tuple[int, bool]:
    """How many slots went, and whether every day up to `last_on` is done."""
    progress = _lock_progress(last_on)
    if progress.on > last_on:
        return 0, True
    offices = list(
        SlotGeneration.objects.filter(office_id__gt=progress.after_office)
        .order_by("office_id")
        .values_list("office_id", flat=True)[:OFFICES_PER_BATCH]
    )
    removed = _sum_up_and_remove(offices, progress.on)
    if len(offices) == OFFICES_PER_BATCH:
        progress.after_office = offices[-1]
    else:
        progress.on, progress.after_office = progress.on + ONE_DAY, ""
    progress.save()
    return removed, progress.on > last_on


def _lock_progress(last_on: date) -> ArchiveProgress:
    row = ArchiveProgress.objects.select_for_update()
    progress = row.first()
    if progress is None:
        first = ArchiveProgress(on=first_day() or last_on)
        ArchiveProgress.objects.bulk_create([first], ignore_conflicts=True)
        progress = row.get()
    return progress


def first_day() -> date | None:
    """The day in Shanghai of the first slot there is; None where there is none.

    Office by office, by the index they have.
    """
    found = []
    for service in Service:
        slots = Slot.objects.filter(office=OuterRef("office"), service=service)
        first = slots.order_by("starts_at").values("starts_at")[:1]
        found.append(SlotGeneration.objects.aggregate(first=Min(Subquery(first)))["first"])
    return min((clock.day_of(moment) for moment in found if moment is not None), default=None)


def _sum_up_and_remove(offices: Sequence[str], on: date) -> int:
    """The slots are locked in the order of their ids, as everywhere, and asked again under the lock
    whether something refers to them; after that nothing can."""
    of_day = Slot.objects.filter(
        office__in=offices,
        service__in=list(Service),
        starts_at__gte=clock.moment_of(on),
        starts_at__lt=clock.moment_of(on + ONE_DAY),
    )
    candidates = of_day.filter(not_referred_to()).select_for_update().order_by("id")
    locked = list(candidates.values_list("id", flat=True))
    still_free = Slot.objects.filter(not_referred_to(), id__in=locked)
    ids = list(still_free.values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, [on, ids])
    Slot.objects.filter(id__in=ids).delete()
    return len(ids)
