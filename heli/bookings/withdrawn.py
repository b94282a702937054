"""Bookings in a slot that their office has withdrawn: written down, for whoever moves the day.

Certificate places are moved at once by the room of cases; everything else stands until the office
decides.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from heli.bookings.models import Booking, BookingEvent
from heli.bookings.states import State
from heli.ground.events import listens_to
from heli.law.services import Service
from heli.slots.events import SlotsRemade

SLOT_WITHDRAWN = "SlotWithdrawn"  # in the booking's own history; nobody is told yet


@listens_to(SlotsRemade)
def note_withdrawn(event: SlotsRemade) -> None:
    """Note it once in the history of each coming booking whose slot is no longer offered."""
    note_bookings_of_withdrawn_slots(event.office_id, at=event.at)


def note_bookings_of_withdrawn_slots(office_id: str, *, at: datetime) -> int:
    """How many bookings got the note now. at: UTC; slots that have begun are left out."""
    noted = BookingEvent.objects.filter(
        booking=OuterRef("pk"), kind=SLOT_WITHDRAWN, at__gte=OuterRef("slot__withdrawn_at")
    )
    bookings = Booking.objects.filter(
        ~Exists(noted),
        state__in=[State.HELD, State.CONFIRMED],
        slot__office_id=office_id,
        slot__service__in=list(Service),  # the coming slots lie in an index by service
        slot__withdrawn_at__isnull=False,
        slot__starts_at__gt=at,
    ).exclude(service=Service.DIVORCE_CERTIFICATE)
    rows = [
        BookingEvent(booking=booking, kind=SLOT_WITHDRAWN, at=at, by="office")
        for booking in bookings.order_by("id")
    ]
    return len(BookingEvent.objects.bulk_create(rows))
