"""What the hall holds of people: who was read or checked at the desk, and the sessions of staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heli.ground import clock
from heli.ground.audit.recording import say_who
from heli.hall.models import (
    DeskCheck,
    Outcome,
    StaffSession,
    TicketParty,
    WrongCode,
    WrongPassword,
)
from heli.keeping.batches import batch, remove
from heli.keeping.holdings import Holding

BY_PERIOD = "job:keep_periods"  # who empties, in the audit


def _forget_tickets(before: datetime) -> int:
    return remove(TicketParty.objects.filter(ticket__on__lt=clock.day_of(before)))


@transaction.atomic
def _forget_reasons(before: datetime) -> int:
    """What was typed of a visit before the moment (business time, UTC). What came of it stays, and
    the audit is told by a trigger."""
    say_who(BY_PERIOD)
    due = batch(Outcome.objects.filter(at__lt=before, reason__isnull=False))
    return Outcome.objects.filter(pk__in=due).update(reason=None)


def _forget_sessions(before: datetime) -> int:
    """Those that were opened before the moment (real time, UTC), and failures as old."""
    WrongPassword.objects.filter(at__lt=before).delete()
    WrongCode.objects.filter(at__lt=before).delete()
    return remove(StaffSession.objects.filter(created_at__lt=before))


def _forget_desk_checks(before: datetime) -> int:
    return remove(DeskCheck.objects.filter(really_at__lt=before))


HOLDINGS = (
    Holding("ticket", forget=_forget_tickets),
    Holding("outcome_reason", forget=_forget_reasons),
    Holding("desk_check", forget=_forget_desk_checks),
    Holding("staff_session", forget=_forget_sessions),
)
