"""What the ground stores: the demo's clock and the outbox of events."""

from django.db import models
from django.db.models import Q


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
