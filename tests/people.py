"""People for other rooms' tests, who have proven who they are."""

from __future__ import annotations

from heli.ground import clock
from heli.identity.id_numbers import IdNumber
from heli.identity.names import clean_name
from heli.identity.phones import clean_phone
from heli.identity.verified import VerifiedIdentity
from heli.ops.demo.people import FictionalPerson


def verified(person: FictionalPerson) -> VerifiedIdentity:
    """What a passed check of this person gives, at this real moment, without a row for it."""
    id_number = IdNumber.parse(person.id_number)
    return VerifiedIdentity(
        person=id_number.blind_index(),
        name=clean_name(person.name),
        id_number=id_number,
        phone=clean_phone(person.phone),
        method="simulated",
        verified_at=clock.real_now(),
    )
