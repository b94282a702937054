"""The two steps of a booking at the office: everybody is there, and what they came for is done.

Both run inside the caller's transaction, on a booking that the caller has locked; who may do them
and on which day is the hall's to say.
"""

from __future__ import annotations

from datetime import datetime

from heli.bookings.ending import OFFICE, close, end_proposal, record
from heli.bookings.errors import WrongState
from heli.bookings.events import BookingCheckedIn, BookingServed
from heli.bookings.models import Booking
from heli.bookings.queries import state_at
from heli.bookings.states import ProposalState, Role, State


def roles_needed(booking: Booking) -> frozenset[Role]:
    """Who has to come: both of a couple, or the one person who booked."""
    return frozenset(Role(party.role) for party in booking.parties.all())


def end_open_proposals(booking: Booking, *, at: datetime) -> None:
    """A couple that has come no longer moves: a proposal that waits for its answer falls away."""
    for proposal in booking.proposals.filter(state=ProposalState.OPEN).select_related("slot"):
        end_proposal(proposal, ProposalState.WITHDRAWN, at=at)


def check_in(booking: Booking, *, at: datetime) -> None:
    """Everybody the booking needs is at the office. at: UTC.

    Emits BookingCheckedIn. Raises WrongState from any state but confirmed.
    """
    _check_state(booking, State.CONFIRMED, at)
    booking.state = State.CHECKED_IN
    booking.save(update_fields=["state"])
    record(booking, BookingCheckedIn(code=booking.code, at=at), by=OFFICE)


def record_outcome(booking: Booking, *, at: datetime) -> None:
    """What they came for was dealt with, whatever came of it; the place was used. at: UTC.

    Emits BookingServed. Raises WrongState from any state but checked in.
    """
    _check_state(booking, State.CHECKED_IN, at)
    close(booking, State.SERVED, at=at)
    record(booking, BookingServed(code=booking.code, at=at), by=OFFICE)


def _check_state(booking: Booking, wanted: State, at: datetime) -> None:
    state = state_at(booking, at)
    if state is not wanted:
        raise WrongState(state=state.value)
