"""What came of a visit."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from heli.desk.forms import (
    RESULTS,
    Choices,
    OutcomeForm,
    TicketOutcomeForm,
    answer,
    result_choices,
    sent,
)
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.ground.paths import number_in
from heli.hall import services
from heli.hall.counter import booking_on_counter, ticket_on_counter
from heli.hall.roles import Deed
from heli.hall.services import Recorded
from heli.hall.states import Result
from heli.law.services import Service


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.RECORD_OUTCOME)
def of_booking(request: StaffRequest, code: str) -> HttpResponse:
    """GET, POST /desk/bookings/CODE/outcome: what came of a booking."""
    at = clock.now()
    booking = booking_on_counter(code, Deed.RECORD_OUTCOME, by=request.staff, at=at)
    form = OutcomeForm(sent(request), choices={"result": _results_of(booking.service)})
    recorded = form.attempt(
        lambda asked: services.record_outcome(
            code,
            result=Result(asked["result"]),
            reason=asked["reason"] or None,
            by=request.staff,
            at=at,
        )
    )
    if recorded:
        return _after(recorded, f"booking={booking.code}")
    return answer(request, "desk/outcome.html", form, booking=booking)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.RECORD_OUTCOME)
def of_ticket(request: StaffRequest, ticket_id: str) -> HttpResponse:
    """GET, POST /desk/tickets/ID/outcome: what came of a walk-in, with the cards read."""
    ticket = ticket_on_counter(number_in(ticket_id), Deed.RECORD_OUTCOME, by=request.staff)
    if ticket.booking is not None:
        return redirect("desk_booking_outcome", ticket.booking)
    form = TicketOutcomeForm(sent(request), choices={"result": result_choices(ticket.service)})
    recorded = form.attempt(
        lambda asked: services.record_ticket_outcome(
            ticket.id,
            result=Result(asked["result"]),
            cards=form.cards(),
            reason=asked["reason"] or None,
            by=request.staff,
            at=clock.now(),
        )
    )
    if recorded:
        return _after(recorded, f"ticket={ticket.id}")
    return answer(request, "desk/ticket_outcome.html", form, ticket=ticket)


def _results_of(service: Service) -> Choices:
    """What can come of a booking. One for the certificate ends with the decision in its case; what
    is left to record here is that there was none, and not that something was done or refused."""
    if service is Service.DIVORCE_CERTIFICATE:
        return [(Result.NOT_READY.value, RESULTS[Result.NOT_READY])]
    return result_choices(service)


def _after(recorded: Recorded, row: str) -> HttpResponse:
    if recorded.case is not None:
        return redirect("desk_case", recorded.case.id)
    return redirect(f"{reverse('desk_today')}?{row}")
