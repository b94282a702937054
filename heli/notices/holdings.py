"""What notices hold of people: what they were told."""

from __future__ import annotations

from datetime import datetime

from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import batch, remove
from heli.keeping.holdings import Holding, Taken
from heli.notices.models import Notice
from heli.notices.queries import inbox

NOTICES_MAX = 10_000  # taken out at once; nobody has as many in half a year


def forget_notices(before: datetime) -> int:
    """Remove a batch of the notices written before the moment (business time, UTC).

    They are numbered as they were written, so that the oldest are looked at and no others.
    """
    oldest = batch(Notice.objects.order_by("id"))
    return remove(Notice.objects.filter(pk__in=oldest, created_at__lt=before))


def _take_out(by: VerifiedIdentity) -> Taken:
    return [
        {
            "title": notice.title,
            "text": notice.text,
            "created_at": notice.created_at,
            "is_read": notice.is_read,
        }
        for notice in inbox(by, limit=NOTICES_MAX)
    ]


def _erase(by: VerifiedIdentity) -> int:
    mine = Notice.objects.filter(person=by.person)
    erased = mine.count()
    mine.delete()
    return erased


HOLDINGS = (Holding("notice", forget=forget_notices, take_out=_take_out, erase=_erase),)
