"""A case at the desk: found by a card, seen, and decided."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from heli.desk.forms import (
    Choices,
    DeskForm,
    FindCaseForm,
    RefuseForm,
    RegisterForm,
    WithdrawForm,
    answer,
    reading_choices,
    sent,
)
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.hall import decisions, queries
from heli.hall.counter import CaseOnCounter, case_on_counter
from heli.hall.reasons import Why
from heli.hall.roles import Deed
from heli.identity.id_numbers import IdNumber


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.FIND_CASES)
def find(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/cases: the cases here of somebody whose card was read."""
    form = FindCaseForm(sent(request))
    found = form.attempt(
        lambda asked: queries.find_cases(
            IdNumber.parse(asked["id_number"]),
            by=request.staff,
            at=clock.now(),
            why=Why(asked["why"]) if asked["why"] else None,
        )
    )
    if found and len(found) == 1:
        (only,) = found
        return redirect(f"{reverse('desk_case', args=[only.case.id])}?party={only.party}")
    return answer(request, "desk/find_case.html", form, found=found)


@require_safe
@on_duty(Deed.FIND_CASES)
def case(request: StaffRequest, case_id: str) -> HttpResponse:
    """GET /desk/cases/ID?party=: where a case stands, who is in, and what can be done today."""
    return answer(request, "desk/case.html", DeskForm(), **_shown(request, case_id))


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.WITHDRAW)
def withdraw(request: StaffRequest, case_id: str) -> HttpResponse:
    """GET, POST /desk/cases/ID/withdraw?party=: one of the two takes the application back."""
    shown = _shown(request, case_id, Deed.WITHDRAW)
    counter: CaseOnCounter = shown["counter"]
    choices: dict[str, Choices | None] = {
        "party": [(person.role.value, person.name_masked) for person in counter.people],
        "reading": reading_choices(
            read.clocks.reading
            for read in counter.readings
            if counter.withdrawal_needs_reading and read.allows_withdrawal
        ),
    }
    form = WithdrawForm(sent(request), initial={"party": shown["party"]}, choices=choices)
    ended = form.attempt(
        lambda asked: decisions.withdraw(
            case_id,
            party=form.party_named(),
            reading=form.reading_named(),
            by=request.staff,
            at=clock.now(),
        )
    )
    if ended:
        return redirect("desk_case", ended.id)
    return answer(request, "desk/withdraw.html", form, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.REGISTER)
def register(request: StaffRequest, case_id: str) -> HttpResponse:
    """GET, POST /desk/cases/ID/register: the certificate is given, both being here."""
    shown = _shown(request, case_id, Deed.REGISTER)
    counter: CaseOnCounter = shown["counter"]
    readings = reading_choices(
        read.clocks.reading
        for read in counter.readings
        if counter.registration_needs_reading and read.allows_registration
    )
    form = RegisterForm(sent(request), choices={"reading": readings})
    ended = form.attempt(
        lambda asked: decisions.register(
            case_id,
            certificate_number=asked["certificate_number"],
            reading=form.reading_named(),
            by=request.staff,
            at=clock.now(),
        )
    )
    if ended:
        return redirect("desk_case", ended.id)
    return answer(request, "desk/register.html", form, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.REFUSE)
def refuse(request: StaffRequest, case_id: str) -> HttpResponse:
    """GET, POST /desk/cases/ID/refuse: the office cannot register; the case ends."""
    form = RefuseForm(sent(request))
    ended = form.attempt(
        lambda asked: decisions.refuse(case_id, **asked, by=request.staff, at=clock.now())
    )
    if ended:
        return redirect("desk_case", ended.id)
    return answer(request, "desk/refuse.html", form, **_shown(request, case_id, Deed.REFUSE))


def _shown(request: StaffRequest, case_id: str, deed: Deed = Deed.FIND_CASES) -> dict[str, Any]:
    counter = case_on_counter(case_id, deed, by=request.staff, at=clock.now())
    return {"counter": counter, "case": counter.case, "party": request.GET.get("party")}
