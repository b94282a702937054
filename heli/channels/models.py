"""What is stored of channels: what sources say of them, what people report, what is warned of.

Days are business time; the moments of reports go by real time. All moments are UTC.
"""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from heli.channels.kinds import (
    NAME_MAX,
    NOTE_MAX,
    OPERATOR_MAX,
    PATH_MAX,
    SERVICE_WORDS,
    SOURCE_MAX,
    URL_MAX,
    Confidence,
    Kind,
    SourceKind,
)
from heli.channels.reporting import Decision, Seen, Wrong
from heli.ground.audit.history import keeps_history
from heli.places.models import Region
from heli.vault.fields import SealedField


class Entries(models.QuerySet["ChannelEntry"]):
    """Entries of the directory."""

    def valid_on(self, day: date) -> "Entries":
        """Those that hold on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))


AS_OF = r"^\d{4}(-\d{2}(-\d{2})?)?$"


@keeps_history()
class ChannelEntry(models.Model):
    """What one source says of one way to book. Several entries may speak of the same channel.

    region: whom it serves; null is the whole country. name: of the account, program, site or
    telephone. operator_stated: the source names the operator; else it was worked out. path: what
    to tap, steps joined by "→". services: as the source words them (`kinds.SERVICE_WORDS`); empty
    says nothing of booking. source: an address or words. as_of: the day, month or year of the
    source, or null. review_on: when somebody has to look again. ended_on: from this day on it no
    longer holds. checked_by: the operator who confirmed it, by their user name.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=NAME_MAX)
    operator = models.CharField(max_length=OPERATOR_MAX, null=True)
    operator_stated = models.BooleanField()
    path = models.CharField(max_length=PATH_MAX, null=True)
    url = models.CharField(max_length=URL_MAX, null=True)
    services = ArrayField(models.CharField(max_length=40), default=list)
    source = models.CharField(max_length=SOURCE_MAX)
    source_kind = models.CharField(max_length=12)
    as_of = models.CharField(max_length=10, null=True)
    confidence = models.CharField(max_length=6)
    note = models.CharField(max_length=NOTE_MAX, null=True)
    review_on = models.DateField()
    ended_on = models.DateField(null=True)
    checked_by = models.CharField(max_length=64, null=True)
    added_at = models.DateTimeField()

    objects = Entries.as_manager()

    class Meta:
        indexes = [models.Index(fields=["review_on"], name="channels_entry_review")]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind", "name", "source"],
                nulls_distinct=False,
                name="channels_entry_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(Kind)), name="channels_entry_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(services__contained_by=list(SERVICE_WORDS)),
                name="channels_entry_services_are_known",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=list(Confidence), source_kind__in=list(SourceKind)),
                name="channels_entry_sureness_is_known",
            ),
            models.CheckConstraint(
                condition=Q(as_of=None) | Q(as_of__regex=AS_OF), name="channels_entry_as_of"
            ),
            models.CheckConstraint(
                condition=Q(url=None) | Q(url__regex=r"^https?://"), name="channels_entry_url"
            ),
        ]

    def has_ended(self, on: date) -> bool:
        """Whether it no longer holds on a day."""
        return self.ended_on is not None and self.ended_on <= on


class Remark(models.Model):
    """Somebody found that an entry is wrong. No free text. by: a blind index of the address."""

    entry = models.ForeignKey(ChannelEntry, on_delete=models.CASCADE, related_name="remarks")
    wrong = models.CharField(max_length=16)
    by = models.BinaryField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="channels_remark_by")]
        constraints = [
            models.CheckConstraint(
                condition=Q(wrong__in=list(Wrong)), name="channels_remark_is_known"
            ),
            models.UniqueConstraint(
                fields=["entry", "by", "wrong"],
                condition=Q(settled_at=None),
                name="channels_remark_once",
            ),
        ]


class FakeReport(models.Model):
    """Somebody reports a fake. Nobody but an operator reads it.

    told_sealed: what was pasted and what was added, sealed; null once it is decided. region: where
    the person lives. by: a blind index of the address. decided_by: the operator's user name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    told_sealed = SealedField(null=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    seen = models.CharField(max_length=12)
    by = models.BinaryField()
    at = models.DateTimeField()
    decision = models.CharField(max_length=12, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "at"], name="channels_report_by"),
            models.Index(
                fields=["at"], condition=Q(decision=Decision.OPEN), name="channels_report_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=list(Decision), seen__in=list(Seen)),
                name="channels_report_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision=Decision.OPEN,
                    told_sealed__isnull=False,
                    decided_at=None,
                    decided_by=None,
                )
                | Q(
                    ~Q(decision=Decision.OPEN),
                    told_sealed=None,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="channels_report_is_erased_when_decided",
            ),
        ]


@keeps_history()
class Warning(models.Model):
    """A published warning of a fake, in the operator's words.

    name: what the fake calls itself, or null. host: its host name, ASCII, small letters, or null;
    one of the two is there. proof: why it is a fake. proof_url: where that can be read.
    published_by, withdrawn_by: the operators' user names; the second is null where an earlier
    version withdrew it.
    """

    name = models.CharField(max_length=80, null=True)
    host = models.CharField(max_length=253, null=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True)
    proof = models.CharField(max_length=300)
    proof_url = models.CharField(max_length=300, null=True)
    report = models.OneToOneField(FakeReport, on_delete=models.PROTECT, null=True)
    published_on = models.DateField()
    published_by = models.CharField(max_length=64)
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_on__isnull=False),
                name="channels_warning_withdrawn_by_on",
            ),
            models.CheckConstraint(
                condition=Q(name__isnull=False) | Q(host__isnull=False),
                name="channels_warning_names_something",
            ),
            models.CheckConstraint(
                condition=Q(proof_url=None) | Q(proof_url__regex=r"^https?://"),
                name="channels_warning_proof_url",
            ),
        ]
