"""What staff see: the day, a booking, a ticket, a case. Names are masked; who read is on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.bookings.models import Booking
from heli.bookings.parties import masked_name
from heli.bookings.queries import OfficeName, SlotTime, in_order, state_at
from heli.bookings.states import Role, State
from heli.cases import queries as cases
from heli.cases.dates import Here, here
from heli.cases.models import Case, CaseParty
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.hall.models import CheckIn, Ticket
from heli.hall.permits import check_look_ups
from heli.hall.readings import record_reading
from heli.hall.reasons import SAY_WHY, Why, is_case_of_today
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.states import TicketState
from heli.identity.id_numbers import IdNumber
from heli.law.case_steps import CaseState
from heli.law.periods import Timeline, timeline
from heli.law.services import Service
from heli.places.queries import get_office, office_rules

ON_THE_LIST = (State.CONFIRMED, State.CHECKED_IN, State.SERVED, State.NO_SHOW)


@dataclass(frozen=True)
class DeskParty:
    """One of the people of a booking. is_here: checked in on the service day. came_alone: by the
    hall's code, so that nobody of the staff has seen them yet."""

    role: Role
    name_masked: str
    consented: bool
    is_here: bool
    came_alone: bool


@dataclass(frozen=True)
class DeskBooking:
    """A booking as the desk sees it."""

    code: str
    state: State
    service: Service
    office: OfficeName
    slot: SlotTime
    parties: tuple[DeskParty, ...]


@dataclass(frozen=True)
class TicketView:
    """A place in the day's queue. booking: the code of the booking it stands for, None for a
    walk-in. Moments UTC."""

    id: int
    number: int
    office: OfficeName
    service: Service
    state: TicketState
    on: date
    present: tuple[Role, ...]
    booking: str | None
    case_id: str | None
    window: str | None
    issued_at: datetime
    called_at: datetime | None
    served_at: datetime | None


@dataclass(frozen=True)
class Counts:
    """How many bookings of the day are still expected, in the hall, done; how many tickets wait."""

    expected: int
    checked_in: int
    served: int
    waiting: int


@dataclass(frozen=True)
class Today:
    """An office's day: its bookings in order of time, its tickets in order of number."""

    on: date
    office: OfficeName
    bookings: tuple[DeskBooking, ...]
    tickets: tuple[TicketView, ...]
    counts: Counts


@dataclass(frozen=True)
class DeskCase:
    """A case as the desk sees it; who withdrew is not told here either."""

    id: str
    state: CaseState
    office: OfficeName
    receipt_on: date
    dates: Timeline
    here: Here
    certificate_booking: DeskBooking | None


@dataclass(frozen=True)
class FoundCase:
    """A case of the person whose card was read. party: which of the two they are."""

    case: DeskCase
    party: Role


def office_of(by: StaffOnDuty, office_id: str | None) -> str:
    """The office to work at: one's own, or the one an operator names.

    Raises NotFound for another office than one's own, InvalidInput where an operator names none.
    """
    if office_id is None:
        if by.office_id is None:
            raise InvalidInput(FieldError("office", _("请选择登记处。")))
        return by.office_id
    by.check_at(office_id)
    return get_office(office_id).id


def today(by: StaffOnDuty, *, at: datetime, office_id: str | None = None) -> Today:
    """The day of `at` (UTC) at the office. office_id: for an operator, who is of no office.

    Raises NotAllowed, NotFound, InvalidInput. The reading of the masked names is on record.
    """
    by.check_may(Deed.SEE_TODAY)
    office = get_office(office_of(by, office_id))
    on = clock.day_of(at)
    record_reading(by, Deed.SEE_TODAY, at=at, office_id=office.id)
    bookings = [desk_booking(booking, at=at) for booking in _bookings_of_day(office.id, on)]
    tickets = [ticket_view(ticket) for ticket in _tickets_of_day(office.id, on)]
    return Today(
        on=on,
        office=OfficeName(office.id, office.name),
        bookings=tuple(bookings),
        tickets=tuple(tickets),
        counts=_counts(bookings, tickets),
    )


@transaction.atomic
def find_cases(
    id_number: IdNumber, *, by: StaffOnDuty, at: datetime, why: Why | None = None
) -> list[FoundCase]:
    """The cases of the person whose card was read, at the reader's office, the latest first.

    For who comes to withdraw and knows no number. why: needed where none of them is of today, also
    where there is none, so that being asked tells nothing. The search is on record, with each case
    that it found. Raises NotAllowed, InvalidInput (no reason), PermitRequired.
    """
    by.check_may(Deed.FIND_CASES)
    if why is not None:  # before anything is looked up, so that being refused tells nothing
        check_look_ups(by, at=at)
    rows = (
        CaseParty.objects.select_related("case__office")
        .filter(person=id_number.blind_index())
        .order_by("-case__received_at")
    )
    if by.office_id is not None:
        rows = rows.filter(case__office_id=by.office_id)
    if why is None and not any(is_case_of_today(row.case, at) for row in rows):
        raise InvalidInput(FieldError("why", SAY_WHY))
    for row in rows:
        record_reading(by, Deed.FIND_CASES, at=at, case=row.case, why=why)
    if not rows:
        record_reading(by, Deed.FIND_CASES, at=at, office_id=by.office_id, why=why)
    return [FoundCase(desk_case(row.case, at=at), Role(row.role)) for row in rows]


