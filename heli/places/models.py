"""What is known of places: regions, offices, and each office's rules with the day they start.

Where two rules of one office and kind start on different days, the one that started last holds.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from heli.ground.audit.history import keeps_history
from heli.law.services import Service

SERVICES = [(service.value, service.name) for service in Service]
WEEKDAYS = Q(weekday__gte=0, weekday__lte=6)


class Region(models.Model):
    """A place of GB/T 2260, from province to county. latitude, longitude: its centre, degrees.

    path: the names from the province down, joined by "/". pinyin: without tones and spaces;
    more than one reading is separated by a space, initials stand beside in their own field.
    """

    code = models.CharField(primary_key=True, max_length=6)
    name = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=160)
    initials = models.CharField(max_length=40)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[1-9]\d{5}$"), name="places_region_code_has_six_digits"
            )
        ]


@keeps_history()
class Office(models.Model):
    """A registry office as its sources describe it. `is_bookable`: it takes bookings here.

    id: stable, from the data ("440106-1"). hours_text: as the source words it.
    latitude_gcj02, longitude_gcj02: degrees in the Chinese system GCJ-02, or null.
    as_of: the day of the source, as the source gives it. confidence: high, medium or low.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    address = models.CharField(max_length=300, null=True)
    phone = models.CharField(max_length=80, null=True)
    hours_text = models.CharField(max_length=300, null=True)
    services = ArrayField(models.CharField(max_length=32, choices=SERVICES), default=list)
    latitude_gcj02 = models.FloatField(null=True)
    longitude_gcj02 = models.FloatField(null=True)
    source = models.CharField(max_length=500)
    as_of = models.CharField(max_length=120)
    confidence = models.CharField(max_length=20)
    is_bookable = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["region"], name="places_office_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_bookable=False) | Q(address__isnull=False, hours_text__isnull=False),
                name="places_no_bookings_without_address_and_hours",
            )
        ]


@keeps_history()
class OpeningHours(models.Model):
    """Open on this weekday (0 is Monday) from `opens` to `closes`, from `starts_on` on.

    All rows of an office with the same starts_on form one timetable; the last that started holds.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    starts_on = models.DateField()
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=WEEKDAYS, name="places_hours_weekday"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="places_hours_close_after_opening"
            ),
            models.UniqueConstraint(
                fields=["office", "starts_on", "weekday", "opens"], name="places_hours_once"
            ),
        ]


@keeps_history()
class Closure(models.Model):
    """The office is closed from `first_on` to `last_on`, both included."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="places_closure_ends_after_start"
            )
        ]


@keeps_history()
class ExtraDay(models.Model):
    """The office opens on a day on which it otherwise would not, or with other hours (520, 七夕).

    services: only these are offered that day; empty means all that the office offers.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    on = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField()
    services = ArrayField(models.CharField(max_length=32, choices=SERVICES), default=list)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="places_extra_closes_after_opening"
            ),
            models.UniqueConstraint(fields=["office", "on", "opens"], name="places_extra_once"),
        ]


@keeps_history()
class ServiceRule(models.Model):
    """How an office offers a service: slots of so many minutes with so many places each."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    service = models.CharField(max_length=32, choices=SERVICES)
    starts_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480), name="places_rule_minutes"
            ),
            models.UniqueConstraint(
                fields=["office", "service", "starts_on"], name="places_rule_once"
            ),
        ]


@keeps_history()
class Policy(models.Model):
    """By which rules an office takes bookings, from `starts_on` on.

    lead_working_days: a slot can be booked until the end of the day that lies this many working
    days before it (1: at the latest the working day before).
    horizon_days: a slot opens this many days before its own day, at `release_at` in Shanghai.
    change_until_hours: a confirmed booking may be moved or cancelled until so long before it.
    consent_until_hours: the other party may agree until so long before the slot begins.
    asks_household_address: whether its rules need to know where the two are registered; else
    nobody is asked.
    real_name_checks: the methods by which whoever acts here may have proven who they are, in the
    order in which they are offered; null means all that are set up (`heli.identity.verification`).
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    starts_on = models.DateField()
    lead_working_days = models.PositiveSmallIntegerField(default=1)
    horizon_days = models.PositiveSmallIntegerField(default=30)
    release_at = models.TimeField()
    change_until_hours = models.PositiveSmallIntegerField(default=24)
    consent_until_hours = models.PositiveSmallIntegerField(default=2)
    asks_household_address = models.BooleanField(default=False, db_default=False)
    real_name_checks = ArrayField(models.CharField(max_length=40), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1, horizon_days__lte=180),
                name="places_policy_horizon",
            ),
            models.UniqueConstraint(fields=["office", "starts_on"], name="places_policy_once"),
        ]
