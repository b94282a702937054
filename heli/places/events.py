"""What places can tell the other rooms."""

from dataclasses import dataclass

from heli.ground.events import Event, declare


@declare
@dataclass(frozen=True, kw_only=True)
class OfficeRulesChanged(Event):
    """Opening hours, services or policy of an office changed, or whether it takes bookings."""

    office_id: str
