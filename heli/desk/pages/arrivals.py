"""Who comes in: with a booking, or without one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from heli.desk.forms import (
    CheckInForm,
    Choices,
    TicketForm,
    answer,
    present_choices,
    roles_of,
    sent,
)
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.hall import services, tickets
from heli.hall.counter import booking_on_counter, case_on_counter
from heli.hall.queries import office_of
from heli.hall.roles import Deed
from heli.law.services import Service
from heli.places.naming import SERVICE_NAMES
from heli.places.queries import get_office


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.CHECK_IN)
def check_in(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/checkin?code=: one or both of a booking are here."""
    code, at = request.GET.get("code"), clock.now()
    booking = booking_on_counter(code, Deed.CHECK_IN, by=request.staff, at=at) if code else None
    names = {party.role: party.name_masked for party in booking.parties} if booking else {}
    form = CheckInForm(
        sent(request), initial={"shown": code}, choices={"present": present_choices(names)}
    )
    came = form.attempt(
        lambda asked: services.check_in(
            asked["shown"], roles=roles_of(asked["present"]), by=request.staff, at=at
        )
    )
    if came:
        return redirect(f"{reverse('desk_today')}?booking={came.code}")
    return answer(request, "desk/check_in.html", form, booking=booking)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.ISSUE_TICKET, at_an_office=True)
def ticket(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/tickets?case=&service=: a number for somebody without a booking."""
    at, by, case_id = clock.now(), request.staff, request.GET.get("case")
    counter = case_on_counter(case_id, Deed.FIND_CASES, by=by, at=at) if case_id else None
    office_id = counter.case.office.id if counter else office_of(by, request.office_id)
    names = {person.role: person.name_masked for person in counter.people} if counter else {}
    choices = {"service": _offered(office_id), "present": present_choices(names)}
    form = TicketForm(
        sent(request), initial={"service": request.GET.get("service")}, choices=choices
    )
    issued = form.attempt(
        lambda asked: tickets.issue_ticket(
            Service(asked["service"]),
            by=by,
            at=at,
            case_id=case_id,
            present=roles_of(asked["present"]),
            office_id=office_id,
        )
    )
    if issued:
        return redirect(f"{reverse('desk_today')}?ticket={issued.id}")
    return answer(request, "desk/ticket.html", form, counter=counter)


def _offered(office_id: str) -> Choices:
    """What the office offers, and the withdrawal, which every office takes."""
    offered = {*get_office(office_id).services, Service.DIVORCE_WITHDRAWAL}
    return [(service.value, SERVICE_NAMES[service]) for service in Service if service in offered]
