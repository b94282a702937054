"""What is stored of time: the slots and the places on their way back into them."""

from django.db import models
from django.db.models import F, Q

from heli.places.models import SERVICES, Office


class Slot(models.Model):
    """One office, one service, one start time, so many places. All moments UTC.

    taken: places not free at this moment: bookings, proposed moves and places on their way back.
    Only the SQL functions of `heli/bookings/sql` and `heli/slots/sql` write it.
    opens_at: from this moment it can be booked. closes_at: from this moment it no longer can.
    consent_closes_at: a held place must be agreed to before this moment.
    change_closes_at: a confirmed booking may be moved or cancelled before this moment.
    withdrawn_at: the office no longer offers it; bookings made before stand.
    Two indexes serve every question, by id and by office, service and beginning: each booking
    writes its slot, and with it what else would be indexed (docs/scale.md).
    """

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    service = models.CharField(max_length=32, choices=SERVICES)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, db_default=0)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    consent_closes_at = models.DateTimeField()
    change_closes_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("places")), name="slots_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), closes_at__lte=F("starts_at")),
                name="slots_moments_in_order",
            ),
            models.UniqueConstraint(
                fields=["office", "service", "starts_at"], name="slots_one_per_start"
            ),
        ]


class ReturnedPlace(models.Model):
    """A place that was given back and is still counted in `taken` until it reappears.

    It reappears at a random moment so that giving a place back and taking it anew for somebody
    else gains nothing.
    """

    id = models.BigAutoField(primary_key=True)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE)
    reappears_at = models.DateTimeField(db_index=True)


class SlotGeneration(models.Model):
    """Up to which day, and by which rules, an office's slots exist. Locked while they are made.

    generated_on: the business day in Shanghai on which they were last made.
    rules_digest: SHA-256 of the office's rules and the calendar they were made by.
    """

    office = models.OneToOneField(Office, on_delete=models.CASCADE, primary_key=True)
    generated_on = models.DateField()
    rules_digest = models.BinaryField()


class ArchivedDay(models.Model):
    """What an office offered for one service on a day that is long over, of slots that are gone.

    on: the day in Shanghai. slots, places, taken: of those that were removed, summed up; slots that
    bookings refer to are still there and not counted here.
    """

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    service = models.CharField(max_length=32, choices=SERVICES)
    on = models.DateField()
    slots = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "service", "on"], name="slots_one_archived_day"
            )
        ]


class ArchiveProgress(models.Model):
    """How far the archive has come. One row, locked while a batch is archived.

    on: the day in Shanghai that is looked at next. after_office: the offices up to this id, in the
    order of ids, are done with it; empty where none is.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    on = models.DateField()
    after_office = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="slots_one_archive")]
