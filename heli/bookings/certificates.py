"""Certificate places: taken for both parties of a case at once, and born confirmed.

Who may have one and when is the case's to say (a higher room); here the place is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from uuid_utils.compat import uuid7

from heli.bookings import attendance
from heli.bookings.codes import new_code
from heli.bookings.ending import OFFICE, give_back, record
from heli.bookings.events import BookingCancelled, BookingConfirmed, BookingOfficeClosed
from heli.bookings.models import Booking, Party
from heli.bookings.parties import Details, SealedParty, open_details, seal_person
from heli.bookings.queries import BookingView, has_ended, lock_bookings
from heli.bookings.requests import HoldRequest
from heli.bookings.states import Role, State
from heli.bookings.take import Outcome, refusal_of
from heli.identity.verified import VerifiedIdentity


@dataclass(frozen=True)
class PersonOnFile:
    """Somebody whose card was read at the desk. person: blind index. phone: E.164 or None."""

    person: bytes
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)


def read_party(party: Party) -> PersonOnFile:
    """A party who is at the desk, opened from their own verified word. Whoever reads it records it.

    Only for a booking to which everybody has agreed: what was merely typed of somebody stays shut.
    """
    assert party.person is not None, "a booking that was checked in has everybody's word"
    details = open_details(party)
    return PersonOnFile(
        person=bytes(party.person),
        name=details.name,
        id_number=details.id_number,
        phone=details.phone,
    )


@dataclass(frozen=True)
class Reserved:
    """A certificate place that was taken. is_added: the slot was full and got one place more."""

    booking: Booking
    is_added: bool


def reserve_certificate_place(
    applicant: PersonOnFile,
    partner: PersonOnFile,
    *,
    slot_id: int,
    key: str,
    digest: bytes,
    at: datetime,
    may_add: bool,
) -> Reserved:
    """Take a place for both, in the caller's transaction. `at`: UTC.

    key: unique per applicant, as an Idempotency-Key. may_add: a full slot gets one place more.
    Emits BookingConfirmed. Raises SlotFull, TooLate, WrongState, NotFound, InvalidInput.
    """
    one, other = _sealed(applicant), _sealed(partner)
    booking_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_reserve(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(at, booking_id, new_code(), slot_id, key, digest, may_add),
                *(one.id, one.named, one.details),
                *(other.id, other.named, other.details),
            ],
        )
        (outcome,) = cursor.fetchone()
    if outcome not in ("taken", "added"):
        raise refusal_of(Outcome(outcome), person=applicant.person, at=at)
    booking = Booking.objects.select_related("slot", "office").get(id=booking_id)
    record(booking, BookingConfirmed(code=booking.code, at=at), by=Role.APPLICANT)
    return Reserved(booking=booking, is_added=outcome == "added")


def end_certificate_place(booking: Booking, *, at: datetime) -> None:
    """The case has ended: the place of a couple that is there was used (served), a coming one is
    given back to its slot.

    Does nothing where the booking has ended already. In the caller's transaction. Emits
    BookingServed or BookingCancelled.
    """
    (booking,) = lock_bookings(booking.id)
    if has_ended(booking):
        return
    if booking.state == State.CHECKED_IN:
        attendance.record_outcome(booking, at=at)
    elif booking.state == State.CONFIRMED:
        give_back(booking, State.CANCELLED, at=at)
        event = BookingCancelled(code=booking.code, at=at, was_confirmed=True)
        record(booking, event, by=OFFICE)


def replace_certificate_place(
    booking: Booking, take: Callable[[], Booking | None], *, at: datetime
) -> Booking | None:
    """The office does not open at that time: the locked booking ends, and points to what is offered
    instead.

    take: takes another place for the couple once this one has ended; None where there is none.
    In the caller's transaction. Emits BookingOfficeClosed. Answers the booking made instead.
    """
    give_back(booking, State.OFFICE_CLOSED, at=at)
    instead = take()
    if instead is not None:
        instead.predecessor = booking
        instead.save(update_fields=["predecessor"])
    event = BookingOfficeClosed(
        code=booking.code, at=at, successor=instead.code if instead is not None else ""
    )
    record(booking, event, by=OFFICE)
    return instead


def _sealed(person: PersonOnFile) -> SealedParty:
    return seal_person(
        person.person, Details(person.name, person.id_number, person.phone, household_address=None)
    )


# --- The port: who may have a certificate place is decided by the room of cases. ----------------

Taker = Callable[[HoldRequest, VerifiedIdentity, str, datetime], BookingView]
SlotCheck = Callable[[Booking, int, datetime], None]

_taker: Taker | None = None
_slot_check: SlotCheck | None = None


def register_case_room(taker: Taker, slot_check: SlotCheck) -> None:
    """Let the room of cases answer for certificate places.

    taker: takes a place for the case of the person who asks. slot_check: refuses a slot into which
    a certificate booking must not move.
    """
    global _taker, _slot_check
    _taker, _slot_check = taker, slot_check


def take_for_case(
    request: HoldRequest, *, by: VerifiedIdentity, key: str, at: datetime
) -> BookingView:
    """A place for the person's case, confirmed for both. Raises what the room of cases refuses."""
    assert _taker is not None, "the room of cases registers itself at start"
    return _taker(request, by, key, at)


def check_certificate_slot(booking: Booking, slot_id: int, *, at: datetime) -> None:
    """Refuse a slot outside the couple's window."""
    if _slot_check is not None:
        _slot_check(booking, slot_id, at)
