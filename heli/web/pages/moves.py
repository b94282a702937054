"""Moving a booking to another time, here or at another office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from heli.bookings.errors import SlotFull, TooLate
from heli.bookings.queries import BookingView, booking_view
from heli.bookings.services import reschedule_booking
from heli.bookings.slot_rules import check_proof
from heli.cases.errors import OutsideWindow
from heli.ground import clock
from heli.ground.paths import number_in
from heli.ground.refusals import InvalidInput, Refusal
from heli.law.services import Service
from heli.places.queries import OfficeView, get_office, list_offices
from heli.web.availability import FreeDay, chosen_day, offer_of
from heli.web.case_page import days_to_move_to
from heli.web.standing import awaits_answer, standing
from heli.web.visitor import IdentifiedRequest, identified


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def move(request: IdentifiedRequest, code: str) -> HttpResponse:
    """GET /my/CODE/move?office=&day=: free times. POST slot: move there, or propose to."""
    seen = booking_view(code, by=request.identity, at=clock.now())
    if request.method != "POST":
        if awaits_answer(seen) or not standing(seen, clock.now()).can_change:
            return redirect("booking", seen.code)
        check_proof(request.identity, seen.slot.id)
        return render(request, "web/move.html", _choice(request, seen))
    try:
        moved = reschedule_booking(
            code, by=request.identity, at=clock.now(), slot_id=_slot_id(request)
        )
    except (SlotFull, TooLate, OutsideWindow, InvalidInput) as refusal:
        context = _choice(request, seen) | {"problem": _sentence(refusal)}
        return render(request, "web/move.html", context, status=refusal.status)
    return redirect("booking", moved.code)


def _slot_id(request: IdentifiedRequest) -> int:
    return number_in(request.POST.get("slot", ""))


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, InvalidInput):
        return " ".join(str(error.text) for error in refusal.errors)
    return refusal.sentence()


def _choice(request: IdentifiedRequest, seen: BookingView) -> dict[str, Any]:
    if seen.service is Service.DIVORCE_CERTIFICATE:
        return _choice_in_window(request, seen)
    office = get_office(request.GET.get("office") or seen.office.id)
    offer = offer_of(office.id, seen.service, clock.now())
    return {
        "booking": seen,
        "office": office,
        "days": offer.days,
        "day": chosen_day(offer.days, _wanted(request, offer.days, seen)),
        "day_url": f"?office={office.id}&day=",
        "next_release": offer.next_release,
        "offices": _other_offices(office, seen),
    }


def _choice_in_window(request: IdentifiedRequest, seen: BookingView) -> dict[str, Any]:
    """The second visit moves within the case's safe window and stays at its office."""
    office, days = get_office(seen.office.id), days_to_move_to(seen, request.identity, clock.now())
    return {
        "booking": seen,
        "office": office,
        "days": days,
        "day": chosen_day(days, _wanted(request, days, seen)),
        "day_url": "?day=",
    }


def _wanted(request: IdentifiedRequest, days: Sequence[FreeDay], seen: BookingView) -> str | None:
    """The day that was asked for, else the booking's own where it has room: who moves mostly wants
    another hour, or a day near it."""
    own_day = clock.day_of(seen.slot.starts_at)
    has_room = any(day.on == own_day and day.left for day in days)
    return request.GET.get("day") or (own_day.isoformat() if has_room else None)


def _other_offices(office: OfficeView, seen: BookingView) -> list[OfficeView]:
    """Offices of the same province where the service can be booked."""
    province = f"{office.region.code[:2]}0000"
    offices = list_offices(province, service=seen.service)
    return [other for other in offices if other.is_bookable and other.id != office.id]
