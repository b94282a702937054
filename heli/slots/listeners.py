"""What slots do about news from other rooms."""

from heli.ground import clock, events
from heli.places.events import OfficeRulesChanged
from heli.slots.services import generate_slots


@events.listens_to(OfficeRulesChanged)
def follow_new_rules(event: OfficeRulesChanged) -> None:
    """Bring the office's coming slots in line with its new rules."""
    generate_slots(event.office_id, max(event.at, clock.now()))
