"""What a person may do with their notices."""

from __future__ import annotations

from datetime import datetime

from heli.ground.refusals import NotFound
from heli.identity.verified import VerifiedIdentity
from heli.notices.queries import notices_of


def mark_read(notice_id: int, *, by: VerifiedIdentity, at: datetime) -> None:
    """Note that this person has read the notice; the first time counts.

    at: business time, UTC. Raises NotFound: no such notice, or somebody else's.
    """
    own = notices_of(by).filter(id=notice_id)
    if not own.filter(read_at__isnull=True).update(read_at=at) and not own.exists():
        raise NotFound()


def mark_read_up_to(notice_id: int, *, by: VerifiedIdentity, at: datetime) -> None:
    """Note that this person has read their notices up to this one, included; later ones stay new.

    at: business time, UTC. Repeating it changes nothing.
    """
    shown = notices_of(by).filter(id__lte=notice_id, read_at__isnull=True)
    shown.update(read_at=at)
