"""What the clock does to bookings. Each deed may run late, twice, or in two processes at once."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from heli.bookings import queries
from heli.bookings.ending import CLOCK, close, count_lapse, end_proposal, give_back, record
from heli.bookings.events import BookingExpired, BookingMissed, BookingServed, MoveLapsed
from heli.bookings.models import Booking, Proposal
from heli.bookings.states import ProposalState, State
from heli.ground import clock

CLOSED_WITH_THE_DAY = (State.CONFIRMED, State.CHECKED_IN)


def expire_holds(at: datetime) -> None:
    """Give back every held place whose deadline is not after `at` (UTC)."""
    overdue = Booking.objects.filter(state=State.HELD, consent_deadline__lte=at)
    for booking_id in overdue.order_by("consent_deadline").values_list("id", flat=True):
        expire_hold(booking_id, at)


def next_expiry() -> datetime | None:
    """The earliest deadline of a held place."""
    held = Booking.objects.filter(state=State.HELD)
    earliest: datetime | None = held.aggregate(next=Min("consent_deadline"))["next"]
    return earliest


@transaction.atomic
def expire_hold(booking_id: uuid.UUID, at: datetime) -> bool:
    """End one held booking whose deadline has passed; False when somebody else already has."""
    (booking,) = queries.lock_bookings(booking_id)
    if not queries.is_overdue(booking, at):
        return False
    deadline = booking.consent_deadline or at
    give_back(booking, State.EXPIRED, at=at)
    count_lapse(booking, State.EXPIRED, at=deadline)
    record(booking, BookingExpired(code=booking.code, at=at), by=CLOCK)
    return True


def lapse_proposals(at: datetime) -> None:
    """End every proposed move that nobody answered by `at` (UTC); the old places stand."""
    overdue = Proposal.objects.filter(state=ProposalState.OPEN, deadline__lte=at)
    for proposal_id in overdue.order_by("deadline").values_list("id", flat=True):
        _lapse_proposal(proposal_id, at)


def next_lapse() -> datetime | None:
    """The earliest deadline of a proposed move."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN)
    earliest: datetime | None = waiting.aggregate(next=Min("deadline"))["next"]
    return earliest


def close_days(at: datetime) -> None:
    """End every booking whose service day is over by `at` (UTC) and that stands open.

    A confirmed one was missed. Of one that was checked in the desk recorded no outcome: they were
    there, and must not be kept from booking again.
    """
    today_begins = clock.moment_of(clock.day_of(at))
    for state in CLOSED_WITH_THE_DAY:
        left = Booking.objects.filter(state=state, starts_at__lt=today_begins)
        for booking_id in left.values_list("id", flat=True):
            _close_with_the_day(booking_id, at)


def next_day_to_close() -> datetime | None:
    """The midnight, in Shanghai, after the earliest day that has bookings to close."""
    earliest = [_earliest_in(state) for state in CLOSED_WITH_THE_DAY]
    starts_at = min((first for first in earliest if first is not None), default=None)
    if starts_at is None:
        return None
    return clock.moment_of(clock.day_of(starts_at) + timedelta(days=1))


@transaction.atomic
def _lapse_proposal(proposal_id: uuid.UUID, at: datetime) -> None:
    proposal = Proposal.objects.select_related("slot").get(id=proposal_id)
    (booking,) = queries.lock_bookings(proposal.booking_id)
    if end_proposal(proposal, ProposalState.LAPSED, at=at):
        event = MoveLapsed(
            code=booking.code, at=at, asked_by=proposal.asked_by, slot_id=proposal.slot_id
        )
        record(booking, event, by=CLOCK)


def _earliest_in(state: State) -> datetime | None:
    first = Booking.objects.filter(state=state).aggregate(next=Min("starts_at"))
    starts_at: datetime | None = first["next"]
    return starts_at


@transaction.atomic
def _close_with_the_day(booking_id: uuid.UUID, at: datetime) -> None:
    (booking,) = queries.lock_bookings(booking_id)
    if not _day_is_over(booking, at):
        return
    if booking.state == State.CONFIRMED:
        close(booking, State.NO_SHOW, at=at)
        record(booking, BookingMissed(code=booking.code, at=at), by=CLOCK)
    elif booking.state == State.CHECKED_IN:
        close(booking, State.SERVED, at=at)
        record(booking, BookingServed(code=booking.code, at=at), by=CLOCK)


def _day_is_over(booking: Booking, at: datetime) -> bool:
    return clock.day_of(booking.starts_at) < clock.day_of(at)
