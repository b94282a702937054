"""A booking for an application that was received without it: its place is of no use any more.

A couple that came as a walk-in, before the day they had booked, has what they wanted the place for.
"""

from __future__ import annotations

from datetime import date, datetime

from heli.bookings.ending import OFFICE, give_back, record
from heli.bookings.events import BookingCancelled
from heli.bookings.models import Booking
from heli.bookings.queries import active_booking_of, lock_bookings
from heli.bookings.states import State
from heli.ground import clock
from heli.law.services import Service


def give_back_needless(couple: frozenset[bytes], *, until: date, at: datetime) -> None:
    """The couple's application is received without a booking: the one for an application to which
    both have agreed ends, and its place goes back.

    couple: the blind indexes of both. until: the last day (Shanghai) of their case; what they
    booked for a later day stands, since another application may be received then. at: UTC. One
    that names somebody else, or that nobody has answered yet, stands too. In the caller's
    transaction, before whatever slots that takes. Emits BookingCancelled.
    """
    found = active_booking_of(min(couple), Service.DIVORCE_APPLICATION)
    if found is None:
        return
    (booking,) = lock_bookings(found.id)
    if booking.state != State.CONFIRMED or _people(booking) != couple:
        return
    if clock.day_of(booking.slot.starts_at) > until:
        return
    give_back(booking, State.CANCELLED, at=at)
    record(booking, BookingCancelled(code=booking.code, at=at, was_confirmed=True), by=OFFICE)


def was_needless(booking: Booking) -> bool:
    """Whether the booking ended because the couple's application was received without it."""
    cancelled = booking.events.filter(kind=BookingCancelled.kind(), by=OFFICE)
    return booking.service == Service.DIVORCE_APPLICATION and cancelled.exists()


def _people(booking: Booking) -> frozenset[bytes]:
    return frozenset(bytes(party.person) for party in booking.parties.all() if party.person)
