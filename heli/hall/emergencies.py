"""What takes two people and was done by one: recorded, and said to everybody for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.configuration import Environment
from heli.ground.models import AuditEntry
from heli.hall.permit_rules import PermitKind

SAID_FOR = timedelta(days=90)  # real time: every quarter somebody looks
EMERGENCY, KEY = "emergency", "key"  # kinds of subjects in the audit
ELSEWHERE = "environment"  # the fact of a key deed for which nobody's word was asked


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
    subject = Subject(EMERGENCY, kind)
    record(Kind.DEED, f"emergency {kind}", actor=actor, at=at, subject=subject, reason=why)


def record_key_deed(deed: str, key_id: str, *, actor: str, at: datetime, is_alone: bool) -> None:
    """Append what is about to be done with a key, in the caller's transaction.

    deed: such as "drop key". at: business time, UTC. is_alone: nobody's word was asked, since the
    settings say that this is no production.
    """
    facts = {ELSEWHERE: str(settings.HELI.environment)} if is_alone else {}
    record(Kind.DEED, deed, actor=actor, at=at, subject=Subject(KEY, key_id), facts=facts)


def recent_emergencies() -> list[Emergency]:
    """Those of the last 90 days, the latest first. In production also what was done to a key under
    settings that say it were none: whoever runs the command chooses them."""
    sought = Q(subject_kind=EMERGENCY)
    if settings.HELI.environment is Environment.PRODUCTION:
        sought |= Q(subject_kind=KEY, facts__has_key=ELSEWHERE)
    entries = AuditEntry.objects.filter(
        sought, kind=Kind.DEED, really_at__gt=clock.real_now() - SAID_FOR
    ).order_by("-id")
    return [_emergency(entry) for entry in entries]


def _emergency(entry: AuditEntry) -> Emergency:
    if entry.subject_kind == EMERGENCY:
        return Emergency(PermitKind(entry.subject), entry.really_at, entry.reason)
    kind = PermitKind.DROP_KEY if entry.what == "drop key" else PermitKind.ROTATE_KEYS
    return Emergency(kind, entry.really_at, f"HELI_ENV={entry.facts[ELSEWHERE]}")
