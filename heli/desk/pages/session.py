"""Logging out, and the office at which an operator works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.desk.forms import Choices, OfficeForm, answer, sent
from heli.desk.staff_session import (
    OFFICE_COOKIE,
    StaffRequest,
    forget_session,
    keep,
    on_duty,
    staff_or_nobody,
)
from heli.hall.sessions import end_session
from heli.places.queries import list_offices


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """GET /desk/: the day."""
    return redirect("desk_today")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """POST /desk/logout: the session ends here and at the server."""
    if staff := staff_or_nobody(request):
        end_session(staff)
    response = redirect("desk_login")
    forget_session(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(None)
def office(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/office: where an operator works at the moment."""
    if request.staff.office_id is not None:
        return redirect("desk_today")
    form = OfficeForm(
        sent(request), initial={"office": request.office_id}, choices={"office": _offices()}
    )
    if chosen := form.attempt(lambda asked: str(asked["office"])):
        response = redirect("desk_today")
        keep(response, OFFICE_COOKIE, chosen)
        return response
    return answer(request, "desk/office.html", form)


def _offices() -> Choices:
    return [(office.id, office.name) for office in list_offices() if office.is_bookable]
