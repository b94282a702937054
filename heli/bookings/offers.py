"""What a place would be if it were taken now: read before anybody sends, taking nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heli.bookings.errors import BookingSuspended
from heli.bookings.queries import OfficeName, SlotTime, active_booking_of, is_overdue
from heli.bookings.rules import consent_deadline
from heli.bookings.slot_rules import check_proof
from heli.bookings.take import Outcome, refusal_of, suspension_of
from heli.identity.verified import VerifiedIdentity, is_good_at
from heli.law.services import Service
from heli.slots.models import Slot


@dataclass(frozen=True)
class PlaceOnOffer:
    """A place that could be taken at this moment. Moments UTC; the end of the slot is not included.

    consent_deadline: until then the other party could answer, where they have to.
    """

    slot: SlotTime
    office: OfficeName
    address: str | None
    consent_deadline: datetime | None


def place_on_offer(
    slot_id: int, *, service: Service, by: VerifiedIdentity, at: datetime
) -> PlaceOnOffer:
    """The place that `hold_place` would take at this moment (`at`, UTC), not taken.

    Raises what hold_place would raise for the slot alone: ProofNotAccepted, NotFound, InvalidInput,
    WrongState, TooLate, SlotFull.
    """
    check_proof(by, slot_id)
    slot = Slot.objects.select_related("office").filter(id=slot_id).first()
    if slot is None:
        raise refusal_of(Outcome.NO_SUCH_SLOT, person=by.person, at=at)
    in_the_way = _in_the_way(slot, service, at)
    if in_the_way is not None:
        raise refusal_of(in_the_way, person=by.person, at=at)
    deadline = consent_deadline(
        at, opens_at=slot.opens_at, consent_closes_at=slot.consent_closes_at
    )
    return PlaceOnOffer(
        slot=SlotTime(slot.id, slot.starts_at, slot.ends_at),
        office=OfficeName(slot.office.id, slot.office.name),
        address=slot.office.address,
        consent_deadline=deadline if service.needs_consent else None,
    )


def _in_the_way(slot: Slot, service: Service, at: datetime) -> Outcome | None:
    """The same questions in the same order as the SQL function bookings_take asks them."""
    if slot.service != service:
        return Outcome.OTHER_SERVICE
    if slot.withdrawn_at is not None:
        return Outcome.WITHDRAWN
    if at >= slot.closes_at:
        return Outcome.TOO_LATE
    if at < slot.opens_at:
        return Outcome.NOT_OPEN
    if service.needs_consent and at >= slot.consent_closes_at:
        return Outcome.TOO_LATE
    return Outcome.SLOT_FULL if slot.taken >= slot.places else None


def standing_booking_code(*, by: VerifiedIdentity, service: Service, at: datetime) -> str | None:
    """The code of the booking that keeps this person from another one for the service, if any; of
    one that they may see by this proof."""
    booking = active_booking_of(by.person, service)
    if booking is None or is_overdue(booking, at) or not is_good_at(by, booking.office_id):
        return None
    return booking.code


def suspension(*, by: VerifiedIdentity, service: Service, at: datetime) -> BookingSuspended | None:
    """What `hold_place` would refuse this person for, as long as they are suspended; else None."""
    return suspension_of(by.person, at) if service.needs_consent else None
