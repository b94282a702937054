"""What follows when people of a booking are at the office, whoever says so.

Everything here runs inside the caller's transaction, on a booking that the caller has locked; who
may say it, where and on which day is the caller's to check.
"""

from __future__ import annotations

from datetime import datetime

from heli.bookings import attendance
from heli.bookings.models import Booking
from heli.bookings.states import Role
from heli.ground import clock
from heli.hall.models import CheckIn
from heli.hall.queries import roles_here
from heli.hall.roles import StaffOnDuty
from heli.hall.tickets import ticket_of_booking


def note_presence(
    booking: Booking, roles: frozenset[Role], *, by: StaffOnDuty | None, at: datetime
) -> None:
    """These of a confirmed booking are there; a proposed move falls away. at: UTC.

    by: who of the staff saw them, None for who checked in alone. Who is in already stays in as they
    came.
    """
    attendance.end_open_proposals(booking, at=at)
    CheckIn.objects.bulk_create(
        [
            CheckIn(
                booking=booking,
                role=role,
                on=clock.day_of(at),
                checked_in_at=at,
                by_id=by.staff_id if by else None,
            )
            for role in sorted(roles)
        ],
        ignore_conflicts=True,
    )


def admit_when_all_are_here(booking: Booking, *, by: StaffOnDuty | None, at: datetime) -> None:
    """With the last one of a confirmed booking it is checked in and has a place in the queue.

    at: UTC. Emits BookingCheckedIn then, and does nothing while somebody is missing.
    """
    if roles_here(booking) == attendance.roles_needed(booking):
        attendance.check_in(booking, at=at)
        ticket_of_booking(booking, by=by, at=at)
