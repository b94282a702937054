"""What was said to whom. A notice belongs to a person who has proven who they are."""

from django.db import models


class Notice(models.Model):
    """One message to one person about one booking. Moments are business time, UTC.

    person: blind index. kind: names the text in `heli/notices/texts.py`. facts: codes and moments,
    never personal data. once: what makes it the same notice; a second one is not written.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.BinaryField()
    kind = models.CharField(max_length=40)
    booking_code = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "once"], name="notices_each_at_most_once")
        ]
        indexes = [models.Index(fields=["person", "-created_at"], name="notices_inbox")]
