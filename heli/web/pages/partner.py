"""The other spouse, by the link: nothing before they have proven who they are, then their choice.

A GET of what only a POST does leads back to the page it belongs to: so does the way back from the
real-name check, when the proof ran out while the page was open.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from heli.bookings.errors import AlreadyBooked
from heli.bookings.queries import BookingView, booking_view
from heli.bookings.services import dismiss_request, give_consent, refuse_consent
from heli.bookings.slot_rules import check_proof
from heli.bookings.states import Role, State
from heli.cases.running import running_case
from heli.ground import clock
from heli.law.eligibility import conditions
from heli.places.queries import asks_household_address, get_office
from heli.web.booking_forms import AddressForm
from heli.web.standing import awaits_answer
from heli.web.visitor import IdentifiedRequest, identified, identity_of

GO_ON = "go"


@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """GET /c/CODE: the same for every code, existing or not; `?go` leads on to the check.

    Two people with one telephone: who has proven who they are is not named, and can be signed off.
    """
    if GO_ON in request.GET:
        return redirect("answer", code)
    return render(request, "web/link.html", {"is_identified": identity_of(request) is not None})


@require_safe
@identified
def answer(request: IdentifiedRequest, code: str) -> HttpResponse:
    """GET /c/CODE/answer: what is asked, and the three choices, for the one who was asked."""
    booking = booking_view(code, by=request.identity, at=clock.now())
    if booking.me is Role.APPLICANT or booking.state is not State.HELD:
        return redirect("booking", booking.code)
    check_proof(request.identity, booking.slot.id)
    return render(request, "web/answer.html", _asked(request, booking, _address_form(booking)))


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def agree(request: IdentifiedRequest, code: str) -> HttpResponse:
    """POST /c/CODE/agree (give_back_own=1): agree to the booking, or to its proposed move."""
    if request.method != "POST":
        return redirect("answer", code)
    address = _address_form(booking_view(code, by=request.identity, at=clock.now()), request.POST)
    if address is not None and not address.is_valid():
        asked = booking_view(code, by=request.identity, at=clock.now())
        return render(request, "web/answer.html", _asked(request, asked, address), status=422)
    registered_at = address.cleaned_data["household_address"] if address else None
    try:
        booking = give_consent(
            code,
            by=request.identity,
            at=clock.now(),
            household_address=registered_at,
            give_back_own=request.POST.get("give_back_own") == "1",
        )
    except AlreadyBooked as refusal:
        if "own" not in refusal.facts:
            raise
        return _ask_to_give_back_own(request, code, refusal.facts["own"], registered_at)
    return redirect("booking", booking.code)


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def decline(request: IdentifiedRequest, code: str) -> HttpResponse:
    """GET /c/CODE/decline: what it would do. POST: do not agree."""
    if request.method == "POST":
        booking = refuse_consent(code, by=request.identity, at=clock.now())
        return redirect("booking", booking.code)
    booking = booking_view(code, by=request.identity, at=clock.now())
    if not awaits_answer(booking):
        return redirect("booking", booking.code)
    check_proof(request.identity, booking.slot.id)
    return render(request, "web/answer_decline.html", {"booking": booking})


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def not_me(request: IdentifiedRequest, code: str) -> HttpResponse:
    """POST /c/CODE/not-me: out of this person's list, and the asker is told nothing."""
    if request.method != "POST":
        return redirect("answer", code)
    dismiss_request(code, by=request.identity, at=clock.now())
    return redirect(f"{reverse('mine')}?aside")


def _address_form(booking: BookingView, typed: QueryDict | None = None) -> AddressForm | None:
    """Where the one who was asked is registered, if the office asks that."""
    day = clock.day_of(booking.slot.starts_at)
    is_asked = booking.state is State.HELD and booking.me is Role.PARTNER
    if not is_asked or not asks_household_address(booking.office.id, day):
        return None
    return AddressForm(typed)


def _asked(
    request: IdentifiedRequest, booking: BookingView, address: AddressForm | None
) -> dict[str, object]:
    day, service = clock.day_of(booking.slot.starts_at), booking.service
    return {
        "form": address,
        "booking": booking,
        "office": get_office(booking.office.id),
        "asker": booking.parties[0].name_masked,
        "conditions": conditions(service, day),
        "running": running_case(by=request.identity, service=service, at=clock.now(), on=day),
    }


def _ask_to_give_back_own(
    request: IdentifiedRequest, code: str, own: str, registered_at: str | None
) -> HttpResponse:
    at = clock.now()
    booking = booking_view(code, by=request.identity, at=at)
    context = {
        "booking": booking,
        "own": booking_view(own, by=request.identity, at=at),
        "household_address": registered_at,
    }
    return render(request, "web/answer_own.html", context, status=AlreadyBooked.status)
