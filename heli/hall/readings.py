"""Each reading of sealed personal data by staff is on record."""

from __future__ import annotations

import uuid
from datetime import datetime

from heli.bookings.models import Booking
from heli.cases.models import Case
from heli.ground import clock
from heli.hall.models import StaffReading
from heli.hall.roles import Deed, StaffOnDuty


def record_reading(
    by: StaffOnDuty,
    what: Deed,
    *,
    at: datetime,
    office_id: str | None = None,
    booking: Booking | None = None,
    case: Case | None = None,
    report_id: uuid.UUID | None = None,
    why: str | None = None,
) -> None:
    """Append who read what, and when (business time, UTC); in the caller's transaction.

    why: the reason they gave, where it was not part of the day's work (`heli.hall.reasons`).
    """
    StaffReading.objects.create(
        staff_id=by.staff_id,
        what=what,
        why=why,
        office_id=office_id,
        booking=booking,
        case=case,
        report_id=report_id,
        at=at,
        really_at=clock.real_now(),
    )
