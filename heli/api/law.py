"""What the law says to somebody who wants to come: dates, papers and conditions."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router

from heli.api.case_schemas import TimelineOut
from heli.api.moments import DayIn
from heli.api.openapi import refuses
from heli.api.schemas import ConditionOut, EligibilityOut, OfficeId, PaperOut, RegionCode
from heli.cases.dates import timeline_of
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law import eligibility
from heli.law.documents import Paper, papers
from heli.law.eligibility import Condition, conditions
from heli.law.services import Service
from heli.places.queries import get_region

router = Router(tags=["law"])


@router.get("/timeline", response=TimelineOut, openapi_extra=refuses(NotFound))
def get_timeline(
    request: HttpRequest, receipt: DayIn, office: OfficeId | None = None
) -> TimelineOut:
    """The statutory dates of a receipt, from 2021-01-01 to the last year with facts.

    With `office` also the last open moments there.
    """
    return TimelineOut.at_office(timeline_of(receipt, office))


@router.get("/documents", response=list[PaperOut], openapi_extra=refuses(NotFound))
def get_documents(
    request: HttpRequest,
    service: Service,
    region: RegionCode | None = None,
    on: DayIn | None = None,
) -> list[PaperOut]:
    """What a mainland couple brings to a visit on that day (today where left out).

    No region has rules of its own so far; an unknown one is not_found.
    """
    return papers_out(service, region, on or clock.today())


@router.get("/eligibility", response=EligibilityOut, openapi_extra=refuses())
def get_eligibility(
    request: HttpRequest, service: Service, on: DayIn | None = None
) -> EligibilityOut:
    """The conditions to show before booking, each with its reason and the way out."""
    return eligibility_out(service, on or clock.today())


def papers_out(service: Service, region: str | None, on: date) -> list[PaperOut]:
    """The papers of that day. Raises NotFound for a region that is none."""
    if region is not None:
        get_region(region)
    return [paper_out(paper) for paper in papers(service, on)]


def paper_out(paper: Paper) -> PaperOut:
    """A paper in the reader's language."""
    in_english = _in_english()
    return PaperOut(
        name=paper.en if in_english else paper.zh,
        name_zh=paper.zh,
        name_en=paper.en,
        form=paper.form if in_english else paper.form_zh,
        who=paper.who if in_english else paper.who_zh,
        original=paper.original,
        copies=paper.copies,
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
        article=paper.article,
        source=paper.source,
        confidence=paper.confidence,
    )


def eligibility_out(service: Service, on: date) -> EligibilityOut:
    """The conditions of that day in the reader's language."""
    return EligibilityOut(
        service=service,
        version=eligibility.VERSION,
        conditions=[_condition_out(condition) for condition in conditions(service, on)],
    )


def _condition_out(condition: Condition) -> ConditionOut:
    in_english = _in_english()
    return ConditionOut(
        code=condition.code,
        text=condition.en if in_english else condition.zh,
        reason=condition.reason_en if in_english else condition.reason_zh,
        way_out=condition.way_out_en if in_english else condition.way_out_zh,
        source=condition.source,
    )


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
