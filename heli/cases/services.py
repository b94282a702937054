"""What may be done with a case. Each is one transaction and a row of `law.case_steps`.

A case is locked before anything is decided; certificate places are taken and given back in the
same transaction (the order of locks: case, bookings, slots, people).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from heli.bookings.certificates import PersonOnFile
from heli.bookings.errors import AlreadyBooked
from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.cases import history, queries
from heli.cases.certificate_numbers import check_form, mark_of
from heli.cases.dates import closing_of
from heli.cases.deadlines import end_lapsed
from heli.cases.ending import end_case
from heli.cases.errors import CaseEnded, OutsideWindow, WithdrawTooLate
from heli.cases.events import CaseOpened, CaseRefused, CaseWithdrawn, DivorceRegistered
from heli.cases.guarantee import guarantee_place
from heli.cases.models import Case
from heli.cases.parties import party_row
from heli.ground import clock
from heli.law.case_steps import (
    CaseState,
    readings_for_registration,
    readings_for_withdrawal,
)
from heli.law.periods import Reading, timeline
from heli.places.queries import office_rules


@dataclass(frozen=True)
class Couple:
    """Both spouses as their cards were read at the desk."""

    applicant: PersonOnFile
    partner: PersonOnFile

    def in_order_of_locks(self) -> list[tuple[Role, PersonOnFile]]:
        """Both by their blind index, so that the same two at two counters cannot deadlock."""
        both = [(Role.APPLICANT, self.applicant), (Role.PARTNER, self.partner)]
        return sorted(both, key=lambda one: one[1].person)


@transaction.atomic
def give_receipt(
    couple: Couple, *, office_id: str, at: datetime, opened_by: Booking | None = None
) -> Case:
    """The application is accepted: a case opens, its receipt is of today, its second visit is kept.

    at: the moment, UTC, from the clock; the receipt's date is its day in Shanghai and nothing else.
    opened_by: the booking with which they came, None for a couple without one. Emits CaseOpened,
    PlaceGuaranteed. Raises AlreadyBooked where one of the two has an open case; one whose time is
    over is ended first.
    """
    for _role, person in couple.in_order_of_locks():
        end_lapsed(person.person, at)
    receipt_on = clock.day_of(at)
    dates = timeline(receipt_on)
    rules = office_rules(office_id)
    case = Case(
        id=uuid7(),
        office_id=office_id,
        receipt_on=receipt_on,
        received_at=at,
        state=CaseState.COOLING_OFF,
        window_opens_at=clock.moment_of(dates.window.first),
        window_closes_at=closing_of(rules)(dates.window.last),
        opened_by=opened_by,
    )
    case.save(force_insert=True)
    try:
        with transaction.atomic():
            for role, person in couple.in_order_of_locks():
                party_row(case, role, person).save(force_insert=True)
    except IntegrityError as conflict:  # one open case per person
        raise AlreadyBooked(
            _("两人中有一人已经有一个没有结束的离婚登记申请，不能再受理一个。")
        ) from conflict
    history.record(case, CaseOpened(case_id=str(case.id), at=at), by="office")
    guarantee_place(case, at=at)
    return case


@transaction.atomic
def withdraw_application(
    case_id: str,
    *,
    party: Role,
    at: datetime,
    reading: Reading | None = None,
    came_at: datetime | None = None,
) -> Case:
    """Either party alone takes the application back, in person, at the office's desk.

    at: UTC, from the clock. came_at: when they came today to ask for it, by which it is judged;
    None: at that moment. reading: required, and recorded, on days on which the readings differ.
    Emits CaseWithdrawn, which never says who. Raises NotFound, CaseEnded, WithdrawTooLate (every
    reading refuses), OutsideWindow (the readings differ and none that allows was named).
    """
    asked_at = came_at or at
    case = _lock_open(case_id, asked_at)
    allowed = readings_for_withdrawal(
        timeline(case.receipt_on),
        at=asked_at,
        day=clock.day_of(asked_at),
        closing=closing_of(office_rules(case.office_id)),
    )
    if not allowed:
        raise WithdrawTooLate()
    end_case(case, CaseState.WITHDRAWN, at=at, reading=_decided(case, allowed, reading))
    history.record(
        case, CaseWithdrawn(case_id=str(case.id), at=at), by=party, reading=case.ended_reading
    )
    return case


@transaction.atomic
def register_divorce(
    case_id: str,
    *,
    certificate_number: str,
    at: datetime,
    reading: Reading | None = None,
    came_at: datetime | None = None,
) -> Case:
    """Both are there in the window: the divorce is registered and the certificate given.

    The caller has seen that both checked in today. at: UTC. reading, came_at: as for a withdrawal;
    of the two the later one came. Emits DivorceRegistered. Raises NotFound, CaseEnded, InvalidInput
    (the number's form, or one that was used before), OutsideWindow.
    """
    case = _lock_open(case_id, came_at or at)
    check_form(certificate_number)
    allowed = _allowing_registration(case, came_at or at)
    if not allowed:
        raise _outside(case, allowed)
    case.certificate_number = certificate_number
    case.certificate_mark = mark_of(certificate_number)
    end_case(case, CaseState.REGISTERED, at=at, reading=_decided(case, allowed, reading))
    history.record(
        case,
        DivorceRegistered(case_id=str(case.id), at=at),
        by="office",
        reading=case.ended_reading,
    )
    return case


@transaction.atomic
def refuse_registration(
    case_id: str, *, reason: str, at: datetime, came_at: datetime | None = None
) -> Case:
    """At review the office finds that it cannot register; the case ends with the reason.

    came_at: as for a registration. Emits CaseRefused. Raises NotFound, CaseEnded, OutsideWindow (no
    reading's window is open).
    """
    case = _lock_open(case_id, came_at or at)
    allowed = _allowing_registration(case, came_at or at)
    if not allowed:
        raise _outside(case, allowed)
    case.refusal_reason = reason
    end_case(case, CaseState.REFUSED, at=at)
    history.record(case, CaseRefused(case_id=str(case.id), at=at), by="office")
    return case


def _lock_open(case_id: str, at: datetime) -> Case:
    case = queries.lock_case(case_id)
    state = queries.state_at(case, at)
    if not queries.is_open(case) or state is CaseState.DEEMED_WITHDRAWN:
        raise CaseEnded(state=state.value)
    return case


def _allowing_registration(case: Case, at: datetime) -> tuple[Reading, ...]:
    return readings_for_registration(
        timeline(case.receipt_on),
        at=at,
        day=clock.day_of(at),
        closing=closing_of(office_rules(case.office_id)),
    )


def _decided(case: Case, allowed: tuple[Reading, ...], reading: Reading | None) -> Reading | None:
    """The reading to record: none where all agree, else the one the registrar names."""
    if len(allowed) == len(Reading):
        return None
    if reading not in allowed:
        raise _outside(case, allowed)
    return reading


def _outside(case: Case, allowed: tuple[Reading, ...]) -> OutsideWindow:
    safe = timeline(case.receipt_on).safe
    return OutsideWindow(
        readings=[reading.value for reading in allowed],
        issue_from=safe.issue_from.isoformat(),
        issue_until=safe.issue_until.isoformat(),
    )
