"""The case: how it stands, its line of time, and a place for the second visit."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from heli.bookings.errors import SlotFull, TooLate, WrongState
from heli.bookings.requests import HoldRequest
from heli.bookings.services import hold_place
from heli.cases.errors import OutsideWindow
from heli.cases.queries import CaseView, case_view, cases_of
from heli.ground import clock
from heli.ground.refusals import Refusal
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.places.queries import get_office
from heli.web.availability import chosen_day
from heli.web.case_page import case_page, choice_of, has_ended, kept_booking
from heli.web.stepping import read_slot_id
from heli.web.visitor import IdentifiedRequest, KnownRequest, identified, recognised

ANOTHER_TIME = (SlotFull, TooLate, WrongState, OutsideWindow)
KEY_CHARACTERS_MAX = 40


@require_safe
@recognised
def cases(request: KnownRequest) -> HttpResponse:
    """GET /my/cases: this person's cases; where there is one, that one."""
    mine = cases_of(by=request.known, at=clock.now())
    if len(mine) == 1:
        return redirect("case", mine[0].id)
    return render(request, "web/cases.html", {"cases": mine})


@require_safe
@recognised
def case(request: KnownRequest, case_id: str) -> HttpResponse:
    """GET /my/cases/<id>: the case as a picture of its two clocks, or how it ended."""
    at = clock.now()
    seen = case_view(case_id, by=request.known, at=at)
    if has_ended(seen):
        context = {"case": seen, "office": get_office(seen.office_id)}
        return render(request, "web/case_ended.html", context)
    return render(request, "web/case.html", {"page": case_page(seen, at)})


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def case_time(request: IdentifiedRequest, case_id: str) -> HttpResponse:
    """GET /my/cases/<id>/time?day=: times within the window. POST slot, key: take one."""
    seen = case_view(case_id, by=request.identity, at=clock.now())
    if has_ended(seen) or (request.method != "POST" and kept_booking(seen)):
        return redirect("case", seen.id)
    if request.method != "POST":
        return _choice(request, seen)
    try:
        _take_place(request, request.identity)
    except ANOTHER_TIME as refusal:
        return _choice(request, seen, refusal)
    return redirect("case", seen.id)


def _take_place(request: IdentifiedRequest, by: VerifiedIdentity) -> None:
    slot_id = read_slot_id(request.POST) or 0
    asked = HoldRequest(service=Service.DIVORCE_CERTIFICATE, slot_id=slot_id, phone=by.phone)
    hold_place(asked, by=by, key=f"{_key(request)} {slot_id}", at=clock.now())


def _key(request: IdentifiedRequest) -> str:
    """What tells a second tap on a form from a second wish."""
    sent = request.POST.get("key", "")
    is_ours = sent.isascii() and sent.isalnum() and len(sent) <= KEY_CHARACTERS_MAX
    return f"second visit {sent if is_ours and sent else uuid.uuid4().hex}"


def _choice(
    request: IdentifiedRequest, seen: CaseView, refusal: Refusal | None = None
) -> HttpResponse:
    days = choice_of(seen, clock.now())
    context = {
        "case": seen,
        "days": days,
        "day": chosen_day(days, request.GET.get("day")),
        "key": uuid.uuid4().hex,
        "refusal": refusal,
    }
    return render(request, "web/case_time.html", context, status=refusal.status if refusal else 200)
