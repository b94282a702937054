"""Who has come checks in alone: by the hall's code, for their own booking of today at that office.

The same states, days and tickets as when the staff check somebody in. A telephone can be lent, so
what it says is "somebody with this account stands in the hall"; cards are read at the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from heli.bookings.models import Booking, Party
from heli.bookings.queries import OfficeName, SlotTime, lock_bookings, party_of, state_at
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.ground.refusals import Refusal
from heli.hall.arriving import admit_when_all_are_here, note_presence
from heli.hall.codes import office_in
from heli.hall.errors import NotAgreedYet, NothingBooked, NotThisDay, NotThisHall
from heli.hall.models import Ticket
from heli.hall.queries import roles_here
from heli.hall.states import TicketState
from heli.identity.verified import Known, is_good_at
from heli.law.services import Service
from heli.places.queries import get_office

COMING = (State.HELD, State.CONFIRMED, State.CHECKED_IN, State.SERVED)
EXPECTED = frozenset({State.CONFIRMED, State.CHECKED_IN, State.SERVED})


@dataclass(frozen=True)
class Visit:
    """A booking of today as the one of its people sees it who has come.

    is_here: this person has checked in. is_for_two: the other one has to come, too; whether they
    have is told by the state alone. number, window: of the place in the queue and where it was
    called to; None before.
    """

    code: str
    state: State
    service: Service
    office: OfficeName
    slot: SlotTime
    is_here: bool
    is_for_two: bool
    number: int | None
    window: str | None

    @property
    def is_called(self) -> bool:
        """Whether it is their turn."""
        return self.window is not None

    @property
    def is_to_do(self) -> bool:
        """Whether this person has still to check in."""
        return self.state is State.CONFIRMED and not self.is_here


@dataclass(frozen=True)
class InTheHall:
    """An office, and what somebody has booked there today."""

    office: OfficeName
    visits: tuple[Visit, ...]


def visits_today(*, by: Known, at: datetime) -> tuple[Visit, ...]:
    """This person's bookings of today, at whatever office, by time. at: UTC."""
    return tuple(
        visit_of(booking, by=by, at=at)
        for booking in _coming(by, at)
        if _is_on(booking, at) and state_at(booking, at) in EXPECTED
    )


def visits_here(hall: str, *, by: Known, at: datetime) -> InTheHall:
    """What this person could check in for by the hall's code; nothing is changed. at: UTC.

    Raises what `check_in_self` raises.
    """
    office = get_office(office_in(hall))
    bookings = _expected_at(office.id, _coming(by, at), at)
    return _seen(OfficeName(office.id, office.name), bookings, by=by, at=at)


@transaction.atomic
def check_in_self(hall: str, *, by: Known, at: datetime) -> InTheHall:
    """This person is in the hall: they are noted in all their bookings of today at its office.

    hall: the code's token or its link. at: UTC. Repeating it changes nothing. Emits
    BookingCheckedIn for each booking of which everybody is there now. Raises InvalidInput (no code
    of a hall), HallCodeExpired, NotThisHall, NotThisDay, NotAgreedYet, NothingBooked.
    """
    office = get_office(office_in(hall))
    found = _expected_at(office.id, _coming(by, at), at)
    locked = lock_bookings(*(booking.id for booking in found))
    bookings = _expected_at(office.id, locked, at)  # one may have been cancelled meanwhile
    arriving = [booking for booking in bookings if booking.state == State.CONFIRMED]
    for booking in arriving:
        me = Role(party_of(booking, by).role)
        note_presence(booking, frozenset({me}), by=None, at=at)
    for booking in arriving:  # after all of the above: slots are locked before the office
        admit_when_all_are_here(booking, by=None, at=at)
    return _seen(OfficeName(office.id, office.name), bookings, by=by, at=at)


def visit_of(booking: Booking, *, by: Known, at: datetime) -> Visit:
    """The booking as this one of its people sees it in the hall. Raises NotFound."""
    me = Role(party_of(booking, by).role)
    ticket = Ticket.objects.filter(booking=booking).first()
    is_called = ticket is not None and ticket.state == TicketState.CALLED
    return Visit(
        code=booking.code,
        state=state_at(booking, at),
        service=Service(booking.service),
        office=OfficeName(booking.office.id, booking.office.name),
        slot=SlotTime(booking.slot.id, booking.slot.starts_at, booking.slot.ends_at),
        is_here=me in roles_here(booking),
        is_for_two=len(booking.parties.all()) > 1,
        number=ticket.number if ticket else None,
        window=(ticket.window or "") if ticket and is_called else None,
    )


def _coming(by: Known, at: datetime) -> list[Booking]:
    """What this person has given their word to, or is asked for, from today on, by time."""
    asked = Party.objects.filter(
        Q(dismissed_at=None) | Q(person=by.person), role=Role.PARTNER, named=by.person
    )
    mine = Booking.objects.filter(asker=by.person).values("id").union(asked.values("booking_id"))
    bookings = (
        Booking.objects.select_related("slot", "office")
        .prefetch_related("parties", "check_ins")
        .filter(id__in=mine, state__in=COMING, starts_at__gte=clock.moment_of(clock.day_of(at)))
        .order_by("starts_at", "id")
    )
    return [booking for booking in bookings if is_good_at(by, booking.office_id)]


def _expected_at(office_id: str, bookings: Sequence[Booking], at: datetime) -> list[Booking]:
    """Those for which somebody can come to this office now. Raises why there is none."""
    expected = [
        booking
        for booking in bookings
        if booking.office_id == office_id
        and _is_on(booking, at)
        and state_at(booking, at) in EXPECTED
    ]
    if not expected:
        raise _why_none(office_id, bookings, at)
    return expected


def _why_none(office_id: str, bookings: Sequence[Booking], at: datetime) -> Refusal:
    """The nearest thing that this person may have meant."""
    standing = [(booking, state_at(booking, at)) for booking in bookings]
    coming = [(booking, state) for booking, state in standing if state in COMING]
    for booking, state in coming:
        if booking.office_id == office_id and _is_on(booking, at):
            return NotAgreedYet(state=state.value)
    for booking, state in coming:
        if _is_on(booking, at) and state is State.CONFIRMED:
            return NotThisHall(
                state=state.value, office=booking.office.name, starts_at=booking.slot.starts_at
            )
    for booking, state in coming:
        if booking.office_id == office_id and state is State.CONFIRMED:
            starts_at = booking.slot.starts_at
            return NotThisDay(
                state=state.value, service_on=clock.day_of(starts_at), starts_at=starts_at
            )
    return NothingBooked()


def _is_on(booking: Booking, at: datetime) -> bool:
    return clock.day_of(booking.slot.starts_at) == clock.day_of(at)


def _seen(office: OfficeName, bookings: Sequence[Booking], *, by: Known, at: datetime) -> InTheHall:
    return InTheHall(office, tuple(visit_of(booking, by=by, at=at) for booking in bookings))
