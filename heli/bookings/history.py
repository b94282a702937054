"""How often a booking came to stand elsewhere, and when that was last: what a copy goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heli.bookings.events import BookingConfirmed, BookingMoved, MoveAccepted
from heli.bookings.models import Booking
from heli.bookings.queries import find_booking, has_ended
from heli.ground import clock

MOVES = {MoveAccepted.kind(), BookingMoved.kind()}
CHANGES = {BookingConfirmed.kind(), *MOVES}


@dataclass(frozen=True)
class Revision:
    """number: 0 as first agreed, one more with each move and with the end; it never falls.
    changed_at: the moment of the last of these, UTC; of an end its day alone, from midnight."""

    number: int
    changed_at: datetime


def revision_of(code: str) -> Revision:
    """The revision of a booking, the same whoever asks and whenever, until it changes again.

    Raises NotFound. It says nothing of the people; who may see the booking is the caller's to ask.
    """
    return _revision(find_booking(code))


def _revision(booking: Booking) -> Revision:
    changes = list(booking.events.filter(kind__in=CHANGES).values_list("kind", "at"))
    moments = [booking.taken_at, *(at for _kind, at in changes)]
    if booking.ended_at is not None:
        # The day alone: at which hour one of the two ended it is not for the other to read.
        moments.append(clock.moment_of(clock.day_of(booking.ended_at)))
    moves = sum(kind in MOVES for kind, _at in changes)
    return Revision(number=moves + has_ended(booking), changed_at=max(moments))
