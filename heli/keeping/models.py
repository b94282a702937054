"""What is stored of keeping: the word people gave on their data, how far forgetting has come."""

from django.db import models
from django.db.models import Q


class DataConsent(models.Model):
    """One person's word that their data may be used for one purpose. Moments are real time, UTC.

    purpose, text_version, language: of `data/consents.toml`, so that the text can be shown that
    was read. person: blind index; null while the check that was begun with it is not finished.
    verification: the number of that check in `identity`, or null.
    """

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    person = models.BinaryField(null=True)
    verification = models.UUIDField(null=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(verification__isnull=False),
                name="keeping_consent_is_somebodys",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="keeping_by_person"),
            models.Index(fields=["given_at"], name="keeping_by_age"),
            models.Index(
                fields=["verification"],
                name="keeping_by_verification",
                condition=Q(person__isnull=True),
            ),
        ]


class DayReached(models.Model):
    """How far a kind that goes by the day has come. Locked while a batch of it is forgotten.

    on: the day in Shanghai that is looked at next; those before it are done.
    """

    kind = models.CharField(primary_key=True, max_length=40)
    on = models.DateField()


class KeptTo(models.Model):
    """On which day the periods were last kept. One row, locked while that is done.

    on: the business day in Shanghai up to which everything is done.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="keeping_one_row")]
