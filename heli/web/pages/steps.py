"""Where booking begins: what a service needs, and whether it is the right one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law.documents import papers
from heli.law.eligibility import conditions
from heli.law.services import Service
from heli.places.queries import get_office
from heli.web.checks import names_of_checks
from heli.web.draft import new_draft
from heli.web.stepping import (
    Step,
    StepRequest,
    first_open,
    keep_and_go,
    read_slot_id,
    show_step,
    step_page,
)

# Offered as another service: a certificate place comes with the receipt.
OTHERS = tuple(service for service in Service if service is not Service.DIVORCE_CERTIFICATE)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, service: str) -> HttpResponse:
    """GET /book/<service>?office=&slot=: what it needs. POST: begin a draft."""
    wanted = _known(service)
    if request.method == "POST":
        return _begin(request, wanted)
    today, office_id = clock.today(), request.GET.get("office")
    context = {
        "service": wanted,
        "conditions": conditions(wanted, today),
        "papers": papers(wanted, today),
        "office": get_office(office_id) if office_id else None,
        "checks": names_of_checks(office_id) if office_id else (),
        "slot_id": read_slot_id(request.GET),
    }
    return render(request, "web/steps/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.SERVICE)
def service(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/service: what is booked and what to bring. POST: yes, this one."""
    draft, chosen = request.draft, Service(request.draft.service)
    if request.method == "POST":
        return keep_and_go(
            draft, Step.PEOPLE if chosen.needs_consent else first_open(draft, draft.person)
        )
    others = [service for service in OTHERS if service is not chosen]
    return show_step(
        request, Step.SERVICE, papers=papers(chosen, clock.today()), other_services=others
    )


def _known(service: str) -> Service:
    try:
        return Service(service)
    except ValueError:
        raise NotFound() from None


def _begin(request: HttpRequest, service: Service) -> HttpResponse:
    office_id = request.POST.get("office")
    draft = new_draft(service).having(
        eligibility_shown=bool(conditions(service, clock.today())),
        office_id=get_office(office_id).id if office_id else None,
        slot_id=read_slot_id(request.POST) if office_id else None,
    )
    return keep_and_go(draft, Step.YOU)
