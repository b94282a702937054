"""What the page of a case shows: where the couple stands, what comes next, the line of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from heli.bookings.queries import BookingView
from heli.bookings.states import State
from heli.cases.dates import closing_of
from heli.cases.open_places import open_places
from heli.cases.queries import CaseView, cases_of
from heli.ground import clock
from heli.hall.coming import couple_here_since
from heli.identity.verified import Known
from heli.law.case_steps import CASE_ENDED, readings_for_withdrawal
from heli.law.documents import Paper, papers
from heli.law.services import Service
from heli.places.queries import OfficeView, get_office, office_rules
from heli.web.availability import FreeDay, days_of, offer_within
from heli.web.line_of_time import Station, line_of_time
from heli.web.standing import Standing, standing


class Situation(StrEnum):
    """Where an open case stands for somebody who wants to know the next step."""

    KEPT = "kept"  # a time is kept
    TODAY = "today"  # it is today
    PASSED = "passed"  # it has begun and nobody was seen
    HERE = "here"  # both are at the office
    TO_CHOOSE = "to_choose"  # no time is kept, one can be chosen
    TO_CALL = "to_call"  # no time is kept, and there is none to choose
    UNSURE = "unsure"  # the safe days are over; the registrar decides


@dataclass(frozen=True)
class CasePage:
    """An open case as its page shows it.

    kept: the booking of the second visit and how it stands, None where there is none.
    may_still_withdraw: the safe day is over and some readings of the law still allow it.
    came_in_time: the office has closed for the last time in the safe window, and they came before.
    """

    case: CaseView
    situation: Situation
    kept: BookingView | None
    standing: Standing | None
    line: tuple[Station, ...]
    office: OfficeView
    papers: tuple[Paper, ...]
    may_still_withdraw: bool
    came_in_time: bool


def case_page(case: CaseView, at: datetime) -> CasePage:
    """Everything that the page of an open case shows at a moment (`at`, UTC)."""
    kept = kept_booking(case)
    return CasePage(
        case=case,
        situation=situation_of(case, at, has_choice=kept is None and bool(choice_of(case, at))),
        kept=kept,
        standing=standing(kept, at) if kept else None,
        line=line_of_time(
            case.dates, case.here, at=at, kept_at=kept.slot.starts_at if kept else None
        ),
        office=get_office(case.office_id),
        papers=papers(Service.DIVORCE_CERTIFICATE, clock.day_of(at)),
        may_still_withdraw=_may_still_withdraw(case, at),
        came_in_time=_came_in_time(case, at),
    )


def has_ended(case: CaseView) -> bool:
    """Whether nothing more can be done with the case."""
    return case.state in CASE_ENDED


def kept_booking(case: CaseView) -> BookingView | None:
    """The booking of the second visit that holds a place now."""
    booking = case.certificate_booking
    return booking if booking is not None and booking.has_voucher else None


def choice_of(case: CaseView, at: datetime) -> tuple[FreeDay, ...]:
    """The days among which a couple without a place may choose at a moment (`at`, UTC)."""
    return days_of(open_places(case.office_id, case.dates.safe, at=at))


def days_to_move_to(booking: BookingView, by: Known, at: datetime) -> tuple[FreeDay, ...]:
    """The days within their case's safe window to which a second visit can move now (UTC)."""
    for case in cases_of(by=by, at=at):
        kept, safe = kept_booking(case), case.dates.safe
        if kept is not None and kept.code == booking.code:
            first_on = max(safe.issue_from, clock.day_of(at))
            return offer_within(
                booking.office.id, booking.service, first_on, safe.issue_until, at
            ).days
    return ()


def situation_of(case: CaseView, at: datetime, *, has_choice: bool) -> Situation:
    """Where an open case stands at a moment (UTC). has_choice: a time could be chosen now."""
    kept = kept_booking(case)
    if kept is None:
        if couple_here_since(case.id, at) is not None:
            return Situation.HERE
        if has_choice:
            return Situation.TO_CHOOSE
        is_over = clock.day_of(at) > case.dates.safe.issue_until
        return Situation.UNSURE if is_over or _is_past_hours(case, at) else Situation.TO_CALL
    if kept.state is State.CHECKED_IN:
        return Situation.HERE
    if at >= kept.slot.starts_at:
        return Situation.PASSED
    is_today = clock.day_of(kept.slot.starts_at) == clock.day_of(at)
    return Situation.TODAY if is_today else Situation.KEPT


def _is_past_hours(case: CaseView, at: datetime) -> bool:
    last = case.here.certificate_by
    return last is not None and at >= last


def _came_in_time(case: CaseView, at: datetime) -> bool:
    if not _is_past_hours(case, at):
        return False
    since = couple_here_since(case.id, at)
    return since is not None and not _is_past_hours(case, since)


def _may_still_withdraw(case: CaseView, at: datetime) -> bool:
    day, last = clock.day_of(at), case.here.withdraw_by
    is_safe = at < last if last else day <= case.dates.safe.withdraw_until
    closing = closing_of(office_rules(case.office_id))
    return not is_safe and bool(
        readings_for_withdrawal(case.dates, at=at, day=day, closing=closing)
    )
