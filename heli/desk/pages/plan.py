"""The plan of the office's application places."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heli.desk.staff_session import StaffRequest, on_duty
from heli.hall.counter import plan_at
from heli.hall.roles import Deed


@require_safe
@on_duty(Deed.SEE_PLAN, at_an_office=True)
def plan(request: StaffRequest) -> HttpResponse:
    """GET /desk/plan: what each coming day can take, and what limits it."""
    shown = {"plan": plan_at(request.staff, office_id=request.office_id)}
    return render(request, "desk/plan.html", shown)
