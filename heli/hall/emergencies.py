"""What needed two people and was done by one, in an emergency: recorded, and said to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.models import AuditEntry
from heli.hall.permit_rules import PermitKind

SAID_FOR = timedelta(days=90)  # real time: every quarter somebody looks
SUBJECT = "emergency"


@dataclass(frozen=True)
class Emergency:
    """at: real time, UTC. why: in the words of who did it, numbers struck out."""

    kind: PermitKind
    at: datetime
    why: str


def record_emergency(kind: PermitKind, why: str, *, actor: str, at: datetime) -> None:
    """Append that it is done without a second person, in the caller's transaction.

    at: business time, UTC.
    """
    subject = Subject(SUBJECT, kind)
    record(Kind.DEED, f"emergency {kind}", actor=actor, at=at, subject=subject, reason=why)


def recent_emergencies() -> list[Emergency]:
    """Those of the last 90 days, the latest first."""
    since = clock.real_now() - SAID_FOR
    entries = AuditEntry.objects.filter(
        subject_kind=SUBJECT, kind=Kind.DEED, really_at__gt=since
    ).order_by("-id")
    return [Emergency(PermitKind(one.subject), one.really_at, one.reason) for one in entries]
