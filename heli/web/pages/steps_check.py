"""The last step: everything in words, and the sending."""

from __future__ import annotations

from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from heli.bookings.errors import ProofNotAccepted, SlotFull, TooLate, WrongState
from heli.bookings.offers import place_on_offer, standing_booking_code
from heli.bookings.requests import HoldRequest, NamedPartner
from heli.bookings.services import hold_place
from heli.bookings.slot_rules import asks_where_registered
from heli.cases.running import running_case
from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound, Refusal
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.web.booking_forms import AddressForm
from heli.web.draft import Draft, keep_draft
from heli.web.stepping import Step, StepPage, StepRequest, keep_and_go, show_step, step_page

ANOTHER_TIME = (SlotFull, TooLate, WrongState, NotFound)


def refused_in_words(page: StepPage) -> StepPage:
    """Decorator: what cannot be booked leads back to where it can be put right, or is explained.

    All else that was chosen stays in the draft.
    """

    @wraps(page)
    def guarded(request: StepRequest) -> HttpResponse:
        try:
            return page(request)
        except ANOTHER_TIME as refusal:
            return _another_time(request, refusal)
        except InvalidInput as invalid:
            return _put_right(request, invalid)
        except ProofNotAccepted:
            raise  # as on every page: the way to prove who one is anew, and back here
        except Refusal as refusal:
            return _explain(request, refusal)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.CHECK)
@refused_in_words
def check(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/check: everything in words. POST: take the place."""
    draft, service, at = request.draft, Service(request.draft.service), clock.now()
    address = _address_form(request)
    is_sent = request.method == "POST"
    if is_sent and (address is None or address.is_valid()):
        asked = _hold_request(draft, request.identity, address)
        booking = hold_place(asked, by=request.identity, key=draft.id, at=at)
        return _sent(draft, booking.code)
    offer = place_on_offer(draft.slot_id or 0, service=service, by=request.identity, at=at)
    return show_step(
        request,
        Step.CHECK,
        status=422 if is_sent else 200,
        identity=request.identity,
        offer=offer,
        form=address,
        running=running_case(
            by=request.identity, service=service, at=at, on=clock.day_of(offer.slot.starts_at)
        ),
    )


def _address_form(request: StepRequest) -> AddressForm | None:
    """Where they are registered, if the office asks that; it is kept in no draft."""
    if not asks_where_registered(request.draft.slot_id or 0):
        return None
    return AddressForm(request.POST if request.method == "POST" else None)


def _hold_request(draft: Draft, by: VerifiedIdentity, address: AddressForm | None) -> HoldRequest:
    partner = None
    if draft.partner_name is not None and draft.partner_id_number is not None:
        partner = NamedPartner(draft.partner_name, draft.partner_id_number, draft.partner_phone)
    return HoldRequest(
        service=Service(draft.service),
        slot_id=draft.slot_id or 0,
        phone=by.phone,
        household_address=address.cleaned_data["household_address"] if address else None,
        partner=partner,
        eligibility_shown=draft.eligibility_shown,
    )


def _sent(draft: Draft, code: str) -> HttpResponse:
    response = redirect("booking", code)
    keep_draft(response, draft.sent(code))
    return response


def _another_time(request: StepRequest, refusal: Refusal) -> HttpResponse:
    address = reverse(Step.TIME.page, args=[request.draft.id])
    response = redirect(f"{address}?because={refusal.code}")
    keep_draft(response, request.draft.having(slot_id=None))
    return response


def _put_right(request: StepRequest, invalid: InvalidInput) -> HttpResponse:
    """The other person, where they are what is wrong; else the time."""
    if any(error.field.startswith("partner") for error in invalid.errors):
        return keep_and_go(request.draft.having(partner_id_number=None), Step.PEOPLE)
    return _another_time(request, NotFound())


def _explain(request: StepRequest, refusal: Refusal) -> HttpResponse:
    service = Service(request.draft.service)
    standing = standing_booking_code(by=request.identity, service=service, at=clock.now())
    response = show_step(
        request,
        Step.CHECK,
        template="web/steps/refused.html",
        status=refusal.status,
        refusal=refusal,
        standing=standing,
    )
    if refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response
