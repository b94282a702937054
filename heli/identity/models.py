"""What is stored of a real-name check: that it happened, never a picture, number or name."""

from django.db import models


class Verification(models.Model):
    """One attempt to prove who somebody is. Moments are real time, UTC.

    person: the blind index of the document number, once passed. state: pending, passed, failed.
    request_sealed: name, number and telephone to be checked, sealed; emptied when answered.
    """

    id = models.UUIDField(primary_key=True)
    method = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, default="")
    person = models.BinaryField(null=True)
    request_sealed = models.BinaryField(null=True)
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "passed", "failed"]),
                name="identity_verification_state",
            )
        ]
