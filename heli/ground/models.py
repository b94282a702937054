"""What the ground stores: the demo's clock, the outbox of events, the audit."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ClockOffset(models.Model):
    """How far the demo's business time runs ahead of the real one. One row, demo and test only."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="ground_one_clock"),
            models.CheckConstraint(
                condition=Q(offset__gte="0 seconds"), name="ground_clock_never_backwards"
            ),
        ]


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened.

    payload: codes and moments, never personal data. delivered_at: real time, null while waiting.
    heard_by: the listeners that are done with it, where another one failed and is tried again.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=64)
    payload = models.JSONField()
    happened_at = models.DateTimeField()
    heard_by = models.JSONField(default=list, db_default=[])
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="ground_event_waiting", condition=Q(delivered_at__isnull=True)
            )
        ]


class AuditEntry(models.Model):
    """Who read, did or changed something: appended, never rewritten, chained by hash afterwards.

    kind: reading, deed or change (`audit.recording`). actor: "staff:7", "command:load", "" where a
    statement did not say. what: the deed's word, or table and operation. subject: what it was
    about, by its kind and id; no foreign keys, since the record outlasts its subject. office: its
    id, or "". reason: why, in somebody's words, or "". facts: ids and digests, never personal data.
    at: business time. really_at, through: the database's clock, user and program, set by a trigger.
    position, hash, chained_at: the place in the chain (`audit.chain`), null until it has one.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=7)
    actor = models.CharField(max_length=80)
    what = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    office = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    really_at = models.DateTimeField(db_default=Now())
    through = models.CharField(max_length=130, db_default="")
    position = models.BigIntegerField(null=True, unique=True)
    hash = models.BinaryField(null=True)
    chained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["reading", "deed", "change"]), name="ground_audit_kind"
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True, hash__isnull=True, chained_at__isnull=True)
                | Q(position__gte=1, hash__isnull=False, chained_at__isnull=False),
                name="ground_audit_chained_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="ground_audit_unchained", condition=Q(position__isnull=True)
            ),
            models.Index(fields=["subject_kind", "subject"], name="ground_audit_subject"),
            models.Index(fields=["actor", "id"], name="ground_audit_actor"),
        ]
