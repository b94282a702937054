"""What the hall can tell the other rooms. Ids only, never personal data."""

from dataclasses import dataclass

from heli.ground.events import Event, declare


@declare
@dataclass(frozen=True, kw_only=True)
class ProvenAtTheDesk(Event):
    """Somebody took up the proof that a clerk had given them. verification: the attempt in
    `identity`, which knows whose it is."""

    verification: str
    office_id: str
