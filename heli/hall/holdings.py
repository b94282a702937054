"""What the hall holds of people: who was read or checked at the desk, and the sessions of staff."""

from __future__ import annotations

from datetime import datetime

from heli.ground import clock
from heli.hall.models import DeskCheck, StaffSession, TicketParty, WrongCode, WrongPassword
from heli.keeping.batches import remove
from heli.keeping.holdings import Holding


def _forget_tickets(before: datetime) -> int:
    return remove(TicketParty.objects.filter(ticket__on__lt=clock.day_of(before)))


def _forget_sessions(before: datetime) -> int:
    """Those that were opened before the moment (real time, UTC), and failures as old."""
    WrongPassword.objects.filter(at__lt=before).delete()
    WrongCode.objects.filter(at__lt=before).delete()
    return remove(StaffSession.objects.filter(created_at__lt=before))


def _forget_desk_checks(before: datetime) -> int:
    return remove(DeskCheck.objects.filter(really_at__lt=before))


HOLDINGS = (
    Holding("ticket", forget=_forget_tickets),
    Holding("desk_check", forget=_forget_desk_checks),
    Holding("staff_session", forget=_forget_sessions),
)
