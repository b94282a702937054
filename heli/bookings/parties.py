"""The two people of a booking, sealed for their rows and opened again for those who may see."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from pydantic_core import from_json, to_json
from uuid_utils.compat import uuid7

from heli.bookings.models import Party
from heli.bookings.requests import NamedPartner
from heli.identity.id_numbers import index_of
from heli.identity.names import mask_name
from heli.identity.verified import VerifiedIdentity
from heli.vault.sealing import Spot, seal, unseal

TABLE, COLUMN = "bookings_party", "details"
UNKNOWN_NAME_MASKED = "**"  # before the partner's own word: says nothing, not even a length


class SealedParty(NamedTuple):
    """What a party's row holds of a person. named: blind index of the number. details: sealed and
    bound to the row's id."""

    id: uuid.UUID
    named: bytes
    details: bytes

    def __repr__(self) -> str:
        return "SealedParty(…)"


class Details(NamedTuple):
    """Who a party is, as read from a card or typed. phone: E.164."""

    name: str
    id_number: str
    phone: str | None
    household_address: str | None

    def __repr__(self) -> str:
        return "Details(…)"


FORGOTTEN = Details("", "", None, None)


def seal_applicant(
    by: VerifiedIdentity, *, phone: str, household_address: str | None
) -> SealedParty:
    """The applicant by their own verified word."""
    details = Details(by.name, by.id_number.value, phone or None, household_address or None)
    return seal_person(by.person, details)


def seal_partner(partner: NamedPartner) -> SealedParty:
    """The partner as typed by the applicant, until their own word replaces it. Where they are
    registered is asked of them alone, and not stored from anybody else."""
    details = Details(partner.name, partner.id_number, partner.phone or None, None)
    return seal_person(index_of(partner.id_number), details)


def seal_person(named: bytes, details: Details) -> SealedParty:
    """A person for a new row. named: the blind index of the number."""
    party_id = uuid7()
    return SealedParty(party_id, named, _seal(details, party_id))


def reseal(party: Party, *, keeps_address: bool) -> SealedParty:
    """The same person for a new row: sealed values are bound to their row and must be made anew.

    keeps_address: whether the office of the new row asks where they are registered.
    """
    details = open_details(party)
    if not keeps_address:
        details = details._replace(household_address=None)
    return seal_person(bytes(party.named), details)


def drop_address(party: Party) -> None:
    """Store no longer where they are registered: the office they come to now does not ask."""
    details = open_details(party)
    if details.household_address is not None:
        party.details_sealed = _seal(details._replace(household_address=None), party.id)
        party.save(update_fields=["details_sealed"])


def put_own_word(
    party: Party, by: VerifiedIdentity, *, phone: str | None, household_address: str | None
) -> None:
    """Replace what was typed of a party by what they proved themselves (not saved yet)."""
    party.person = by.person
    details = Details(by.name, by.id_number.value, phone or by.phone, household_address or None)
    party.details_sealed = _seal(details, party.id)


def masked_name(party: Party) -> str:
    """The name as the other party may see it; what the applicant typed of the partner never is."""
    if not party.person:
        return UNKNOWN_NAME_MASKED
    return mask_name(open_details(party).name)


def open_details(party: Party) -> Details:
    """Who a party is, opened; nobody, of one who was forgotten. Raises SealBroken."""
    if not party.details_sealed:
        return FORGOTTEN
    opened = unseal(party.details_sealed, spot=Spot(TABLE, COLUMN, str(party.id)))
    return Details(*from_json(opened))


def _seal(details: Details, party_id: uuid.UUID) -> bytes:
    text = to_json(details).decode()
    return seal(text, spot=Spot(TABLE, COLUMN, str(party_id)))
