"""How a booking ends: its place given back, what happened written down, the lapse counted.

Everything here runs inside the caller's transaction, on a booking that the caller has locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom

from django.db import connection

from heli.bookings import rules
from heli.bookings.events import BookingFact
from heli.bookings.models import Booking, BookingEvent, Lapse, Proposal
from heli.bookings.states import ProposalState, Role, State
from heli.ground import events

_chance = SystemRandom()  # nobody may foresee when a place reappears

CLOCK, OFFICE = "clock", "office"


def give_back(booking: Booking, target: State, *, at: datetime) -> bool:
    """End the booking and send its place back to its slot; False when it had ended already."""
    proposal = booking.proposals.filter(state=ProposalState.OPEN).select_related("slot").first()
    return _end(
        booking,
        target,
        at=at,
        reappears=reappears_at(booking, at),
        proposal_reappears=_reappears(proposal, at) if proposal else None,
    )


def close(booking: Booking, target: State, *, at: datetime) -> bool:
    """End the booking whose place was used or whose slot is over; nothing reappears."""
    proposal = booking.proposals.filter(state=ProposalState.OPEN).select_related("slot").first()
    return _end(
        booking,
        target,
        at=at,
        reappears=None,
        proposal_reappears=_reappears(proposal, at) if proposal else None,
    )


def end_proposal(proposal: Proposal, target: ProposalState, *, at: datetime) -> bool:
    """End a proposed move; the place it held goes back, the booking stands where it stood."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_end_proposal(%s, %s, %s, %s)",
            [proposal.id, target, at, _reappears(proposal, at)],
        )
        (was_open,) = cursor.fetchone()
    return bool(was_open)


def reappears_at(booking: Booking, at: datetime) -> datetime:
    """A random moment at which the booking's place can be taken by somebody else."""
    return rules.reappears_at(at, starts_at=booking.slot.starts_at, chance=_chance)


def record(booking: Booking, event: BookingFact, *, by: Role | str) -> None:
    """Append what happened to the booking's own history and tell the other rooms."""
    BookingEvent.objects.create(booking=booking, kind=event.kind(), at=event.at, by=str(by))
    events.emit(event)


def count_lapse(booking: Booking, target: State, *, at: datetime) -> None:
    """Count a held place that came to nothing against its applicant, where the rule says so."""
    if not rules.counts_as_lapse(target, held_since=booking.held_since, at=at):
        return
    person = bytes(booking.asker)
    lapses_before = Lapse.objects.filter(
        person=person, at__gt=at - timedelta(days=rules.LAPSE_DAYS), at__lte=at
    ).count()
    Lapse.objects.create(
        booking=booking,
        person=person,
        at=at,
        suspended_until=rules.suspended_until(lapses_before, at=at),
    )


def _reappears(proposal: Proposal, at: datetime) -> datetime:
    return rules.reappears_at(at, starts_at=proposal.slot.starts_at, chance=_chance)


def _end(
    booking: Booking,
    target: State,
    *,
    at: datetime,
    reappears: datetime | None,
    proposal_reappears: datetime | None,
) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_give_back(%s, %s, %s, %s, %s)",
            [booking.id, target, at, reappears, proposal_reappears],
        )
        (has_ended,) = cursor.fetchone()
    if has_ended:
        booking.state = target
        booking.ended_at = at
    return bool(has_ended)
