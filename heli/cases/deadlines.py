"""What the clock does to cases. Each deed may run late, twice, or after a week of downtime."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from heli.bookings.queries import lock_bookings
from heli.cases import history, queries
from heli.cases.ending import end_case
from heli.cases.events import CaseLapsed, WindowOpened
from heli.cases.in_the_hall import lapses_at, waited_for
from heli.cases.models import Case
from heli.ground import clock
from heli.law.case_steps import CaseState


def open_windows(at: datetime) -> None:
    """Open the window of every case whose cooling-off is over by `at` (UTC)."""
    waiting = Case.objects.filter(state=CaseState.COOLING_OFF, window_opens_at__lte=at)
    for case_id in waiting.order_by("window_opens_at").values_list("id", flat=True):
        _open_window(case_id, at)


def next_window_to_open() -> datetime | None:
    """The earliest moment at which a window opens."""
    waiting = Case.objects.filter(state=CaseState.COOLING_OFF)
    earliest: datetime | None = waiting.aggregate(next=Min("window_opens_at"))["next"]
    return earliest


def close_windows(at: datetime) -> None:
    """End every case whose window has passed by `at` (UTC): the application counts as withdrawn.

    One whose couple came in time and still sits in the hall waits until that day is over.
    """
    waiting = Case.objects.filter(state=CaseState.WINDOW_OPEN, window_closes_at__lte=at)
    for case_id in waiting.order_by("window_closes_at").values_list("id", flat=True):
        _close_window(case_id, at)


def next_window_to_close() -> datetime | None:
    """The earliest moment at which a window passes, or the day of a couple in the hall is over."""
    waiting = Case.objects.filter(state=CaseState.WINDOW_OPEN)
    earliest: datetime | None = waiting.aggregate(next=Min("window_closes_at"))["next"]
    if earliest is None:
        return None
    day = clock.day_of(earliest)
    day_is_over = clock.moment_of(day + timedelta(days=1))
    of_the_day = waiting.filter(window_closes_at__lt=day_is_over)
    in_the_hall = waited_for(of_the_day, day)
    if not in_the_hall:
        return earliest
    others = of_the_day.exclude(id__in=in_the_hall).aggregate(next=Min("window_closes_at"))
    return others["next"] or day_is_over


def end_lapsed(person: bytes, at: datetime) -> None:
    """End this person's open case where its time is over by `at` (UTC) and the jobs that follow it
    have not run: a deadline holds whether or not they have. In the caller's transaction."""
    case = queries.open_case_of(person)
    if case is not None and queries.state_at(case, at) is CaseState.DEEMED_WITHDRAWN:
        _open_window(case.id, at)
        _close_window(case.id, at)


@transaction.atomic
def _open_window(case_id: uuid.UUID, at: datetime) -> None:
    case = queries.lock_case(case_id)
    if case.state != CaseState.COOLING_OFF or at < case.window_opens_at:
        return
    case.state = CaseState.WINDOW_OPEN
    case.save(update_fields=["state"])
    history.record(case, WindowOpened(case_id=str(case.id), at=at), by="clock")


@transaction.atomic
def _close_window(case_id: uuid.UUID, at: datetime) -> None:
    case = queries.lock_case(case_id)
    if case.state != CaseState.WINDOW_OPEN or at < case.window_closes_at:
        return
    # Who checks in at this very moment is waited for, then seen.
    lock_bookings(*case.certificate_places.values_list("booking_id", flat=True))
    if at < lapses_at(case):
        return
    end_case(case, CaseState.DEEMED_WITHDRAWN, at=at)
    history.record(case, CaseLapsed(case_id=str(case.id), at=at), by="clock")
