"""What slots can tell the other rooms."""

from dataclasses import dataclass

from heli.ground.events import Event, declare


@declare
@dataclass(frozen=True, kw_only=True)
class SlotsRemade(Event):
    """An office's coming slots were brought in line with changed rules or a changed calendar.

    Slots that the rules no longer want and in which somebody holds a place are withdrawn by now.
    """

    office_id: str
