"""What is mine: my bookings and the requests that name me, one of them, and cancelling it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from heli.bookings import rules
from heli.bookings.queries import BookingView, booking_view, bookings_of
from heli.bookings.services import cancel_booking
from heli.bookings.states import Role, State
from heli.cases.queries import cases_of
from heli.ground import clock
from heli.identity.names import mask_name
from heli.identity.verified import VerifiedIdentity
from heli.law.documents import papers
from heli.notices.queries import inbox
from heli.places.queries import get_office
from heli.web.standing import standing
from heli.web.visitor import (
    IdentifiedRequest,
    KnownRequest,
    identified,
    recognised,
    session_of,
)
from heli.wechat.accounts import person_of


@require_safe
@recognised
def mine(request: KnownRequest) -> HttpResponse:
    """GET /my: what waits for my answer, what is coming, and what is over."""
    at = clock.now()
    known = request.known
    mine = [(seen, standing(seen, at)) for seen in bookings_of(by=known, at=at)]
    context = {
        "reminded": _reminded(request),
        "name_masked": mask_name(known.name) if isinstance(known, VerifiedIdentity) else None,
        "cases": cases_of(by=known, at=at),
        "unread": sum(not notice.is_read for notice in inbox(known)),
        "asked": [row for row in mine if row[1].awaits_me],
        "coming": [row for row in mine if not row[1].awaits_me and not row[1].is_over],
        "over": [row for row in mine if row[1].is_over],
    }
    return render(request, "web/mine.html", context)


@require_safe
@recognised
def booking(request: KnownRequest, code: str) -> HttpResponse:
    """GET /my/CODE: how the booking stands, what happens next, what can be done."""
    seen = booking_view(code, by=request.known, at=clock.now())
    if _is_only_asked(seen):
        return redirect("answer", seen.code)
    return render(request, "web/booking.html", _shown(seen))


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def cancel(request: IdentifiedRequest, code: str) -> HttpResponse:
    """GET /my/CODE/cancel: what it would do. POST: give the place back."""
    if request.method == "POST":
        ended = cancel_booking(code, by=request.identity, at=clock.now())
        return redirect("booking", ended.code)
    seen = booking_view(code, by=request.identity, at=clock.now())
    if not standing(seen, clock.now()).can_change:
        return redirect("booking", seen.code)
    return render(request, "web/cancel.html", {"booking": seen, "rules": rules})


def _reminded(request: KnownRequest) -> str | None:
    """Whether this WeChat account gets the messages of who is looking; None outside of WeChat."""
    session = session_of(request)
    if session is None:
        return None
    owner = person_of(session)
    return "me" if owner is not None and owner.person == request.known.person else "not_me"


def _is_only_asked(seen: BookingView) -> bool:
    return seen.state is State.HELD and seen.me is Role.PARTNER


def _shown(seen: BookingView) -> dict[str, Any]:
    return {
        "booking": seen,
        "standing": standing(seen, clock.now()),
        "office": get_office(seen.office.id),
        "papers": papers(seen.service, clock.day_of(seen.slot.starts_at)),
    }
