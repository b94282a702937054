"""The steps of booking: in which order, which one is open, and what stands on top of each page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from heli.law.services import Service
from heli.web.draft import Draft, keep_draft, read_draft
from heli.web.visitor import IdentifiedRequest, check_url, identity_of

SLOT_DIGITS_MAX = 18  # what is longer is no number of the database


class Step(StrEnum):
    """A page of booking; the value is the end of its path and of its name."""

    YOU = "you"
    SERVICE = "service"
    PEOPLE = "people"
    OFFICE = "office"
    TIME = "time"
    CHECK = "check"

    @property
    def page(self) -> str:
        """The name of its path."""
        return f"step_{self.value}"


ORDER = tuple(Step)
TITLES = {
    Step.YOU: _("您是谁"),
    Step.SERVICE: _("办理业务"),
    Step.PEOPLE: _("双方信息"),
    Step.OFFICE: _("机关和时间"),
    Step.TIME: _("机关和时间"),
    Step.CHECK: _("核对并提交"),
}


class StepRequest(IdentifiedRequest):
    """A request for a step, with its draft."""

    draft: Draft


StepPage = Callable[[StepRequest], HttpResponse]


def step_page(
    step: Step, *, typed_is_kept: bool = False
) -> Callable[[StepPage], Callable[[HttpRequest, str], HttpResponse]]:
    """Decorator: the page of a step, for somebody verified, with their own draft.

    A draft that was sent leads to its booking; a step that is not yet open to the first that is; a
    proof of identity that has expired to the check and back to the same step.
    typed_is_kept: what was typed is taken even where the proof has expired meanwhile, so that
    nobody has to type it again; the request then has no identity.
    """

    def decorate(page: StepPage) -> Callable[[HttpRequest, str], HttpResponse]:
        @wraps(page)
        def guarded(request: HttpRequest, draft_id: str) -> HttpResponse:
            draft = read_draft(request, draft_id)
            if draft.booking is not None:
                return redirect("booking", draft.booking)
            identity = identity_of(request)
            if identity is None and not (typed_is_kept and request.method == "POST"):
                return redirect(check_url(_way_back(request), draft.office_id))
            person = draft.person if identity is None else identity.person.hex()
            if ORDER.index(step) > ORDER.index(first_open(draft, person)):
                return go_on(draft, person)
            request.draft = draft  # type: ignore[attr-defined]
            request.identity = identity  # type: ignore[attr-defined]
            return page(request)  # type: ignore[arg-type]

        guarded.is_identified = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def first_open(draft: Draft, person: str | None) -> Step:
    """The first step that still lacks something; the last one where nothing does.

    person: who is looking, as in `Draft.person`. What somebody else typed opens nothing.
    """
    if draft.person is None or draft.person != person:
        return Step.YOU
    if Service(draft.service).needs_consent and draft.partner_id_number is None:
        return Step.PEOPLE
    if draft.office_id is None:
        return Step.OFFICE
    return Step.TIME if draft.slot_id is None else Step.CHECK


def steps_of(service: Service) -> tuple[tuple[Step, ...], ...]:
    """The steps as they are counted: office and time are one, and one person needs no other.

    >>> len(steps_of(Service.DIVORCE_APPLICATION)), len(steps_of(Service.REPLACEMENT))
    (5, 4)
    """
    people = ((Step.PEOPLE,),) if service.needs_consent else ()
    return ((Step.YOU,), (Step.SERVICE,), *people, (Step.OFFICE, Step.TIME), (Step.CHECK,))


@dataclass(frozen=True)
class Progress:
    """Where one is: the step `number` of `count`, called `title`."""

    number: int
    count: int
    title: str


def progress_of(step: Step, service: Service) -> Progress:
    """Where one is when looking at a step's page.

    >>> progress_of(Step.TIME, Service.DIVORCE_APPLICATION).number
    4
    """
    counted = steps_of(service)
    number = next(n for n, group in enumerate(counted, start=1) if step in group)
    return Progress(number, len(counted), str(TITLES[step]))


def step_before(step: Step, service: Service) -> Step | None:
    """The page that "back" leads to; None before the first."""
    pages = [page for group in steps_of(service) for page in group]
    place = pages.index(step)
    return pages[place - 1] if place else None


def go_on(draft: Draft, person: str | None) -> HttpResponse:
    """On to the first step that is open."""
    return redirect(first_open(draft, person).page, draft.id)


def keep_and_go(draft: Draft, step: Step) -> HttpResponse:
    """Keep what was chosen, and on to a page."""
    response = redirect(step.page, draft.id)
    keep_draft(response, draft)
    return response


def show_step(
    request: StepRequest,
    step: Step,
    *,
    template: str | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page of a step, with where one is and the way back."""
    service = Service(request.draft.service)
    shown = {
        "draft": request.draft,
        "service": service,
        "step": step,
        "progress": progress_of(step, service),
        "before": step_before(step, service),
        **context,
    }
    return render(request, template or f"web/steps/{step.value}.html", shown, status=status)


def read_slot_id(sent: QueryDict) -> int | None:
    """The number of a slot from an address or a form; None where there is none."""
    text = sent.get("slot", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= SLOT_DIGITS_MAX
    return int(text) if is_number else None


def _way_back(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else request.path
