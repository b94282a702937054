"""A person who has proven who they are, and the token that carries the proof for an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from heli.ground.refusals import IdentityRequired
from heli.identity.errors import OnlyAtThatOffice
from heli.identity.id_numbers import IdNumber
from heli.vault.tokens import TokenRefused, open_token, seal_token

LIFETIME = timedelta(minutes=60)  # real time, from the moment of the check
PURPOSE = "identity 2"  # counted up when the payload changes, so that an old one is refused


class Known(Protocol):
    """Somebody of whom we know who they are, however. person: the blind index of their number.

    Enough to read what is their own. Whoever gives their word (books, agrees, declines, moves)
    has to be a VerifiedIdentity.
    """

    @property
    def person(self) -> bytes: ...


class RecognisedPerson(NamedTuple):
    """Somebody who proved who they are some time ago, recognised by their WeChat account."""

    person: bytes

    def __repr__(self) -> str:
        return "RecognisedPerson(…)"


class VerifiedIdentity(NamedTuple):
    """Somebody whose name and document number were found to belong together, and to them.

    person: the blind index of the number: what the database knows this person by.
    name: clean. phone: E.164, as given and not part of the proof. method: who checked.
    verified_at: real time, UTC. at_office: the one office at which the proof is good, where its
    own desk gave it; empty for one that is good everywhere. It prints none of this.
    """

    person: bytes
    name: str
    id_number: IdNumber
    phone: str
    method: str
    verified_at: datetime
    at_office: str = ""

    def __repr__(self) -> str:
        return "VerifiedIdentity(…)"


def office_bound_to(by: Known) -> str:
    """The one office at which somebody is known, by its desk; empty: everywhere."""
    return by.at_office if isinstance(by, VerifiedIdentity) else ""


def is_good_at(by: Known, office_id: str) -> bool:
    """Whether what we know of somebody counts at this office."""
    return office_bound_to(by) in ("", office_id)


def check_good_everywhere(by: Known) -> None:
    """Raises OnlyAtThatOffice where what is asked for belongs to no single office."""
    if office_bound_to(by):
        raise OnlyAtThatOffice()


def issue_token(identity: VerifiedIdentity) -> tuple[str, datetime]:
    """A token that stands for this identity, and the moment (real time, UTC) it expires.

    The hour runs from the check itself: issuing again does not lengthen it. Only this
    installation can read the token; to anybody else it is noise.
    """
    expires_at = identity.verified_at + LIFETIME
    payload = [
        *(identity.name, identity.id_number.value, identity.phone, identity.method),
        identity.verified_at.timestamp(),
    ]
    if identity.at_office:
        payload.append(identity.at_office)
    return seal_token(PURPOSE, payload, expires_at=expires_at), expires_at


def read_token(token: str) -> VerifiedIdentity:
    """Whom the token stands for. Raises IdentityRequired: forged, expired, empty or no token."""
    try:
        payload = open_token(PURPOSE, token)
    except TokenRefused:
        raise IdentityRequired() from None
    name, number, phone, method, verified_at, *at_office = payload
    id_number = IdNumber.trusted(number)
    return VerifiedIdentity(
        person=id_number.blind_index(),
        name=name,
        id_number=id_number,
        phone=phone,
        method=method,
        verified_at=datetime.fromtimestamp(verified_at, UTC),
        at_office=at_office[0] if at_office else "",
    )
