"""What the database knows of the keys it was sealed with: tells them apart, opens nothing."""

from __future__ import annotations

from django.db import models


class KeyMark(models.Model):
    """The mark of a key that was in use here: a digest made with it, of a text that is no secret.

    id: which key ("sealing k1", "index"). made_at: when the key was first used here, real time.
    """

    id = models.CharField(primary_key=True, max_length=48)
    mark = models.BinaryField()
    made_at = models.DateTimeField()
