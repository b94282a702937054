"""What a person may do with their notices."""

from __future__ import annotations

from datetime import datetime

from heli.ground.refusals import NotFound
from heli.identity.verified import VerifiedIdentity
from heli.notices.models import Notice


def mark_read(notice_id: int, *, by: VerifiedIdentity, at: datetime) -> None:
    """Note that this person has read the notice; the first time counts.

    at: business time, UTC. Raises NotFound: no such notice, or somebody else's.
    """
    own = Notice.objects.filter(id=notice_id, person=by.person)
    if not own.filter(read_at__isnull=True).update(read_at=at) and not own.exists():
        raise NotFound()


def mark_read_up_to(notice_id: int, *, by: VerifiedIdentity, at: datetime) -> None:
    """Note that this person has read their notices up to this one, included; later ones stay new.

    at: business time, UTC. Repeating it changes nothing.
    """
    shown = Notice.objects.filter(person=by.person, id__lte=notice_id, read_at__isnull=True)
    shown.update(read_at=at)
