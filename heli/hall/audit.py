"""Who read or did what with one booking or case, for the manager of its office."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from heli.bookings.queries import find_booking
from heli.cases.queries import find_case
from heli.ground.audit.recording import Kind, Subject
from heli.ground.models import AuditEntry
from heli.hall.deeds import record_deed
from heli.hall.models import Staff
from heli.hall.roles import Deed, StaffOnDuty, StaffRole

SHOWN_MAX = 200


@dataclass(frozen=True)
class AuditLine:
    """One entry. at: business time, UTC. username, role: None where nobody of the staff did it.

    is_reading: it was looked at; else something was done. why: the reason that was given, or "".
    """

    at: datetime
    username: str | None
    role: StaffRole | None
    what: str
    is_reading: bool
    why: str


@transaction.atomic
def audit_of(sought: str, *, by: StaffOnDuty, at: datetime) -> tuple[AuditLine, ...]:
    """Who read or did what, the latest first, at most 200; looking is on record, too.

    sought: a booking's code or a case's id. at: UTC. Raises NotAllowed, NotFound (another
    office's, too).
    """
    by.check_may(Deed.SEE_AUDIT)
    subject, office_id = _find(sought.strip())
    by.check_at(office_id)
    entries = AuditEntry.objects.filter(
        subject_kind=subject.kind, subject=subject.id, kind__in=[Kind.READING, Kind.DEED]
    ).order_by("-id")[:SHOWN_MAX]
    lines = _lines(list(entries))
    record_deed(by, Deed.SEE_AUDIT, at=at, subject=subject, office_id=office_id)
    return lines


def _find(sought: str) -> tuple[Subject, str]:
    try:
        case = find_case(uuid.UUID(sought))
    except ValueError:
        booking = find_booking(sought)
        return Subject("booking", str(booking.id)), booking.office_id
    return Subject("case", str(case.id)), case.office_id


def _lines(entries: Iterable[AuditEntry]) -> tuple[AuditLine, ...]:
    entries = list(entries)
    ids = {found for entry in entries if (found := _staff_id(entry)) is not None}
    staff = {one.pk: one for one in Staff.objects.filter(pk__in=ids)}
    lines = []
    for entry in entries:
        one = staff.get(_staff_id(entry) or 0)
        lines.append(
            AuditLine(
                at=entry.at,
                username=one.username if one else None,
                role=StaffRole(one.role) if one else None,
                what=entry.what,
                is_reading=entry.kind == Kind.READING,
                why=entry.reason,
            )
        )
    return tuple(lines)


def _staff_id(entry: AuditEntry) -> int | None:
    kind, _colon, number = entry.actor.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None
