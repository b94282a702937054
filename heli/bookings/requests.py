"""What somebody asks for when they book, and the digest that tells a retry from another request."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic_core import to_json

from heli.law.services import Service
from heli.vault.blind import blind_index


@dataclass(frozen=True)
class NamedPartner:
    """The other person as the applicant typed them. Shown to nobody, replaced by their own word.

    id_number: clean (see `heli.identity.id_numbers`). phone: E.164 or None.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    household_address: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class HoldRequest:
    """A place in a slot for a couple, or for one person where the service needs no consent."""

    service: Service
    slot_id: int
    phone: str = field(repr=False)
    household_address: str | None = field(default=None, repr=False)
    partner: NamedPartner | None = field(default=None, repr=False)
    eligibility_shown: bool = False

    def digest(self) -> bytes:
        """32 bytes that are equal for the same request and say nothing of what it holds."""
        asked: list[str | int | None] = [self.service, self.slot_id, self.eligibility_shown]
        asked += (self.phone, self.household_address)
        if (partner := self.partner) is not None:
            asked += (partner.name, partner.id_number, partner.phone, partner.household_address)
        return blind_index("booking_request", to_json(asked).decode())
