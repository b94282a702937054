"""A booking as most Django projects would write it: one transaction, a row lock, the ORM.

It reads the same token, checks the same body, seals the same fields, writes the same rows and gives
the same answer as Heli does. What a project of its own would not have is left out in its favour:
the clock that can be moved, and suspensions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from uuid_utils.compat import uuid7

from heli.api.people import hold_request
from heli.api.reading import read_json
from heli.api.schemas import BookingIn
from heli.bookings.codes import new_code
from heli.bookings.errors import AlreadyBooked, KeyReused, SlotFull, TooLate
from heli.bookings.events import BookingHeld
from heli.bookings.models import Booking, BookingEvent, Party
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
        now = clock.real_now()
        body = BookingIn.model_validate(read_json(request.body))
        asked = hold_request(body, today=clock.day_of(now))
        key = request.headers["Idempotency-Key"]
        return JsonResponse(_answer(hold_place(asked, identity, key, now), identity), status=201)
    except Refusal as refusal:
        return JsonResponse(
            {"code": refusal.code, "detail": str(refusal.sentence())}, status=refusal.status
        )


def hold_place(asked: HoldRequest, by: VerifiedIdentity, key: str, at: datetime) -> Booking:
    """Take a place under the slot's lock. All that needs no lock is done before it."""
    assert asked.partner is not None
    digest = asked.digest()
    applicant = seal_applicant(by, phone=asked.phone, household_address=None)  # nobody asks
    partner = seal_partner(asked.partner)
    try:
        with transaction.atomic():
            earlier = Booking.objects.filter(asker=by.person, idempotency_key=key).first()
            if earlier is not None:
                if bytes(earlier.request_digest) != digest:
                    raise KeyReused()
                return earlier
            mine = Party.objects.filter(service=asked.service, person=by.person, is_active=True)
            if mine.exists():
                raise AlreadyBooked()
            slot = _locked_slot(asked, at)
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
            Party.objects.bulk_create(
                [
                    _party(booking, Role.APPLICANT, applicant, person=by.person, consented_at=at),
                    _party(booking, Role.PARTNER, partner),
                ]
            )
            BookingEvent.objects.create(
                booking=booking, kind=BookingHeld.kind(), at=at, by=Role.APPLICANT
            )
            events.emit(BookingHeld(code=booking.code, at=at))
            slot.taken += 1
            slot.save(update_fields=["taken"])
            return booking
    except IntegrityError:  # the same person, at the same moment, elsewhere
        raise AlreadyBooked() from None


def _locked_slot(asked: HoldRequest, at: datetime) -> Slot:
    slot = (
        Slot.objects.select_for_update(of=("self",))
        .select_related("office")
        .get(id=asked.slot_id, service=asked.service, withdrawn_at=None)
    )
    if at >= min(slot.closes_at, slot.consent_closes_at):
        raise TooLate()
    if slot.taken >= slot.places:
        raise SlotFull()
    return slot


def _party(booking: Booking, role: Role, sealed: SealedParty, **word: Any) -> Party:
    return Party(
        id=sealed.id,
        booking=booking,
        service=booking.service,
        role=role,
        named=sealed.named,
        details_sealed=sealed.details,
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
