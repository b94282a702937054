"""Writing a notice: one row per person, and the job that sends it, in the caller's transaction.

Nothing is ever written to a person who was merely named: only parties who have given their own
word, after their own real-name check, are `recipients`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from heli.bookings.models import Booking, Party
from heli.bookings.states import Role
from heli.cases.dates import here as here_at
from heli.cases.models import Case
from heli.cases.queries import open_case_of
from heli.law.periods import timeline
from heli.law.services import Service
from heli.notices import senders
from heli.notices.jobs import send_notice
from heli.notices.kinds import Kind
from heli.notices.models import Notice, Sending
from heli.places.queries import office_rules
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


def facts_of(
    booking: Booking, slot: Slot | None = None, **moments: datetime | date | None
) -> Facts:
    """What a notice keeps of a booking: service, office, slot and moments. Nobody's data.

    slot: where it is not the one the booking stands in. moments: more of them (UTC) or days, by
    name.
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
    return sum(
        _write_once(
            person,
            ":".join(filter(None, (kind, booking.code, once))),
            kind=kind,
            booking_code=booking.code,
            facts=facts,
            created_at=at,
        )
        for person in to
    )


@transaction.atomic
def write_case_notice(kind: Kind, case: Case, *, at: datetime, booking: Booking | None) -> int:
    """Tell both spouses of a case, unless they have been told; returns how many were told now.

    Each kind is told once per case. at: business time, UTC. booking: the one to look at, and whose
    time is told, or None.
    """
    people = [bytes(person) for person in case.parties.values_list("person", flat=True)]
    return sum(
        _write_once(
            person,
            f"{kind}:{case.id}",
            kind=kind,
            booking_code=booking.code if booking is not None else "",
            case_id=case.id,
            facts=case_facts(case, booking),
            created_at=at,
        )
        for person in people
    )


@transaction.atomic
def write_about_a_proof(person: bytes, *, office_id: str, once: str, at: datetime) -> bool:
    """Tell this person that a desk gave a proof in their name, if they hold something here; whether
    they were told now.

    person: a blind index, of whom the proof is. office_id: whose desk. at: business time, UTC. It
    hangs on a booking of theirs or their case, wherever that is.
    """
    booking_code, service, case = "", Service.DIVORCE_CERTIFICATE.value, None
    active = Party.objects.filter(person=person, is_active=True, service__in=list(Service))
    party = active.select_related("booking").order_by("booking_id").first()
    if party is not None:
        booking_code, service = party.booking.code, party.booking.service
    elif (case := open_case_of(person)) is None:
        return False
    return _write_once(
        person,
        f"{Kind.SEEN_AT_THE_DESK}:{once}",
        kind=Kind.SEEN_AT_THE_DESK,
        booking_code=booking_code,
        case_id=case.id if case else None,
        facts={"service": service, "office": office_id, "starts_at": at.isoformat()},
        created_at=at,
    )


def case_facts(case: Case, booking: Booking | None = None) -> Facts:
    """What a notice keeps of a case: office, days and moments. Nobody's data."""
    dates = timeline(case.receipt_on)
    here = here_at(dates, office_rules(case.office_id))
    days: dict[str, datetime | date] = {
        "withdraw_by": here.withdraw_by or dates.safe.withdraw_until,
        "issue_from": dates.safe.issue_from,
        "certificate_by": here.certificate_by or dates.safe.issue_until,
        "last_on": dates.window.last,
    }
    if booking is not None:
        days["place"] = booking.slot.starts_at
    return {"office": case.office_id} | {name: day.isoformat() for name, day in days.items()}


def _write_once(person: bytes, once: str, **columns: Any) -> bool:
    """Write the notice and queue it; False where it was written before."""
    notice, is_new = Notice.objects.get_or_create(person=person, once=once, defaults=columns)
    if is_new:
        _queue(notice)
    return is_new


def _queue(notice: Notice) -> None:
    """The first of the ways there are; the others follow where it does not take it."""
    for way in senders.ways()[:1]:
        Sending.objects.create(notice=notice, way=way)
        send_notice.defer(notice_id=notice.id, way=way)
