"""The plan of an office's application places, computed every day and whenever its slots change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDate

from heli.bookings.states import State
from heli.cases.models import OPEN_STATES, ApplicationPlan, Case
from heli.cases.plan import Applications, PlannedDay, plan_days
from heli.ground import clock
from heli.ground.events import listens_to
from heli.law.periods import timeline
from heli.law.services import Service
from heli.places.models import Office
from heli.slots.events import SlotsRemade
from heli.slots.models import Slot


def plan_office(office_id: str, *, at: datetime) -> tuple[PlannedDay, ...]:
    """Compute and store the plan of an office's coming application days. at: UTC.

    It reports and withholds nothing: places are the office's to change, and a couple whose window
    is full gets one added. Repeating it changes nothing.
    """
    days = plan_days(
        _coming(office_id, at),
        _free_certificate_places(office_id, at),
        waiting=_waiting(office_id, at),
    )
    ApplicationPlan.objects.update_or_create(
        office_id=office_id,
        defaults={"planned_on": clock.day_of(at), "days": [_row(day) for day in days]},
    )
    return days


def plan_all(at: datetime) -> None:
    """Plan every bookable office that has not been planned on the day of `at` (UTC)."""
    at = max(at, clock.now())
    today = clock.day_of(at)
    due = Q(applicationplan=None) | Q(applicationplan__planned_on__lt=today)
    for office_id in (
        Office.objects.filter(due, is_bookable=True).order_by("id").values_list("id", flat=True)
    ):
        plan_office(office_id, at=at)


def next_plan() -> datetime | None:
    """The next midnight in Shanghai (as UTC) at which an office has to be planned anew."""
    state = Office.objects.filter(is_bookable=True).aggregate(
        never=Count("id", filter=Q(applicationplan=None)),
        oldest=Min("applicationplan__planned_on"),
    )
    due_on = [state["oldest"] + timedelta(days=1)] if state["oldest"] else []
    if state["never"]:
        due_on.append(clock.today())
    return clock.moment_of(min(due_on)) if due_on else None


@listens_to(SlotsRemade)
def follow_slots(event: SlotsRemade) -> None:
    """Changed slots change the plan."""
    plan_office(event.office_id, at=max(event.at, clock.now()))


def _coming(office_id: str, at: datetime) -> list[Applications]:
    by_day = _by_day(office_id, Service.DIVORCE_APPLICATION, at, Sum("places"))
    return [_applications(day, couples) for day, couples in by_day.items()]


def _free_certificate_places(office_id: str, at: datetime) -> dict[date, int]:
    return _by_day(office_id, Service.DIVORCE_CERTIFICATE, at, Sum(F("places") - F("taken")))


def _by_day(office_id: str, service: Service, at: datetime, count: Sum) -> dict[date, int]:
    slots = Slot.objects.filter(
        office_id=office_id, service=service, withdrawn_at=None, starts_at__gt=at
    )
    rows = (
        slots.annotate(on=TruncDate("starts_at", tzinfo=clock.SHANGHAI))
        .values_list("on")
        .annotate(number=count)
        .order_by("on")
    )
    return dict(rows)


def _waiting(office_id: str, at: datetime) -> Iterable[Applications]:
    """Couples with an open case and no place, by the day of their receipt."""
    cases = Case.objects.filter(
        office_id=office_id, state__in=OPEN_STATES, window_closes_at__gt=at
    ).exclude(certificate_places__booking__state__in=[State.CONFIRMED, State.CHECKED_IN])
    by_day = Counter(cases.values_list("receipt_on", flat=True))
    return [_applications(day, couples) for day, couples in sorted(by_day.items())]


def _applications(day: date, couples: int) -> Applications:
    safe = timeline(day).safe
    return Applications(day, couples, safe.issue_from, safe.issue_until)


def _row(day: PlannedDay) -> dict[str, object]:
    limit = day.limit
    return {
        "day": day.applications.day.isoformat(),
        "places": day.applications.couples,
        "can_take": day.can_take,
        "limit": None
        if limit is None
        else {
            "first": limit.first.isoformat(),
            "last": limit.last.isoformat(),
            "places": limit.places,
            "couples": limit.couples,
        },
    }
