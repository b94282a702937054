"""The day as one table: bookings and walk-ins by time, where each stands and what is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.bookings.states import State
from heli.desk.marks import Mark, booking_mark, ticket_mark
from heli.hall.queries import DeskBooking, TicketView, Today
from heli.hall.roles import DEEDS, Deed, StaffOnDuty
from heli.hall.states import TicketState
from heli.law.services import Service


@dataclass(frozen=True)
class Action:
    """What can be done next with a row, and where."""

    deed: Deed
    label: str | Promise
    url: str


@dataclass(frozen=True)
class Row:
    """A line of the day. at: the booked time, or when a walk-in came (UTC).

    waited_minutes: where somebody waits. ahead: how many are to be called before.
    """

    at: datetime
    service: Service
    mark: Mark
    booking: DeskBooking | None
    ticket: TicketView | None
    actions: tuple[Action, ...]
    waited_minutes: int | None
    ahead: int

    @property
    def is_walk_in(self) -> bool:
        """Whether they came without a booking."""
        return self.booking is None

    @property
    def is_waiting(self) -> bool:
        """Whether they wait to be called."""
        return self.ticket is not None and self.ticket.state is TicketState.WAITING

    @property
    def anchor(self) -> str:
        """What the row is called within the page."""
        if self.booking is not None:
            return f"booking-{self.booking.code}"
        assert self.ticket is not None, "a row is of a booking or of a ticket"
        return f"ticket-{self.ticket.id}"


def rows_of(
    day: Today, case_ids: Mapping[str, str], *, by: StaffOnDuty, at: datetime
) -> tuple[Row, ...]:
    """The day's rows by time. case_ids: of the bookings for a certificate, by their codes. at: UTC.

    Only what the role of `by` may do is offered; the services refuse the rest.
    """
    of_booking = {ticket.booking: ticket for ticket in day.tickets if ticket.booking}
    rows = [
        Row(
            at=booking.slot.starts_at,
            service=booking.service,
            mark=booking_mark(booking, ticket, at),
            booking=booking,
            ticket=ticket,
            actions=_allowed(_next_of_booking(booking, case_ids.get(booking.code)), by),
            waited_minutes=_waited(ticket, at),
            ahead=_ahead(day, ticket),
        )
        for booking in day.bookings
        for ticket in [of_booking.get(booking.code)]
    ] + [
        Row(
            at=ticket.issued_at,
            service=ticket.service,
            mark=ticket_mark(ticket),
            booking=None,
            ticket=ticket,
            actions=_allowed(_next_of_ticket(ticket), by),
            waited_minutes=_waited(ticket, at),
            ahead=_ahead(day, ticket),
        )
        for ticket in day.tickets
        if ticket.booking is None
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.anchor)))


def longest_wait(rows: tuple[Row, ...]) -> int | None:
    """Minutes that the one who has waited longest has waited; None where nobody waits."""
    return max((row.waited_minutes for row in rows if row.waited_minutes is not None), default=None)


def chosen_row(rows: tuple[Row, ...], *, code: str | None, ticket_id: str | None) -> Row | None:
    """The row that something was just done with, by its booking's code or its ticket's id."""
    for row in rows:
        if code and row.booking is not None and row.booking.code == code:
            return row
        if ticket_id and row.ticket is not None and str(row.ticket.id) == ticket_id:
            return row
    return None


def _next_of_booking(booking: DeskBooking, case_id: str | None) -> Iterator[Action]:
    if booking.state is State.CONFIRMED:
        check_in = f"{reverse('desk_check_in')}?code={booking.code}"
        yield Action(Deed.CHECK_IN, _("签到"), check_in)
    if booking.state is State.CHECKED_IN:
        yield from _decisions(booking.service, case_id)
        outcome = reverse("desk_booking_outcome", args=[booking.code])
        yield Action(Deed.RECORD_OUTCOME, _("记录结果"), outcome)
    if case_id is not None:
        yield Action(Deed.FIND_CASES, _("案件"), reverse("desk_case", args=[case_id]))


def _next_of_ticket(ticket: TicketView) -> Iterator[Action]:
    if ticket.state is not TicketState.SERVED:
        yield from _decisions(ticket.service, ticket.case_id)
        outcome = reverse("desk_ticket_outcome", args=[ticket.id])
        yield Action(Deed.RECORD_OUTCOME, _("记录结果"), outcome)
    if ticket.case_id is not None:
        yield Action(Deed.FIND_CASES, _("案件"), reverse("desk_case", args=[ticket.case_id]))


def _decisions(service: Service, case_id: str | None) -> Iterator[Action]:
    if service is Service.DIVORCE_CERTIFICATE and case_id is not None:
        yield Action(Deed.REGISTER, _("登记发证"), reverse("desk_register", args=[case_id]))
    elif service is Service.DIVORCE_WITHDRAWAL and case_id is not None:
        yield Action(Deed.WITHDRAW, _("撤回"), reverse("desk_withdraw", args=[case_id]))
    elif service in (Service.DIVORCE_CERTIFICATE, Service.DIVORCE_WITHDRAWAL):
        yield Action(Deed.FIND_CASES, _("查案件"), reverse("desk_find_case"))


def _allowed(actions: Iterator[Action], by: StaffOnDuty) -> tuple[Action, ...]:
    return tuple(action for action in actions if action.deed in DEEDS[by.role])


def _waited(ticket: TicketView | None, at: datetime) -> int | None:
    if ticket is None or ticket.state is not TicketState.WAITING:
        return None
    return int((at - ticket.issued_at).total_seconds()) // 60


def _ahead(day: Today, ticket: TicketView | None) -> int:
    waiting = [one.number for one in day.tickets if one.state is TicketState.WAITING]
    return sum(number < ticket.number for number in waiting) if ticket else 0
