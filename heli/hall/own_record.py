"""What happened to one's own account, for its owner: logins, changes, and tries that failed.

Whoever reads it can see a login or a change that was not theirs. By real time, as all of an
account's doings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.db.models import Q, QuerySet

from heli.ground import clock
from heli.ground.models import AuditEntry
from heli.hall.attempts import WRONG
from heli.hall.models import StaffSession
from heli.hall.roles import StaffOnDuty

SHOWN_MAX = 20
WITHIN = timedelta(days=30)


class Happened(StrEnum):
    """What it was; of an entry the word that the audit has for it."""

    LOGGED_IN = "log_in"
    PASSWORD = "hall_staff password"
    SECOND_FACTOR = "set_up_second_factor"
    SECOND_FACTOR_GONE = "reset-second-factor"
    CLOSED = "disable"
    OPENED = "enable"


@dataclass(frozen=True)
class OwnLine:
    """One login or change. at: UTC. address: of a login. is_own: whether the account itself did it,
    else it was an operator."""

    at: datetime
    what: Happened
    address: str
    is_own: bool


@dataclass(frozen=True)
class OwnRecord:
    """lines: the latest first, at most 20. wrong: passwords and codes that did not open the account
    within 30 days. wrong_at: when the latest of them was, UTC."""

    lines: tuple[OwnLine, ...]
    wrong: int
    wrong_at: datetime | None


def own_record(by: StaffOnDuty) -> OwnRecord:
    """What happened to the account of who asks."""
    lines = sorted([*_logins(by), *_changes(by)], key=lambda line: line.at, reverse=True)
    wrong = _entries_of(by).filter(what__in=WRONG, really_at__gt=clock.real_now() - WITHIN)
    latest = wrong.order_by("-id").values_list("really_at", flat=True).first()
    return OwnRecord(tuple(islice(lines, SHOWN_MAX)), wrong.count(), latest)


def _logins(by: StaffOnDuty) -> Iterator[OwnLine]:
    sessions = StaffSession.objects.filter(staff_id=by.staff_id).order_by("-created_at")
    for session in sessions[:SHOWN_MAX]:
        yield OwnLine(session.created_at, Happened.LOGGED_IN, session.address, is_own=True)


def _changes(by: StaffOnDuty) -> Iterator[OwnLine]:
    for entry in _entries_of(by).filter(what__in=list(Happened)).order_by("-id")[:SHOWN_MAX]:
        is_own = entry.actor == f"staff:{by.staff_id}"
        yield OwnLine(entry.really_at, Happened(entry.what), "", is_own)


def _entries_of(by: StaffOnDuty) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        Q(subject_kind="staff") | Q(subject_kind="hall_staff"), subject=str(by.staff_id)
    )
