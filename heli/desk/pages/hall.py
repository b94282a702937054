"""What the hall itself shows: the code by which people check in alone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heli.desk.staff_session import StaffRequest, on_duty
from heli.hall.codes import NEW_EVERY_SECONDS, code_for_screen
from heli.hall.roles import Deed


@require_safe
@on_duty(Deed.SHOW_HALL_CODE, at_an_office=True)
def hall_code(request: StaffRequest) -> HttpResponse:
    """GET /desk/hall-code: for a screen in the hall; it loads itself again every minute."""
    code = code_for_screen(request.staff, office_id=request.office_id)
    shown = {"code": code, "new_every_seconds": NEW_EVERY_SECONDS}
    return render(request, "desk/hall_code.html", shown)
