"""The two spouses of a case, sealed for their rows and opened for a certificate place."""

from __future__ import annotations

from uuid_utils.compat import uuid7

from heli.bookings.certificates import PersonOnFile
from heli.bookings.states import Role
from heli.cases.models import Case, CaseParty
from heli.vault.fields import open_from, seal_into


def party_row(case: Case, role: Role, person: PersonOnFile) -> CaseParty:
    """A spouse's row (not saved yet), sealed and bound to it."""
    row = CaseParty(id=uuid7(), case=case, role=role, person=person.person)
    seal_into(row, "name_sealed", person.name)
    seal_into(row, "id_number_sealed", person.id_number)
    seal_into(row, "phone_sealed", person.phone or None)
    return row


def on_file(party: CaseParty) -> PersonOnFile:
    """The spouse as the desk read their card."""
    return PersonOnFile(
        person=bytes(party.person),
        name=open_from(party, "name_sealed"),
        id_number=open_from(party, "id_number_sealed"),
        phone=open_from(party, "phone_sealed") if party.phone_sealed else None,
    )