def desk_booking(booking: Booking, *, at: datetime) -> DeskBooking:
    """The booking as the desk sees it; the caller records the reading."""
    in_the_hall, alone = roles_here(booking), _roles_alone(booking)
    return DeskBooking(
        code=booking.code,
        state=state_at(booking, at),
        service=Service(booking.service),
        office=OfficeName(booking.office.id, booking.office.name),
        slot=SlotTime(booking.slot.id, booking.slot.starts_at, booking.slot.ends_at),
        parties=tuple(
            DeskParty(
                role=Role(party.role),
                name_masked=masked_name(party),
                consented=party.consented_at is not None,
                is_here=party.role in in_the_hall,
                came_alone=party.role in alone,
            )
            for party in in_order(booking.parties.all())
        ),
    )


def desk_case(case: Case, *, at: datetime) -> DeskCase:
    """The case as the desk sees it; the caller records the reading."""
    dates = timeline(case.receipt_on)
    booking = cases.certificate_booking_of(case)
    return DeskCase(
        id=str(case.id),
        state=cases.state_at(case, at),
        office=OfficeName(case.office.id, case.office.name),
        receipt_on=case.receipt_on,
        dates=dates,
        here=here(dates, office_rules(case.office.id)),
        certificate_booking=desk_booking(booking, at=at) if booking else None,
    )


def ticket_view(ticket: Ticket) -> TicketView:
    """The ticket as the hall shows it; it holds nothing that is sealed."""
    return TicketView(
        id=ticket.pk,
        number=ticket.number,
        office=OfficeName(ticket.office.id, ticket.office.name),
        service=Service(ticket.service),
        state=TicketState(ticket.state),
        on=ticket.on,
        present=tuple(Role(role) for role in ticket.present),
        booking=ticket.booking.code if ticket.booking else None,
        case_id=str(ticket.case_id) if ticket.case_id else None,
        window=ticket.window,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        served_at=ticket.served_at,
    )


def roles_here(booking: Booking) -> frozenset[Role]:
    """Who of the booking has checked in on its service day."""
    service_on = clock.day_of(booking.slot.starts_at)
    return frozenset(Role(row.role) for row in booking.check_ins.all() if row.on == service_on)


def _roles_alone(booking: Booking) -> frozenset[Role]:
    service_on = clock.day_of(booking.slot.starts_at)
    return frozenset(
        Role(row.role)
        for row in booking.check_ins.all()
        if row.on == service_on and row.by_id is None
    )


def are_both_here(case: Case, on: date) -> bool:
    """Whether both spouses are at the office on that day, on one visit."""
    return any(roles == set(Role) for roles in visits_of(case, on))


def visits_of(case: Case, on: date) -> list[set[str]]:
    """Who of the two is at the office on that day for the certificate, visit by visit: by a
    certificate booking of the case, or by a walk-in's ticket."""
    came = CheckIn.objects.filter(booking__certificate_place__case=case, on=on)
    by_booking: dict[object, set[str]] = {}
    for booking_id, role in came.values_list("booking_id", "role"):
        by_booking.setdefault(booking_id, set()).add(role)
    tickets = case.tickets.filter(on=on, service=Service.DIVORCE_CERTIFICATE, booking=None)
    return [*by_booking.values(), *(set(ticket.present) for ticket in tickets)]


def _bookings_of_day(office_id: str, on: date) -> QuerySet[Booking]:
    return (
        Booking.objects.select_related("slot", "office")
        .prefetch_related("parties", "check_ins")
        .filter(
            slot__office_id=office_id,
            slot__service__in=list(Service),  # the slots of a day lie in an index by service
            slot__starts_at__gte=clock.moment_of(on),
            slot__starts_at__lt=clock.moment_of(on + timedelta(days=1)),
            state__in=ON_THE_LIST,
        )
        .order_by("slot__starts_at", "id")
    )


def _tickets_of_day(office_id: str, on: date) -> QuerySet[Ticket]:
    return (
        Ticket.objects.select_related("office", "booking")
        .filter(office_id=office_id, on=on)
        .order_by("number")
    )


def _counts(bookings: Iterable[DeskBooking], tickets: Iterable[TicketView]) -> Counts:
    states = [booking.state for booking in bookings]
    return Counts(
        expected=states.count(State.CONFIRMED),
        checked_in=states.count(State.CHECKED_IN),
        served=states.count(State.SERVED),
        waiting=sum(ticket.state is TicketState.WAITING for ticket in tickets),
    )
