"""The two people of a booking, sealed for their rows and opened again for those who may see."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from uuid_utils.compat import uuid7

from heli.bookings.models import Party
from heli.bookings.requests import NamedPartner
from heli.identity.id_numbers import index_of
from heli.identity.names import mask_name
from heli.identity.verified import VerifiedIdentity
from heli.vault.sealing import Spot, seal, unseal

TABLE = "bookings_party"
UNKNOWN_NAME_MASKED = "**"  # before the partner's own word: says nothing, not even a length


class SealedParty(NamedTuple):
    """The sealed columns of one party's row, bound to its id. named: blind index of the number."""

    id: uuid.UUID
    named: bytes
    name: bytes
    id_number: bytes
    phone: bytes | None
    household_address: bytes | None


def seal_applicant(
    by: VerifiedIdentity, *, phone: str, household_address: str | None
) -> SealedParty:
    """The applicant by their own verified word."""
    return seal_person(
        by.person,
        by.name,
        by.id_number.value,
        phone=phone,
        household_address=household_address,
    )


def seal_partner(partner: NamedPartner) -> SealedParty:
    """The partner as typed by the applicant, until their own word replaces it."""
    return seal_person(
        index_of(partner.id_number),
        partner.name,
        partner.id_number,
        phone=partner.phone,
        household_address=partner.household_address,
    )


def reseal(party: Party) -> SealedParty:
    """The same person for a new row: sealed values are bound to their row and must be made anew."""
    return seal_person(
        bytes(party.named),
        _open(party.name_sealed, "name", party.id) or "",
        _open(party.id_number_sealed, "id_number", party.id) or "",
        phone=_open(party.phone_sealed, "phone", party.id),
        household_address=_open(party.household_address_sealed, "household_address", party.id),
    )


def put_own_word(
    party: Party, by: VerifiedIdentity, *, phone: str | None, household_address: str | None
) -> None:
    """Replace what was typed of a party by what they proved themselves (not saved yet)."""
    party.person = by.person
    party.name_sealed = seal(by.name, spot=_spot("name", party.id))
    party.id_number_sealed = seal(by.id_number.value, spot=_spot("id_number", party.id))
    party.phone_sealed = seal(phone or by.phone, spot=_spot("phone", party.id))
    party.household_address_sealed = (
        seal(household_address, spot=_spot("household_address", party.id))
        if household_address
        else None
    )


def masked_name(party: Party) -> str:
    """The name as the other party may see it; what the applicant typed of the partner never is."""
    if party.person is None:
        return UNKNOWN_NAME_MASKED
    return mask_name(unseal(party.name_sealed, spot=_spot("name", party.id)))


def seal_person(
    named: bytes,
    name: str,
    id_number: str,
    *,
    phone: str | None,
    household_address: str | None,
) -> SealedParty:
    """A person's sealed columns for a new row. named: the blind index of id_number."""
    party_id = uuid7()
    row = str(party_id)
    return SealedParty(
        id=party_id,
        named=named,
        name=seal(name, spot=Spot(TABLE, "name", row)),
        id_number=seal(id_number, spot=Spot(TABLE, "id_number", row)),
        phone=seal(phone, spot=Spot(TABLE, "phone", row)) if phone else None,
        household_address=(
            seal(household_address, spot=Spot(TABLE, "household_address", row))
            if household_address
            else None
        ),
    )


def open_sealed(party: Party, column: str) -> str | None:
    """One sealed value of a party: column is name, id_number, phone or household_address."""
    return _open(getattr(party, f"{column}_sealed"), column, party.id)


def _open(sealed: bytes | memoryview | None, column: str, party_id: uuid.UUID) -> str | None:
    return None if sealed is None else unseal(sealed, spot=_spot(column, party_id))


def _spot(column: str, party_id: uuid.UUID) -> Spot:
    return Spot(TABLE, column, str(party_id))
