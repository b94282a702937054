"""What is stored of a booking. Names and numbers are sealed; the constraints are the rules.

The moves that take or give back a place are SQL functions in `sql/`: they write these rows and
`slots_slot.taken` in one statement, and nothing else writes `taken`.
"""

from django.db import models
from django.db.models import Q

from heli.bookings.states import ProposalState, Role, State
from heli.places.models import SERVICES, Office
from heli.slots.models import Slot
from heli.vault.fields import SealedField


def _one_of(values: type[State] | type[Role] | type[ProposalState]) -> list[str]:
    return [value.value for value in values]


class Booking(models.Model):
    """A place taken by a couple, or by one person for a service that one may do alone.

    Each index here, and on parties, is written with each booking: none without a question that
    needs it (docs/scale.md).

    code: what people and vouchers call it. All moments are business time, UTC.
    starts_at: the beginning of its slot, kept beside it by the SQL functions that write slot_id.
    asker: blind index of the applicant, as the party's `named`: who has booked and with which key.
    request_digest: keyed digest of the request, to tell a retry from another request.
    held_since: when the first booking of a chain of moves was made (for the ten-minute mistake).
    eligibility_shown: the version of the conditions that was shown before booking, or null.
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=16)
    service = models.CharField(max_length=32, choices=SERVICES)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, db_index=False)
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    taken_at = models.DateTimeField()
    held_since = models.DateTimeField()
    consent_deadline = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    asker = models.BinaryField()
    idempotency_key = models.CharField(max_length=200)
    request_digest = models.BinaryField()
    eligibility_shown = models.CharField(max_length=40, null=True)
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_one_of(State)), name="bookings_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HELD) | Q(consent_deadline__isnull=False),
                name="bookings_held_has_deadline",
            ),
            models.UniqueConstraint(fields=["code"], name="bookings_one_per_code"),
            models.UniqueConstraint(
                fields=["asker", "idempotency_key"], name="bookings_one_per_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["consent_deadline"], name="bookings_due", condition=Q(state=State.HELD)
            ),
            models.Index(
                fields=["starts_at"], name="bookings_to_come", condition=Q(state=State.CONFIRMED)
            ),
            models.Index(
                fields=["starts_at"], name="bookings_in_a_hall", condition=Q(state=State.CHECKED_IN)
            ),
            models.Index(fields=["slot"], name="bookings_by_slot"),
        ]


class Party(models.Model):
    """One of the two people of a booking.

    named: blind index of the document number the applicant gave for the partner (the applicant's
    own for the applicant): who may answer. person: blind index from the party's own verified word;
    null until then. dismissed_at: when the person named said that it is not for them; their list
    leaves it out and the asker is told nothing. is_active: the booking holds a place and this
    person has given their word, so that it counts for "one active booking per person and service,
    nationwide".
    details_sealed: name, number, telephone and household address, bound to this row; before the
    word they are what the applicant typed of the partner (shown to nobody), after it the party's
    own.
    """

    id = models.UUIDField(primary_key=True)
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="parties", db_index=False
    )
    service = models.CharField(max_length=32, choices=SERVICES)
    role = models.CharField(max_length=9)
    named = models.BinaryField()
    person = models.BinaryField(null=True)
    is_active = models.BooleanField(default=True)
    consented_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    details_sealed = SealedField(spot_column="details")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=_one_of(Role)), name="bookings_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, consented_at__isnull=True)
                | Q(person__isnull=False, consented_at__isnull=False),
                name="bookings_word_is_a_persons",
            ),
            models.UniqueConstraint(fields=["booking", "role"], name="bookings_one_party_per_role"),
            models.UniqueConstraint(
                fields=["service", "person"],
                condition=Q(is_active=True, person__isnull=False),
                name="bookings_one_active_per_person_and_service",
            ),
        ]
        indexes = [
            models.Index(
                fields=["named"], name="bookings_by_partner", condition=Q(role=Role.PARTNER)
            ),
        ]


class Proposal(models.Model):
    """A proposed move of a confirmed booking; holds a place in the new slot while it is open."""

    id = models.UUIDField(primary_key=True)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="proposals")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT)
    asked_by = models.CharField(max_length=9)
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField()
    state = models.CharField(max_length=10)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_one_of(ProposalState)), name="bookings_proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__in=_one_of(Role)), name="bookings_proposal_asker"
            ),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(state=ProposalState.OPEN),
                name="bookings_one_open_proposal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"],
                name="bookings_proposals_due",
                condition=Q(state=ProposalState.OPEN),
            )
        ]


class BookingEvent(models.Model):
    """What happened to a booking, appended and never rewritten (a trigger refuses it).

    by: applicant, partner, clock or office. details: codes and moments, never personal data.
    """

    id = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.CharField(max_length=9)
    details = models.JSONField(default=dict, db_default={})


class Lapse(models.Model):
    """A held place that came to nothing, counted against the person who held it.

    suspended_until: set on the lapse that was one too many; until then no new place is held.
    """

    booking = models.OneToOneField(Booking, primary_key=True, on_delete=models.PROTECT)
    person = models.BinaryField()
    at = models.DateTimeField()
    suspended_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="bookings_lapses")]
