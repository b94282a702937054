"""What is stored of a case. Names and numbers are sealed; constraints and triggers rule."""

from django.db import models
from django.db.models import Q

from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.law.case_steps import CaseState
from heli.law.periods import Reading
from heli.places.models import Office
from heli.vault.fields import SealedField

OPEN_STATES = [CaseState.COOLING_OFF.value, CaseState.WINDOW_OPEN.value]


class Case(models.Model):
    """A divorce by agreement that an office has accepted. Days are Shanghai's, moments UTC.

    receipt_on: the date on the receipt, which is the day on which it was given.
    window_opens_at, window_closes_at: by the default reading; from and until when the case stands
    in its window (the first included, the second not). ended_reading: the reading by which the
    registrar decided on a day on which they differ. refusal_reason: as the registrar typed it. It
    and certificate_number are emptied when both people are forgotten; certificate_mark, the
    number's blind index, is kept longer, so that no number is given twice.
    """

    id = models.UUIDField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    receipt_on = models.DateField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    window_opens_at = models.DateTimeField()
    window_closes_at = models.DateTimeField()
    opened_by = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="opened_case"
    )
    certificate_number = models.CharField(max_length=24, null=True)
    certificate_mark = models.BinaryField(null=True)
    refusal_reason = models.CharField(max_length=300, null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reading = models.CharField(max_length=80, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CaseState]),
                name="cases_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(ended_at__isnull=False)),
                name="cases_ended_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.REGISTERED)
                | Q(certificate_number__isnull=True, certificate_mark__isnull=True),
                name="cases_certificate_is_of_a_registered",
            ),
            models.CheckConstraint(
                condition=Q(certificate_number__isnull=True)
                | Q(certificate_number__regex=r"^L\d{6}-\d{4}-\d{6}$"),
                name="cases_certificate_number_form",
            ),
            models.CheckConstraint(
                condition=Q(ended_reading__isnull=True)
                | Q(ended_reading__in=[reading.value for reading in Reading]),
                name="cases_reading_is_known",
            ),
            models.UniqueConstraint(
                fields=["certificate_number"], name="cases_one_per_certificate_number"
            ),
            models.UniqueConstraint(
                fields=["certificate_mark"], name="cases_one_per_certificate_mark"
            ),
        ]
        indexes = [
            models.Index(fields=["office"], name="cases_open", condition=Q(state__in=OPEN_STATES)),
            models.Index(
                fields=["window_opens_at"],
                name="cases_windows_to_open",
                condition=Q(state=CaseState.COOLING_OFF),
            ),
            models.Index(
                fields=["window_closes_at"],
                name="cases_windows_to_close",
                condition=Q(state=CaseState.WINDOW_OPEN),
            ),
        ]


class CaseParty(models.Model):
    """One of the two spouses of a case, as their cards were read at the desk.

    person: blind index of the document number. is_open: the case has not ended; one open case per
    person, nationwide.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties", db_index=False)
    role = models.CharField(max_length=9)
    person = models.BinaryField()
    is_open = models.BooleanField(default=True)
    name_sealed = SealedField(spot_column="name")
    id_number_sealed = SealedField(spot_column="id_number")
    phone_sealed = SealedField(spot_column="phone", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="cases_role_is_known"
            ),
            models.UniqueConstraint(fields=["case", "role"], name="cases_one_party_per_role"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_open=True), name="cases_one_open_per_person"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="cases_by_person")]


class CertificatePlace(models.Model):
    """A place for the second visit: a booking of this case. is_added: every place of the window was
    taken, so one was added beyond the office's own number."""

    booking = models.OneToOneField(
        Booking, primary_key=True, on_delete=models.PROTECT, related_name="certificate_place"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="certificate_places")
    is_added = models.BooleanField(default=False)


class CaseEvent(models.Model):
    """What happened to a case, appended and never rewritten (a trigger refuses it).

    by: applicant, partner, clock or office; told to staff alone, never to the other spouse.
    details: codes, days and readings, never personal data.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    details = models.JSONField(default=dict)


class ApplicationPlan(models.Model):
    """What an office's coming application days can take, as last computed (see `plan.py`).

    planned_on: the business day in Shanghai. days: one object per day, in order: day, places,
    can_take, and limit (first, last, places, couples) or null.
    """

    office = models.OneToOneField(Office, on_delete=models.CASCADE, primary_key=True)
    planned_on = models.DateField()
    days = models.JSONField(default=list)
