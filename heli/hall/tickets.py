"""The day's queue: tickets for who has checked in and for who walks in, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from heli.bookings.attendance import roles_needed
from heli.bookings.errors import NotEligible
from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.bookings.vouchers import SERVICES_FOR_TWO
from heli.cases import queries as cases
from heli.cases.errors import CaseEnded
from heli.cases.models import Case
from heli.ground import clock
from heli.ground.audit.recording import Subject
from heli.ground.refusals import NotFound
from heli.hall.deeds import record_deed
from heli.hall.models import Staff, Ticket
from heli.hall.queries import TicketView, office_of, ticket_view
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.states import TicketState
from heli.law.case_steps import CaseState
from heli.law.services import Service
from heli.places.models import Office

NOBODY_WAITS = _("现在没有人在等候叫号。")


@transaction.atomic
def issue_ticket(
    service: Service,
    *,
    by: StaffOnDuty,
    at: datetime,
    case_id: str | None = None,
    present: frozenset[Role] | None = None,
    office_id: str | None = None,
) -> TicketView:
    """A walk-in's place in today's queue. at: UTC, from the clock.

    case_id: the case they come for. present: who of the two is there; None is everybody the service
    needs. office_id: for an operator. Raises NotAllowed, NotFound (another office's case, too),
    CaseEnded, NotEligible (the office does not offer it), InvalidInput.
    """
    by.check_may(Deed.ISSUE_TICKET)
    case = _open_case(case_id, by, at) if case_id is not None else None
    if case is not None and office_id is None:
        office_id = case.office_id
    office = _lock_office(office_of(by, office_id))
    if case is not None and case.office_id != office.id:
        raise NotFound()
    _check_offered(service, office)
    ticket = _next_ticket(
        office, service, present=present or _roles_of(service), by=by, at=at, case=case
    )
    _record(by, Deed.ISSUE_TICKET, ticket, at=at)
    return ticket_view(ticket)


@transaction.atomic
def call_next(
    *,
    by: StaffOnDuty,
    at: datetime,
    window: str | None = None,
    office_id: str | None = None,
    same_within: timedelta = timedelta(0),
) -> TicketView:
    """Whose turn it is: the lowest number of today that waits, each called once.

    window: where they are called to. at: UTC. same_within: whoever calls to the same window again
    so soon is answered with the one they have just called; for a hand that presses twice. Raises
    NotAllowed, NotFound when nobody waits.
    """
    by.check_may(Deed.CALL_NEXT)
    today = Ticket.objects.select_related("office", "booking").filter(
        office_id=office_of(by, office_id), on=clock.day_of(at)
    )
    if same_within:
        just_called = _just_called(today, by, window, since=at - same_within)
        if just_called is not None:
            return ticket_view(just_called)
    ticket = (
        today.select_for_update(of=("self",), skip_locked=True)
        .filter(state=TicketState.WAITING)
        .order_by("number")
        .first()
    )
    if ticket is None:
        raise NotFound(NOBODY_WAITS)
    ticket.state = TicketState.CALLED
    ticket.called_at = at
    ticket.called_by_id = by.staff_id
    ticket.window = window
    ticket.save(update_fields=["state", "called_at", "called_by", "window"])
    _record(by, Deed.CALL_NEXT, ticket, at=at)
    return ticket_view(ticket)


def ticket_of_booking(booking: Booking, *, by: StaffOnDuty | None, at: datetime) -> None:
    """A place in today's queue for a booking that was just checked in; in the caller's transaction,
    the booking locked. by: None where nobody of the staff had a hand in it."""
    _next_ticket(
        _lock_office(booking.office_id),
        Service(booking.service),
        present=roles_needed(booking),
        by=by,
        at=at,
        booking=booking,
    )


def close_tickets(tickets: QuerySet[Ticket], *, at: datetime) -> None:
    """What these people came for is done: of their tickets none waits any more."""
    tickets.exclude(state=TicketState.SERVED).update(state=TicketState.SERVED, served_at=at)


def _just_called(
    today: QuerySet[Ticket], by: StaffOnDuty, window: str | None, *, since: datetime
) -> Ticket | None:
    """The one whom this member of staff called to this window after a moment; their account is
    locked, so that two presses at once are one after the other."""
    Staff.objects.select_for_update(no_key=True).get(pk=by.staff_id)
    called = today.filter(state=TicketState.CALLED, called_by_id=by.staff_id, window=window)
    return called.filter(called_at__gt=since).order_by("called_at").last()


def _record(by: StaffOnDuty, deed: Deed, ticket: Ticket, *, at: datetime) -> None:
    subject = Subject("ticket", str(ticket.pk))
    record_deed(by, deed, at=at, subject=subject, office_id=ticket.office_id)


def _next_ticket(
    office: Office,
    service: Service,
    *,
    present: Iterable[Role],
    by: StaffOnDuty | None,
    at: datetime,
    booking: Booking | None = None,
    case: Case | None = None,
) -> Ticket:
    """The next number of the day; the office is locked, so that no two get the same."""
    on = clock.day_of(at)
    last = Ticket.objects.filter(office=office, on=on).aggregate(last=Max("number"))["last"]
    return Ticket.objects.create(
        office=office,
        service=service,
        on=on,
        number=(last or 0) + 1,
        present=sorted(present),
        booking=booking,
        case=case,
        state=TicketState.WAITING,
        issued_at=at,
        issued_by_id=by.staff_id if by else None,
    )


def _lock_office(office_id: str) -> Office:
    return Office.objects.select_for_update(no_key=True).get(id=office_id)


def _open_case(case_id: str, by: StaffOnDuty, at: datetime) -> Case:
    case = cases.find_case(case_id)
    by.check_at(case.office_id)
    state = cases.state_at(case, at)
    if not cases.is_open(case) or state is CaseState.DEEMED_WITHDRAWN:
        raise CaseEnded(state=state.value)
    return case


def _check_offered(service: Service, office: Office) -> None:
    """An office takes back an application whatever else it offers: Civil Code art. 1077(1)."""
    if service is not Service.DIVORCE_WITHDRAWAL and service.value not in office.services:
        raise NotEligible(_("这个登记处不办理这项业务，没有取号。"), reason="not_offered")


def _roles_of(service: Service) -> frozenset[Role]:
    return frozenset(Role) if service in SERVICES_FOR_TWO else frozenset({Role.APPLICANT})
