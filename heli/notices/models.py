"""What was said to whom, and how far sending and reminding have come.

A notice belongs to a person who has proven who they are.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from heli.notices.ways import SendingState


class Notice(models.Model):
    """One message to one person about a booking or a case. Moments are business time, UTC.

    person: blind index. kind: names the text in `heli/notices/texts.py` or `case_texts.py`.
    booking_code: the booking to look at, empty where there is none. case_id: of a notice about a
    case. facts: codes, days and moments, never personal data. once: what makes it the same notice;
    a second one is not written.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.BinaryField()
    kind = models.CharField(max_length=40)
    booking_code = models.CharField(max_length=16, default="", db_default="")
    case_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "once"], name="notices_each_at_most_once"),
            models.CheckConstraint(
                condition=~Q(booking_code="") | Q(case_id__isnull=False),
                name="notices_are_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notices_inbox"),
            models.Index(
                fields=["case_id"], name="notices_by_case", condition=Q(case_id__isnull=False)
            ),
        ]


class Sending(models.Model):
    """One notice going one way. All moments are real time, UTC.

    A notice has one open row at most; where its way does not lead on, the next way's is made.

    state: of `ways.SendingState`. tries: how often the way was asked. queued_at: when the notice
    was, whichever way it went first. tried_at: noted before the way is asked, so that a crash
    leaves a trace. sent_at: null until the way has taken it. reported_at: when the service said
    what became of it. reason: a word and a code, never personal data. account, template_id: the
    number of the WeChat account it went to, and the template. vendor_id: the service's own number.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="sendings", db_index=False
    )
    way = models.CharField(max_length=20)
    state = models.CharField(
        max_length=12,
        default=SendingState.WAITING.value,
        db_default=SendingState.WAITING.value,
    )
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    queued_at = models.DateTimeField(db_default=Now())
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, default="", db_default="")
    account = models.BigIntegerField(null=True)
    template_id = models.CharField(max_length=64, default="", db_default="")
    vendor_id = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "way"], name="notices_sent_once_per_way"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in SendingState]),
                name="notices_sending_state_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"],
                name="notices_sent_to_account",
                condition=Q(account__isnull=False),
            )
        ]


class Reminded(models.Model):
    """How far the clock has come with one kind of reminder.

    until_at: business time, UTC. Whatever begins or ends before it has had its reminder, or was
    made too late to need one.
    """

    kind = models.CharField(primary_key=True, max_length=40)
    until_at = models.DateTimeField()
