"""The office's day, and whose turn it is."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from heli.desk.day_table import chosen_row, longest_wait, rows_of
from heli.desk.forms import CallForm, answer, sent
from heli.desk.staff_session import WINDOW_COOKIE, StaffRequest, keep, on_duty, window_in
from heli.ground import clock
from heli.hall import queries, tickets
from heli.hall.counter import cases_of_bookings
from heli.hall.roles import Deed

# The answer may be there before the second click, which then meets the same button on a new page.
DOUBLE_CLICK = timedelta(seconds=2)


@require_safe
@on_duty(Deed.SEE_TODAY, at_an_office=True)
def today(request: StaffRequest) -> HttpResponse:
    """GET /desk/today?booking=&ticket=: the day's table; what was just done stands on top."""
    at = clock.now()
    day = queries.today(request.staff, at=at, office_id=request.office_id)
    case_ids = cases_of_bookings(booking.code for booking in day.bookings)
    rows = rows_of(day, case_ids, by=request.staff, at=at)
    context = {
        "day": day,
        "now": at,
        "rows": rows,
        "longest_wait": longest_wait(rows),
        "window": window_in(request),
        "chosen": chosen_row(
            rows, code=request.GET.get("booking"), ticket_id=request.GET.get("ticket")
        ),
    }
    return render(request, "desk/today.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.CALL_NEXT, at_an_office=True)
def call(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/call: the next number is called to a window, which is kept for the next."""
    form = CallForm(sent(request), initial={"window": window_in(request)})
    called = form.attempt(
        lambda asked: tickets.call_next(
            by=request.staff,
            at=clock.now(),
            window=asked["window"] or None,
            office_id=request.office_id,
            same_within=DOUBLE_CLICK,
        )
    )
    if called is None:
        return answer(request, "desk/call.html", form)
    response = redirect(f"{reverse('desk_today')}?ticket={called.id}")
    keep(response, WINDOW_COOKIE, called.window or "")
    return response
