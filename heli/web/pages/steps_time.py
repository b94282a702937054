"""Which office, and which day and time there."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from heli.bookings.errors import SlotFull, TooLate, WrongState
from heli.bookings.slot_rules import is_accepted
from heli.cases.running import running_case
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law.services import Service
from heli.places.queries import get_office, real_name_checks
from heli.slots.queries import DAYS_AT_ONCE_MAX
from heli.web import where
from heli.web.availability import FreeDay, chosen_day, offer_of
from heli.web.stepping import (
    Step,
    StepRequest,
    keep_and_go,
    read_slot_id,
    show_step,
    step_page,
)
from heli.web.visitor import check_url

# Why one is back here, by the code of the refusal, which is all that stands in the address.
BECAUSE = {
    SlotFull.code: SlotFull.message,
    TooLate.code: TooLate.message,
    WrongState.code: _("这个时段现在不能预约，您的预约没有提交。请换一个时段。"),
    NotFound.code: _("没有找到这个时段，您的预约没有提交。请重新选择时间。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.OFFICE)
def office(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/office?q=&region=: search. POST: this office."""
    if request.method == "POST":
        return _keep_office(request, request.POST.get("office", ""))
    typed = request.GET.get("q", "").strip()
    region = request.GET.get("region") or request.draft.region
    service, at = Service(request.draft.service), clock.now()
    if typed:
        found = where.look_for(typed, service, at)
    elif region:
        found = where.look_in(region, service, at)
    else:
        found = where.look_around(service, at)
    return show_step(request, Step.OFFICE, found=found, typed=typed)


@require_http_methods(["GET", "HEAD", "POST"])
@step_page(Step.TIME)
def time(request: StepRequest) -> HttpResponse:
    """GET /book/<draft>/time?day=: the free days and times. POST: this time."""
    draft = request.draft
    if request.method == "POST":
        slot_id = read_slot_id(request.POST)
        return keep_and_go(draft.having(slot_id=slot_id), Step.CHECK if slot_id else Step.TIME)
    chosen_office = get_office(draft.office_id or "")
    service, at = Service(draft.service), clock.now()
    offer = offer_of(chosen_office.id, service, at, DAYS_AT_ONCE_MAX)
    wanted = request.GET.get("day") or _day_of_slot(offer.days, draft.slot_id)
    day = chosen_day(offer.days, wanted)
    return show_step(
        request,
        Step.TIME,
        office=chosen_office,
        days=offer.days,
        day=day,
        day_url=reverse(Step.TIME.page, args=[draft.id]) + "?day=",
        next_release=offer.next_release,
        has_places=offer.has_places,
        because=BECAUSE.get(request.GET.get("because", "")),
        running=running_case(
            by=request.identity, service=service, at=at, on=day.on if day else None
        ),
        prove_again=_another_check(request, chosen_office.id),
    )


def _another_check(request: StepRequest, office_id: str) -> str | None:
    """Where to prove who one is by what this office accepts, if it is not by that that one did.

    Said before a time is chosen: at a release there is no time to lose afterwards.
    """
    accepted = real_name_checks(office_id, clock.today())
    if is_accepted(request.identity, office_id=office_id, accepted=accepted):
        return None
    return check_url(request.get_full_path(), office_id)


def _keep_office(request: StepRequest, office_id: str) -> HttpResponse:
    draft, chosen = request.draft, get_office(office_id)
    slot_id = draft.slot_id if draft.office_id == chosen.id else None
    kept = draft.having(office_id=chosen.id, region=chosen.region.code, slot_id=slot_id)
    return keep_and_go(kept, Step.TIME)


def _day_of_slot(days: Sequence[FreeDay], slot_id: int | None) -> str | None:
    """The day of the time chosen before, so that coming back shows it."""
    for day in days:
        if any(slot.id == slot_id for slot in day.slots):
            return day.on.isoformat()
    return None
