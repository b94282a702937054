"""What lies on the counter: one booking, one ticket, one case, before something is done with it.

The role is asked first, then the office. Names are masked; who read is on record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heli.bookings.queries import find_booking
from heli.bookings.states import Role
from heli.cases import queries as cases
from heli.cases.dates import closing_of
from heli.cases.models import Case, CertificatePlace
from heli.cases.parties import on_file
from heli.cases.queries import Plan, plan_of
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.hall.coming import couple_came_at, party_came_at
from heli.hall.models import Ticket
from heli.hall.queries import (
    DeskBooking,
    DeskCase,
    TicketView,
    desk_booking,
    desk_case,
    office_of,
    ticket_view,
    visits_of,
)
from heli.hall.readings import record_reading
from heli.hall.reasons import check_booking, check_case
from heli.hall.roles import Deed, StaffOnDuty
from heli.identity.names import mask_name
from heli.law.case_steps import CASE_ENDED, readings_for_registration, readings_for_withdrawal
from heli.law.periods import Clocks, timeline
from heli.places.queries import office_rules


@dataclass(frozen=True)
class CasePerson:
    """One of the two spouses. is_here: at the office today, for the certificate."""

    role: Role
    name_masked: str
    is_here: bool


@dataclass(frozen=True)
class ReadingNow:
    """A reading of the law, and what it allows at this moment to who is here."""

    clocks: Clocks
    allows_withdrawal: bool
    allows_registration: bool


@dataclass(frozen=True)
class CaseOnCounter:
    """A case with its two people, and what each reading allows now, the default's first.

    are_both_here: on one visit, so that they can be registered.
    """

    case: DeskCase
    people: tuple[CasePerson, ...]
    are_both_here: bool
    readings: tuple[ReadingNow, ...]

    @property
    def is_open(self) -> bool:
        """Whether the case has not ended."""
        return self.case.state not in CASE_ENDED

    @property
    def can_withdraw(self) -> bool:
        """Whether some reading allows a withdrawal now."""
        return self.is_open and any(read.allows_withdrawal for read in self.readings)

    @property
    def can_register(self) -> bool:
        """Whether some reading allows a registration, or a refusal at review, now."""
        return self.is_open and any(read.allows_registration for read in self.readings)

    @property
    def withdrawal_needs_reading(self) -> bool:
        """Whether the readings differ on a withdrawal now, so that the registrar decides."""
        return self.can_withdraw and not all(read.allows_withdrawal for read in self.readings)

    @property
    def registration_needs_reading(self) -> bool:
        """Whether the readings differ on a registration now, so that the registrar decides."""
        return self.can_register and not all(read.allows_registration for read in self.readings)


def booking_on_counter(code: str, deed: Deed, *, by: StaffOnDuty, at: datetime) -> DeskBooking:
    """A booking before the deed. at: UTC. Raises NotAllowed, NotFound (another office's, too),
    ReasonRequired."""
    by.check_may(deed)
    booking = find_booking(code)
    by.check_at(booking.office_id)
    check_booking(booking, by=by, at=at)
    record_reading(by, deed, at=at, booking=booking)
    return desk_booking(booking, at=at)


def ticket_on_counter(ticket_id: int, deed: Deed, *, by: StaffOnDuty) -> TicketView:
    """A ticket before the deed. Raises NotAllowed, NotFound (another office's, too)."""
    by.check_may(deed)
    ticket = Ticket.objects.select_related("office", "booking").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound()
    by.check_at(ticket.office_id)
    return ticket_view(ticket)


def case_on_counter(case_id: str, deed: Deed, *, by: StaffOnDuty, at: datetime) -> CaseOnCounter:
    """A case before the deed. at: UTC. Raises NotAllowed, NotFound (another office's, too),
    ReasonRequired."""
    by.check_may(deed)
    case = cases.find_case(case_id)
    by.check_at(case.office_id)
    check_case(case, by=by, at=at)
    record_reading(by, deed, at=at, case=case)
    visits = visits_of(case, clock.day_of(at))
    here = {role for roles in visits for role in roles}
    return CaseOnCounter(
        case=desk_case(case, at=at),
        people=tuple(
            CasePerson(
                role=Role(party.role),
                name_masked=mask_name(on_file(party).name),
                is_here=party.role in here,
            )
            for party in case.parties.order_by("role")  # the applicant first
        ),
        are_both_here=any(roles == set(Role) for roles in visits),
        readings=_readings_now(case, at),
    )


def cases_of_bookings(codes: Iterable[str]) -> dict[str, str]:
    """The ids of the cases for which these bookings are the second visit, by the bookings' codes;
    a booking for anything else is not in it."""
    places = CertificatePlace.objects.filter(booking__code__in=list(codes))
    return {code: str(case_id) for code, case_id in places.values_list("booking__code", "case_id")}


def plan_at(by: StaffOnDuty, *, office_id: str | None = None) -> Plan | None:
    """The plan of the office's application places as it was last computed, None before that.

    office_id: for an operator. Raises NotAllowed, NotFound, InvalidInput.
    """
    by.check_may(Deed.SEE_PLAN)
    return plan_of(office_of(by, office_id))


def _readings_now(case: Case, at: datetime) -> tuple[ReadingNow, ...]:
    dates, day = timeline(case.receipt_on), clock.day_of(at)
    closing = closing_of(office_rules(case.office_id))
    came_to_withdraw = min(party_came_at(case, party, at) for party in Role)
    both_came = couple_came_at(case, at)
    withdrawal = readings_for_withdrawal(dates, at=came_to_withdraw, day=day, closing=closing)
    registration = readings_for_registration(dates, at=both_came, day=day, closing=closing)
    return tuple(
        ReadingNow(read, read.reading in withdrawal, read.reading in registration)
        for read in dates.readings
    )
