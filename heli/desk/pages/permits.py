"""Four eyes at the desk: ask for what nobody does alone, and grant it to somebody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.desk.forms import Choices, answer, sent
from heli.desk.permit_forms import AskPermitForm, GrantForm, why_choices
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.ground.callers import address_of
from heli.ground.paths import number_in
from heli.ground.refusals import NotFound
from heli.hall import permit_lists, permits, second_factor
from heli.hall.permit_rules import PermitKind, PermitWhy, may_ask
from heli.hall.permits import Asked
from heli.hall.roles import Deed


@require_safe
@on_duty(Deed.ASK_PERMIT)
def permit_list(request: StaffRequest) -> HttpResponse:
    """GET /desk/permits?done=&needed=: what waits for another's word, and what came of the rest."""
    context = {
        "permits": permit_lists.permit_list(request.staff),
        "done": request.GET.get("done"),
        "is_needed": "needed" in request.GET,
    }
    return render(request, "desk/permits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.ASK_PERMIT)
def ask(request: StaffRequest, what: str) -> HttpResponse:
    """GET, POST /desk/permits/ask/WHAT: ask for one; the code for the command is shown once."""
    kind = _kind_in(what, request)

    def do_ask(asked: dict[str, Any]) -> Asked:
        return permits.ask_permit(
            kind,
            PermitWhy(asked["why"]),
            code=asked.get("code", ""),
            by=request.staff,
            address=address_of(request),
            at=clock.now(),
        )

    form = AskPermitForm(sent(request), choices={"why": why_choices(kind), **_code(request)})
    asked = form.attempt(do_ask)
    if asked is None:
        return answer(request, "desk/permit_ask.html", form, kind=kind)
    if asked.code is None:
        return redirect(f"{reverse('desk_permits')}?done=asked")
    return render(request, "desk/permit_asked.html", {"kind": kind, "code": asked.code})


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.GRANT_PERMIT)
def permit(request: StaffRequest, permit_id: str) -> HttpResponse:
    """GET, POST /desk/permits/ID: who asks for what, and the word of somebody else."""
    number = number_in(permit_id)
    shown = permit_lists.permit_before_word(number, by=request.staff)

    def grant(asked: dict[str, Any]) -> bool:
        permits.grant_permit(
            number,
            code=asked.get("code", ""),
            by=request.staff,
            address=address_of(request),
            at=clock.now(),
        )
        return True

    form = GrantForm(sent(request), choices=_code(request))
    if form.attempt(grant):
        return redirect(f"{reverse('desk_permits')}?done=granted")
    return answer(request, "desk/permit.html", form, permit=shown)


@require_POST
@on_duty(Deed.ASK_PERMIT)
def close(request: StaffRequest, permit_id: str) -> HttpResponse:
    """POST /desk/permits/ID/close: taken back by who asked, or declined by who might grant it."""
    permits.close_permit(number_in(permit_id), by=request.staff, at=clock.now())
    return redirect(f"{reverse('desk_permits')}?done=closed")


def _kind_in(what: str, request: StaffRequest) -> PermitKind:
    """Raises NotFound for what is no kind, or none that they may ask for."""
    kind = next((kind for kind in PermitKind if kind == what), None)
    if kind is None or not may_ask(kind, request.staff.role):
        raise NotFound()
    return kind


def _code(request: StaffRequest) -> dict[str, Choices | None]:
    """Nobody is asked for a code who has no app; the service knows whether they need one."""
    return {} if second_factor.is_set_up(request.staff.staff_id) else {"code": None}
