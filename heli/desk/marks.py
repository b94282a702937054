"""How the desk says where something stands: a shape and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.bookings.states import State
from heli.hall.queries import DeskBooking, TicketView
from heli.hall.states import TicketState
from heli.law.case_steps import CaseState


@dataclass(frozen=True)
class Mark:
    """A shape that fills as things go on, and the word. tone: "", ok, care or danger."""

    shape: str
    word: str | Promise
    tone: str = ""


EXPECTED = Mark("○", _("未到"))
ONE_IS_HERE = Mark("◐", _("一方已到"), "care")
WAITING = Mark("●", _("等候叫号"), "ok")
SERVED = Mark("✓", _("已办理"))

BOOKING_MARKS = {
    State.CHECKED_IN: Mark("●", _("已到场"), "ok"),
    State.SERVED: SERVED,
    State.NO_SHOW: Mark("×", _("没有到场"), "danger"),
}
CASE_MARKS = {
    CaseState.COOLING_OFF: Mark("◔", _("冷静期"), "ok"),
    CaseState.WINDOW_OPEN: Mark("◑", _("领证期"), "ok"),
    CaseState.REGISTERED: Mark("✓", _("已登记")),
    CaseState.WITHDRAWN: Mark("×", _("已撤回")),
    CaseState.DEEMED_WITHDRAWN: Mark("×", _("视为撤回")),
    CaseState.REFUSED: Mark("×", _("不予办理")),
}


def booking_mark(booking: DeskBooking, ticket: TicketView | None, at: datetime) -> Mark:
    """Where a booking stands on its day, at a moment (UTC). ticket: its place in the queue."""
    if booking.state is State.CONFIRMED:
        if any(party.is_here for party in booking.parties):
            return ONE_IS_HERE
        return _late(booking.slot.starts_at, at) if booking.slot.starts_at < at else EXPECTED
    if booking.state is State.CHECKED_IN and ticket is not None:
        return ticket_mark(ticket)
    return BOOKING_MARKS[booking.state]


def ticket_mark(ticket: TicketView) -> Mark:
    """Where a ticket stands."""
    if ticket.state is TicketState.CALLED:
        called = gettext("已叫号到{window}") if ticket.window else gettext("已叫号")
        return Mark("▸", called.format(window=ticket.window), "ok")
    return WAITING if ticket.state is TicketState.WAITING else SERVED


def _late(starts_at: datetime, at: datetime) -> Mark:
    minutes = int((at - starts_at).total_seconds()) // 60
    return Mark("○", gettext("未到，已过{minutes}分钟").format(minutes=minutes), "danger")
