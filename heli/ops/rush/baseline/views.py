"""A booking as most Django projects would write it: one transaction, a row lock, the ORM.

It reads the same token, holds the same body to the same rules, seals the same fields, writes the
same rows and gives the same answer as Heli does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from uuid_utils.compat import uuid7

from heli.api.people import hold_request
from heli.api.reading import read_json
from heli.api.schemas import BookingIn
from heli.bookings.codes import new_code
from heli.bookings.errors import AlreadyBooked, BookingSuspended, KeyReused, SlotFull, TooLate
from heli.bookings.events import BookingHeld
from heli.bookings.models import Booking, BookingEvent, Lapse, Party
from heli.bookings.parties import SealedParty, seal_applicant, seal_partner
from heli.bookings.requests import HoldRequest
from heli.bookings.rules import consent_deadline
from heli.bookings.states import Role, State
from heli.ground import clock, events
from heli.ground.refusals import Refusal
from heli.identity.names import mask_name
from heli.identity.verified import VerifiedIdentity, read_token
from heli.law import eligibility
from heli.slots.models import Slot


def live(_request: HttpRequest) -> HttpResponse:
    """The server is up."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
def post_booking(request: HttpRequest) -> HttpResponse:
    """POST /api/v1/bookings."""
    try:
        identity = read_token(request.headers.get("Authorization", "").removeprefix("Bearer "))
        now = clock.now()
        body = BookingIn.model_validate(read_json(request.body))
        asked = hold_request(body, today=clock.day_of(now))
        key = request.headers["Idempotency-Key"]
        return JsonResponse(_answer(hold_place(asked, identity, key, now), identity), status=201)
    except Refusal as refusal:
        return JsonResponse(
            {"code": refusal.code, "detail": str(refusal.sentence())}, status=refusal.status
        )


@transaction.atomic
def hold_place(asked: HoldRequest, by: VerifiedIdentity, key: str, at: datetime) -> Booking:
    """Take a place under the slot's lock."""
    slot = (
        Slot.objects.select_for_update(of=("self",))
        .select_related("office")
        .get(id=asked.slot_id, service=asked.service, withdrawn_at=None)
    )
    digest = asked.digest()
    earlier = Booking.objects.filter(asker=by.person, idempotency_key=key).first()
    if earlier is not None:
        if bytes(earlier.request_digest) != digest:
            raise KeyReused()
        return earlier
    if at >= min(slot.closes_at, slot.consent_closes_at):
        raise TooLate()
    lapse = Lapse.objects.filter(person=by.person, suspended_until__gt=at).first()
    if lapse is not None and lapse.suspended_until is not None:
        raise BookingSuspended(until=str(lapse.suspended_until), until_at=lapse.suspended_until)
    if slot.taken >= slot.places:
        raise SlotFull()
    if Party.objects.filter(service=asked.service, person=by.person, is_active=True).exists():
        raise AlreadyBooked()
    booking = Booking.objects.create(
        id=uuid7(),
        code=new_code(),
        service=asked.service,
        office=slot.office,
        slot=slot,
        starts_at=slot.starts_at,
        state=State.HELD,
        taken_at=at,
        held_since=at,
        consent_deadline=consent_deadline(
            at, opens_at=slot.opens_at, consent_closes_at=slot.consent_closes_at
        ),
        asker=by.person,
        idempotency_key=key,
        request_digest=digest,
        eligibility_shown=eligibility.VERSION if asked.eligibility_shown else None,
    )
    _add_parties(booking, asked, by, at)
    BookingEvent.objects.create(booking=booking, kind="BookingHeld", at=at, by=Role.APPLICANT)
    events.emit(BookingHeld(code=booking.code, at=at))
    slot.taken += 1
    slot.save(update_fields=["taken"])
    return booking


def _add_parties(booking: Booking, asked: HoldRequest, by: VerifiedIdentity, at: datetime) -> None:
    assert asked.partner is not None
    applicant = seal_applicant(by, phone=asked.phone, household_address=asked.household_address)
    _add_party(booking, Role.APPLICANT, applicant, person=by.person, consented_at=at)
    _add_party(booking, Role.PARTNER, seal_partner(asked.partner))


def _add_party(booking: Booking, role: Role, sealed: SealedParty, **word: Any) -> None:
    Party.objects.create(
        id=sealed.id,
        booking=booking,
        service=booking.service,
        role=role,
        named=sealed.named,
        name_sealed=sealed.name,
        id_number_sealed=sealed.id_number,
        phone_sealed=sealed.phone,
        household_address_sealed=sealed.household_address,
        **word,
    )


def _answer(booking: Booking, by: VerifiedIdentity) -> dict[str, Any]:
    slot, office = booking.slot, booking.office
    return {
        "code": booking.code,
        "state": booking.state,
        "service": booking.service,
        "office": {"id": office.id, "name": office.name},
        "slot": {"id": slot.id, "starts_at": slot.starts_at, "ends_at": slot.ends_at},
        "parties": [
            {"role": Role.APPLICANT, "name_masked": mask_name(by.name), "consented": True},
            {"role": Role.PARTNER, "name_masked": "**", "consented": False},
        ],
        "consent": {"deadline": booking.consent_deadline, "url": f"/c/{booking.code}"},
        "me": Role.APPLICANT,
    }
