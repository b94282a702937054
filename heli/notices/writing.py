"""Writing a notice: one row per person, and a job per way to send it, in the caller's transaction.

Nothing is ever written to a person who was merely named: only parties who have given their own
word, after their own real-name check, are `recipients`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.law.services import Service
from heli.notices import senders
from heli.notices.jobs import send_notice
from heli.notices.kinds import Kind
from heli.notices.models import Notice, Sending
from heli.slots.models import Slot

Facts = dict[str, str]


def recipients(booking: Booking) -> dict[Role, bytes]:
    """The people of a booking who may be told of it: role and blind index.

    A person who was named and has not answered is none of them, nor is the other spouse of a
    booking to withdraw, which is invisible to them.
    """
    parties = booking.parties.filter(person__isnull=False)
    if booking.service == Service.DIVORCE_WITHDRAWAL:
        parties = parties.filter(role=Role.APPLICANT)
    return {Role(party.role): bytes(party.person) for party in parties if party.person is not None}


def facts_of(booking: Booking, slot: Slot | None = None, **moments: datetime | None) -> Facts:
    """What a notice keeps of a booking: service, office, slot and moments. Nobody's data.

    slot: where it is not the one the booking stands in. moments: more of them, by name; UTC.
    """
    slot = slot or booking.slot
    facts = {
        "service": booking.service,
        "office": slot.office_id,
        "starts_at": slot.starts_at.isoformat(),
    }
    return facts | {name: at.isoformat() for name, at in moments.items() if at is not None}


@transaction.atomic
def write_notice(
    kind: Kind,
    booking: Booking,
    *,
    to: Iterable[bytes],
    facts: Facts,
    at: datetime,
    once: str = "",
) -> int:
    """Tell each of these people, unless they have been told; returns how many were told now.

    to: blind indexes out of `recipients`. at: business time, UTC. once: what tells two notices of
    one kind and booking apart, such as the moment of the event.
    """
    told = 0
    for person in to:
        notice, is_new = Notice.objects.get_or_create(
            person=person,
            once=":".join(filter(None, (kind, booking.code, once))),
            defaults={
                "kind": kind,
                "booking_code": booking.code,
                "facts": facts,
                "created_at": at,
            },
        )
        if is_new:
            _queue(notice)
            told += 1
    return told


def _queue(notice: Notice) -> None:
    for way in senders.ways():
        Sending.objects.create(notice=notice, way=way)
        send_notice.defer(notice_id=notice.id, way=way)
