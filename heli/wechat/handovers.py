"""Going on elsewhere with what one began: a ticket, good once and for minutes.

The ticket stands in an address, so it says nothing by itself; the database keeps its digest alone
and what goes along sealed, until the ticket is used.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from heli.ground import clock
from heli.vault.fields import open_from, seal_into
from heli.wechat.errors import HandoverGone
from heli.wechat.kinds import HandoverKind
from heli.wechat.models import Handover

# Real time. A page in the mini program opens at once; to another browser one has to find the way.
LIFETIMES = {
    HandoverKind.WEB_VIEW: timedelta(minutes=5),
    HandoverKind.BROWSER: timedelta(minutes=30),
}
FORGOTTEN_AFTER = timedelta(days=1)
TICKET_BYTES = 24
TICKET_CHARACTERS_MAX = 64


def hand_over(kind: HandoverKind, payload: Mapping[str, Any]) -> str:
    """A ticket with which the payload can be taken up once. payload: what JSON can hold."""
    now = clock.real_now()
    Handover.objects.filter(expires_at__lte=now - FORGOTTEN_AFTER).delete()
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    handover = Handover(ticket=_digest(ticket), kind=kind, expires_at=now + LIFETIMES[kind])
    seal_into(handover, "payload_sealed", json.dumps(payload, ensure_ascii=False))
    handover.save(force_insert=True)
    return ticket


@transaction.atomic
def take_up(kind: HandoverKind, ticket: str) -> dict[str, Any]:
    """What goes along with the ticket, which is used with this.

    Raises HandoverGone: used, expired, of another kind, or no ticket at all.
    """
    handover = _usable(kind, ticket, lock=True)
    if handover is None:
        raise HandoverGone()
    payload: dict[str, Any] = json.loads(open_from(handover, "payload_sealed"))
    handover.used_at, handover.payload_sealed = clock.real_now(), None
    handover.save(update_fields=["used_at", "payload_sealed"])
    return payload


def can_be_taken_up(kind: HandoverKind, ticket: str) -> bool:
    """Whether the ticket is still good. It stays so."""
    return _usable(kind, ticket, lock=False) is not None


def _usable(kind: HandoverKind, ticket: str, *, lock: bool) -> Handover | None:
    if not ticket or len(ticket) > TICKET_CHARACTERS_MAX:
        return None
    rows = Handover.objects.select_for_update() if lock else Handover.objects.all()
    return rows.filter(
        ticket=_digest(ticket), kind=kind, used_at=None, expires_at__gt=clock.real_now()
    ).first()


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).digest()
