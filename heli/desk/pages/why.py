"""Why somebody looks at a booking or a case that is not part of the day's work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from heli.desk.forms import WhyForm, answer, sent
from heli.desk.staff_session import StaffRequest, on_duty, safe_next
from heli.ground import clock
from heli.hall import reasons
from heli.hall.reasons import Why
from heli.hall.roles import Deed


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.FIND_CASES)
def of_case(request: StaffRequest, case_id: str) -> HttpResponse:
    """GET, POST /desk/cases/ID/why?next=: say why, then the page that was asked for."""
    return _ask(request, partial(reasons.give_reason_for_case, case_id))


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.CHECK_IN)
def of_booking(request: StaffRequest, code: str) -> HttpResponse:
    """GET, POST /desk/bookings/CODE/why?next=: say why, then the page that was asked for."""
    return _ask(request, partial(reasons.give_reason_for_booking, code))


def _ask(request: StaffRequest, give_reason: Callable[..., None]) -> HttpResponse:
    def give(asked: dict[str, Any]) -> bool:
        give_reason(Why(asked["why"]), by=request.staff, at=clock.now())
        return True

    form = WhyForm(sent(request))
    if form.attempt(give):
        return redirect(safe_next(request))
    return answer(request, "desk/why.html", form)
