"""Checking in at the hall: by the code on its screen, and how it stands afterwards.

It says that somebody has come, no more, so that it is enough to be recognised.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from heli.bookings.states import State
from heli.ground import clock
from heli.hall import codes
from heli.hall.self_check_in import Visit, check_in_self, visits_here, visits_today
from heli.web.visitor import KnownRequest, recognised


@require_safe
@recognised
def today(request: KnownRequest) -> HttpResponse:
    """GET /in: my bookings of today, whether I have checked in, and how."""
    visits = visits_today(by=request.known, at=clock.now())
    context = {"visits": visits, "scan_start": f"{settings.HELI.base_url}{codes.PATH}"}
    return render(request, "web/arriving.html", context | _how_it_stands(visits))


@require_http_methods(["GET", "HEAD", "POST"])
@recognised
def check_in(request: KnownRequest, hall: str) -> HttpResponse:
    """GET /in/TOKEN: what I am here for, by the hall's code. POST: I am here."""
    if request.method == "POST":
        check_in_self(hall, by=request.known, at=clock.now())
        return redirect("arriving")
    here = visits_here(hall, by=request.known, at=clock.now())
    if not any(visit.is_to_do for visit in here.visits):
        return redirect("arriving")
    return render(
        request,
        "web/check_in.html",
        {"here": here, "is_for_two": any(visit.is_for_two for visit in here.visits)},
    )


def _how_it_stands(visits: Sequence[Visit]) -> dict[str, bool]:
    """What the page says first: the nearest to the counter of all that is booked today."""
    return {
        "is_to_do": any(visit.is_to_do for visit in visits),
        "is_waiting": any(visit.state is State.CHECKED_IN for visit in visits),
        "is_alone_here": any(visit.state is State.CONFIRMED and visit.is_here for visit in visits),
        "is_over": all(visit.state is State.SERVED for visit in visits),
    }
