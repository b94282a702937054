"""What staff do is on record: which deed, on what, when, and who then changes rows."""

from __future__ import annotations

from datetime import datetime

from heli.ground.audit.recording import NOTHING, Kind, Subject, record, say_who
from heli.hall.roles import Deed, StaffOnDuty


def record_deed(
    by: StaffOnDuty,
    deed: Deed,
    *,
    at: datetime,
    subject: Subject = NOTHING,
    office_id: str | None = None,
    step: str = "",
) -> None:
    """Append who does what, in the caller's transaction, and say so to the triggers of whatever
    rows are changed after it until the transaction ends.

    at: business time, UTC. subject: what it is done to. office_id: where, else the deed's own
    office. step: which of the things that one deed allows, such as "end" of an entry.
    """
    what = f"{deed} {step}".strip()
    record(
        Kind.DEED,
        what,
        actor=actor_of(by),
        at=at,
        subject=subject,
        office=office_id or by.office_id or "",
    )
    say_who(actor_of(by), why=what)


def actor_of(by: StaffOnDuty) -> str:
    """A member of staff, as the audit names them."""
    return f"staff:{by.staff_id}"
