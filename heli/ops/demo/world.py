"""The demo's places: real offices and channels as facts, fictional offices with bookings; staff."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from heli import channels, places
from heli.channels.services import load_directory
from heli.ground import events
from heli.hall.roles import StaffRole
from heli.hall.staff import DEMO_PASSWORD, create_staff, has_account
from heli.slots.services import generate_all

REAL_OFFICES = Path(places.__file__).parent / "data"
REAL_CHANNELS = Path(channels.__file__).parent / "data"
FICTIONAL_OFFICES = Path(__file__).parent / "data"
OFFICE_WITH_STAFF = "demo-guangzhou"  # where guide, clerk and manager work; the operator at all


def prepare_world(at: datetime) -> None:
    """Load the offices, make the slots of the fictional ones up to the day of `at` (UTC), and let
    one member of staff per role work: named as their role, with the demo's password.

    The tables have to be there; they bring the regions. A second start with the same data
    changes nothing but the days that have passed since.
    """
    for directory in (REAL_OFFICES, REAL_CHANNELS, FICTIONAL_OFFICES):
        load_directory(directory, at=at)
    while events.deliver():
        pass  # new rules make their slots through the event
    generate_all(at)
    for role in StaffRole:
        if not has_account(role):
            office = None if role is StaffRole.OPERATOR else OFFICE_WITH_STAFF
            create_staff(role, DEMO_PASSWORD, role, office_id=office)
