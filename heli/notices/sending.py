"""Sending one notice one way, once."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import translation

from heli.ground import clock
from heli.notices import senders
from heli.notices.models import Sending
from heli.notices.queries import words_of


@transaction.atomic
def send(notice_id: int, way: str) -> bool:
    """Send the notice this way unless that is done or in hand; whether it was sent now.

    The row stays locked while the sender works, so that of two processes one sends. Raises what
    the sender raises, and the notice counts as not sent.
    """
    row = (
        Sending.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("notice")
        .filter(notice_id=notice_id, way=way, sent_at__isnull=True)
        .first()
    )
    if row is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        words = words_of([row.notice])[row.notice.id]
    message = senders.Message(
        notice_id=row.notice.id,
        kind=row.notice.kind,
        person=bytes(row.notice.person),
        title=words.title,
        text=words.text,
    )
    senders.sender_of(way).send(message)
    row.sent_at = clock.real_now()
    row.save(update_fields=["sent_at"])
    return True
