"""What is read of cases: as one of the two spouses, or by the desk. Anybody else finds nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from heli.bookings.models import Booking
from heli.bookings.queries import BookingView, view_of
from heli.bookings.states import Role
from heli.cases.dates import Here, here
from heli.cases.in_the_hall import lapses_at
from heli.cases.models import OPEN_STATES, ApplicationPlan, Case, CaseParty
from heli.cases.plan import Limit
from heli.ground.refusals import NotFound
from heli.identity.verified import Known, is_good_at
from heli.law.case_steps import CaseState
from heli.law.periods import Timeline, timeline
from heli.places.queries import office_rules


@dataclass(frozen=True)
class CaseView:
    """A case as one of the spouses sees it: never who withdrew, when or why.

    certificate_booking: the coming or used place of the second visit, or None. me: which of the
    two is looking.
    """

    id: str
    state: CaseState
    office_id: str
    office_name: str
    office_phone: str | None
    receipt_on: date
    dates: Timeline
    here: Here
    certificate_booking: BookingView | None
    me: Role


@dataclass(frozen=True)
class PlanDay:
    """A coming application day of an office: how many places it offers, how many couples the
    windows that follow can take, and the interval of days that limits it, where one does."""

    day: date
    places: int
    can_take: int
    limit: Limit | None


@dataclass(frozen=True)
class Plan:
    """The plan of an office, as computed on `planned_on` (Shanghai). days: in order."""

    office_id: str
    planned_on: date
    days: tuple[PlanDay, ...]


def case_view(case_id: str, *, by: Known, at: datetime) -> CaseView:
    """The case with this id, for one of its spouses. Raises NotFound for anybody else.

    Whose it is belongs to the question: a stranger's case costs what one that is not there costs.
    """
    case = (
        Case.objects.select_related("office")
        .filter(id=_uuid(case_id), parties__person=by.person)
        .first()
    )
    if case is None or not is_good_at(by, case.office_id):
        raise NotFound()
    return _view(case, by=by, at=at)


def cases_of(*, by: Known, at: datetime) -> list[CaseView]:
    """This person's cases, the latest first."""
    rows = (
        Case.objects.select_related("office")
        .filter(parties__person=by.person)
        .order_by("-received_at")
    )
    return [_view(case, by=by, at=at) for case in rows if is_good_at(by, case.office_id)]


def open_case_of(person: bytes) -> Case | None:
    """The case of this person that has not ended."""
    party = (
        CaseParty.objects.filter(person=person, is_open=True).select_related("case__office").first()
    )
    return party.case if party else None


def state_at(case: Case, at: datetime) -> CaseState:
    """The state at a moment: a window opens and closes by time, not by the job that follows it.

    A couple that came in time and is not done keeps its case open until that day is over.
    """
    state = CaseState(case.state)
    if state in (CaseState.COOLING_OFF, CaseState.WINDOW_OPEN):
        if at >= case.window_closes_at and at >= lapses_at(case):
            return CaseState.DEEMED_WITHDRAWN
        if at >= case.window_opens_at:
            return CaseState.WINDOW_OPEN
    return state


def is_open(case: Case) -> bool:
    """Whether the case has not ended."""
    return case.state in OPEN_STATES


def lock_case(case_id: str | uuid.UUID) -> Case:
    """The case, locked until the end of the transaction. Raises NotFound."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(id=_uuid(case_id))
        .first()
    )
    if case is None:
        raise NotFound()
    return case


def certificate_booking_of(case: Case) -> Booking | None:
    """The latest certificate booking of the case that holds or has used its place."""
    place = (
        case.certificate_places.select_related("booking__slot", "booking__office")
        .filter(booking__state__in=("confirmed", "checked_in", "served"))
        .order_by("-booking__taken_at")
        .first()
    )
    return place.booking if place else None


def plan_of(office_id: str) -> Plan | None:
    """The office's plan as it was last computed; None where it takes no bookings."""
    row = ApplicationPlan.objects.filter(office_id=office_id).first()
    if row is None:
        return None
    return Plan(row.office_id, row.planned_on, tuple(_plan_day(day) for day in row.days))


def _plan_day(row: dict[str, Any]) -> PlanDay:
    limit = row["limit"]
    return PlanDay(
        day=date.fromisoformat(row["day"]),
        places=row["places"],
        can_take=row["can_take"],
        limit=limit
        and Limit(
            first=date.fromisoformat(limit["first"]),
            last=date.fromisoformat(limit["last"]),
            places=limit["places"],
            couples=limit["couples"],
        ),
    )


def _view(case: Case, *, by: Known, at: datetime) -> CaseView:
    me = next((p for p in case.parties.all() if bytes(p.person) == by.person), None)
    if me is None:
        raise NotFound()
    dates = timeline(case.receipt_on)
    booking = certificate_booking_of(case)
    return CaseView(
        id=str(case.id),
        state=state_at(case, at),
        office_id=case.office.id,
        office_name=case.office.name,
        office_phone=case.office.phone,
        receipt_on=case.receipt_on,
        dates=dates,
        here=here(dates, office_rules(case.office.id)),
        certificate_booking=view_of(booking, by=by, at=at) if booking else None,
        me=Role(me.role),
    )


def find_case(case_id: str | uuid.UUID) -> Case:
    """The case with this id, not locked. Raises NotFound."""
    case = Case.objects.select_related("office").filter(id=_uuid(case_id)).first()
    if case is None:
        raise NotFound()
    return case


def _uuid(case_id: str | uuid.UUID) -> uuid.UUID:
    try:
        return uuid.UUID(str(case_id))
    except ValueError:
        raise NotFound() from None
