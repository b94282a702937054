"""A couple that came before its case ends, and still sits in the hall, is not too late.

A last day ends when the office stops its business (Civil Code art. 203(2)); what a couple came and
asked for in time is business that has not stopped. Until that day is over the case waits for them.
Who is in the hall is the hall's to say, a higher room.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from heli.cases.models import Case
from heli.ground import clock

CouplesHere = Callable[[QuerySet[Case], date], Mapping[uuid.UUID, datetime]]

_couples_here: CouplesHere | None = None


def register_hall(couples_here: CouplesHere) -> None:
    """Let the hall say of cases since when (UTC) both spouses are there on a day, not done yet."""
    global _couples_here
    _couples_here = couples_here


def lapses_at(case: Case) -> datetime:
    """The moment (UTC) from which an open case counts as withdrawn: when its window closes, or the
    midnight after that for a couple that came before and is not done."""
    if case.id in waited_for(Case.objects.filter(pk=case.pk), day_of_closing(case)):
        return clock.moment_of(day_of_closing(case) + timedelta(days=1))
    return case.window_closes_at


def day_of_closing(case: Case) -> date:
    """The day in Shanghai on which its window closes."""
    return clock.day_of(case.window_closes_at)


def waited_for(cases: QuerySet[Case], on: date) -> set[uuid.UUID]:
    """Those of these cases whose couple came on that day before its window closes, and is not
    done yet."""
    assert _couples_here is not None, "the hall registers itself at start"
    came = _couples_here(cases, on)
    if not came:
        return set()
    closing = Case.objects.filter(id__in=came.keys()).values_list("id", "window_closes_at")
    return {case_id for case_id, closes_at in closing if came[case_id] < closes_at}
