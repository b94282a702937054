"""The two spouses of a case, sealed for their rows and opened for a certificate place."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7

from heli.bookings.certificates import PersonOnFile
from heli.bookings.states import Role
from heli.cases.models import Case, CaseParty
from heli.vault.sealing import Spot, seal, unseal


def party_row(case: Case, role: Role, person: PersonOnFile) -> CaseParty:
    """A spouse's row (not saved yet), sealed and bound to it."""
    row_id = uuid7()
    return CaseParty(
        id=row_id,
        case=case,
        role=role,
        person=person.person,
        name_sealed=seal(person.name, spot=_spot("name", row_id)),
        id_number_sealed=seal(person.id_number, spot=_spot("id_number", row_id)),
        phone_sealed=seal(person.phone, spot=_spot("phone", row_id)) if person.phone else None,
    )


def on_file(party: CaseParty) -> PersonOnFile:
    """The spouse as the desk read their card."""
    return PersonOnFile(
        person=bytes(party.person),
        name=unseal(party.name_sealed, spot=_spot("name", party.id)),
        id_number=unseal(party.id_number_sealed, spot=_spot("id_number", party.id)),
        phone=unseal(party.phone_sealed, spot=_spot("phone", party.id))
        if party.phone_sealed
        else None,
    )


def _spot(column: str, row_id: uuid.UUID) -> Spot:
    return Spot("cases_caseparty", column, str(row_id))
