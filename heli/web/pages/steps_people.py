"""The two people of a booking: the one who books, and the other."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from heli.bookings.offers import standing_booking_code, suspension
from heli.cases.running import running_case
from heli.ground import clock
from heli.law.services import Service
from heli.web.booking_forms import PartnerForm
from heli.web.draft import keep_draft
from heli.web.stepping import (
    Step,
    StepRequest,
    first_open,
    go_on,
    keep_and_go,
    show_step,
    step_page,
)
from heli.web.visitor import forget


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.YOU)
def you(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/you: who has proven who they are. POST: that is me, or not me."""
    if request.method == "POST":
        return _not_me(request) if "not_me" in request.POST else _me(request)
    me, service, at = request.identity, Service(request.draft.service), clock.now()
    return show_step(
        request,
        Step.YOU,
        identity=me,
        standing=standing_booking_code(by=me, service=service, at=at),
        suspended=suspension(by=me, service=service, at=at),
        running=running_case(by=me, service=service, at=at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.PEOPLE, typed_is_kept=True)
def people(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/people: who the other is. POST: keep it."""
    draft = request.draft
    if not Service(draft.service).needs_consent:
        return go_on(draft, draft.person)
    if request.method != "POST":
        return show_step(request, Step.PEOPLE, form=PartnerForm.of(draft))
    form = PartnerForm(request.POST, person=draft.person)
    if not form.is_valid():
        return show_step(request, Step.PEOPLE, form=form, status=422)
    kept = draft.having(**{name: value or None for name, value in form.cleaned_data.items()})
    return keep_and_go(kept, first_open(kept, kept.person))


def _me(request: StepRequest) -> HttpResponse:
    """Theirs from now on; what somebody else typed into the same draft is forgotten."""
    draft, person = request.draft, request.identity.person.hex()
    if draft.person != person:
        draft = draft.without_people().having(person=person)
    return keep_and_go(draft, Step.SERVICE)


def _not_me(request: StepRequest) -> HttpResponse:
    response = redirect(Step.YOU.page, request.draft.id)
    forget(response)
    keep_draft(response, request.draft.without_people())
    return response
