"""What is stored of a real-name check: that it happened, never a picture, number or name."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from heli.vault.fields import SealedField


class VerificationState(StrEnum):
    """Where an attempt stands."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class Verification(models.Model):
    """One attempt to prove who somebody is. Moments are real time, UTC.

    id: random, since whoever is told it may ask how the attempt stands.
    reason: why it failed: mismatch, counter or unavailable.
    person: the blind index of the document number, once passed.
    request_sealed: the claim of a pending attempt, sealed; emptied when it is answered.
    """

    id = models.UUIDField(primary_key=True)
    method = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, default="")
    person = models.BinaryField(null=True)
    request_sealed = SealedField(null=True)
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in VerificationState]),
                name="identity_verification_state",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", answered_at__isnull=True)
                | Q(~Q(state="pending"), answered_at__isnull=False, request_sealed__isnull=True),
                name="identity_claim_kept_only_while_pending",
            ),
            models.CheckConstraint(
                condition=Q(state="passed", person__isnull=False)
                | Q(~Q(state="passed"), person__isnull=True),
                name="identity_person_known_once_passed",
            ),
        ]


class FaceIdCheck(models.Model):
    """A face check in a browser that waits for its result. Moments are real time, UTC.

    verification: the id of the attempt. biz_token: the vendor's name for the check, worth nothing
    without our key. expires_at: when it can no longer be done.
    """

    verification = models.UUIDField(primary_key=True)
    biz_token = models.CharField(max_length=128)
    expires_at = models.DateTimeField(db_index=True)


class CountedAttempt(models.Model):
    """That something was asked for which costs money, kept for a day to count it.

    subject: the blind index of who or where it was, each kind of its own (`attempts`).
    at: real time, UTC.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="identity_attempt_subject")]


class SentCode(models.Model):
    """A code that was sent to a telephone for a check. Moments are real time, UTC.

    verification: the id of the attempt. digest: keyed, of the code with the attempt's id.
    tries: how often a wrong one was typed.
    """

    verification = models.UUIDField(primary_key=True)
    digest = models.BinaryField()
    tries = models.SmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
