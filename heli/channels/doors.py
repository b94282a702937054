"""What the directory says of one door: the sources about the same channel, the best one first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from heli.channels.fields import same_form
from heli.channels.kinds import UNSPECIFIED, Confidence, Kind, SourceKind
from heli.channels.models import ChannelEntry
from heli.channels.rules import Sureness, sureness
from heli.law.services import Service
from heli.places.queries import RegionView

DIVORCE = frozenset({Service.DIVORCE_APPLICATION.value, Service.DIVORCE_CERTIFICATE.value})
KINDS, SURENESSES = tuple(Kind), tuple(Sureness)
NEVER = "0000"  # sorts before every day


@dataclass(frozen=True)
class Proof:
    """What one source says of a door. entry_id: None for what is no entry (an office's own).

    region: whom it serves, None for the whole country. services: as the source words them.
    as_of: the day, month or year of the source, or None.
    """

    entry_id: int | None
    region: RegionView | None
    services: tuple[str, ...]
    source: str
    source_kind: SourceKind
    as_of: str | None
    confidence: Confidence
    sure: Sureness
    note: str | None = None

    @property
    def names_divorce(self) -> bool:
        """Whether the source says that a divorce is booked there."""
        return not DIVORCE.isdisjoint(self.services)

    @property
    def is_unspecified(self) -> bool:
        """Whether the source says 婚姻登记 and no more."""
        return UNSPECIFIED in self.services


@dataclass(frozen=True)
class Door:
    """A way to book. proofs: never empty, the one that counts first.

    operator_stated: a source names the operator; else it was worked out from the name. path: what
    to tap, steps joined by "→". office_id: of an office that takes bookings here, or whose hall or
    telephone it is.
    """

    kind: Kind
    name: str
    operator: str | None
    operator_stated: bool
    path: str | None
    url: str | None
    proofs: tuple[Proof, ...]
    office_id: str | None = None

    @property
    def lead(self) -> Proof:
        """The proof that counts."""
        return self.proofs[0]

    @property
    def region(self) -> RegionView | None:
        """Whom the proof that counts says it serves, None for the whole country."""
        return self.lead.region

    @property
    def services(self) -> tuple[str, ...]:
        """What the proof that counts says is booked there."""
        return self.lead.services

    @property
    def names_divorce(self) -> bool:
        """Whether a divorce is booked there, as its source says."""
        return self.lead.names_divorce

    @property
    def is_unspecified(self) -> bool:
        """Whether one has to ask if a divorce is booked there."""
        return self.lead.is_unspecified and not self.lead.names_divorce

    @property
    def is_ours(self) -> bool:
        """Whether it is an office that takes bookings here."""
        return self.kind is Kind.GOVERNMENT_WEBSITE and self.office_id is not None


def doors_of(
    entries: Iterable[tuple[ChannelEntry, RegionView | None]], *, today: date
) -> tuple[Door, ...]:
    """The doors that the entries speak of, in the order in which a person should try them."""
    by_door: dict[tuple[str, str], list[tuple[ChannelEntry, Proof]]] = {}
    for entry, region in entries:
        found = by_door.setdefault((entry.kind, same_form(entry.name)), [])
        found.append((entry, proof_of(entry, region, today)))
    doors = [_door(sorted(found, key=lambda pair: _rank(pair[1]))) for found in by_door.values()]
    return tuple(sorted(doors, key=_to_try))


def proof_of(entry: ChannelEntry, region: RegionView | None, today: date) -> Proof:
    """What the entry says, and how sure it is on a day."""
    confidence = Confidence(entry.confidence)
    return Proof(
        entry_id=entry.pk,
        region=region,
        services=tuple(entry.services),
        source=entry.source,
        source_kind=SourceKind(entry.source_kind),
        as_of=entry.as_of,
        confidence=confidence,
        sure=sureness(confidence, entry.as_of, today),
        note=entry.note,
    )


def _door(found: list[tuple[ChannelEntry, Proof]]) -> Door:
    entries = [entry for entry, _proof in found]
    lead, proofs = entries[0], tuple(proof for _entry, proof in found)
    with_operator = next((entry for entry in entries if entry.operator), lead)
    return Door(
        kind=Kind(lead.kind),
        name=lead.name,
        operator=with_operator.operator,
        operator_stated=with_operator.operator_stated,
        path=next((entry.path for entry in entries if entry.path), None),
        url=next((entry.url for entry in entries if entry.url), None),
        proofs=proofs,
    )


def _says_of_divorce(proof: Proof) -> int:
    return 0 if proof.names_divorce else 1 if proof.is_unspecified else 2


def _newest_first(as_of: str | None) -> tuple[int, ...]:
    return tuple(-ord(character) for character in as_of or NEVER)


def _nearest_first(region: RegionView | None) -> int:
    return 3 if region is None else {"0000": 2}.get(region.code[2:], region.code.endswith("00"))


def _rank(proof: Proof) -> tuple[object, ...]:
    """Which of the sources about one door counts: what it says of divorce, then how sure it is."""
    return (
        _says_of_divorce(proof),
        SURENESSES.index(proof.sure),
        _nearest_first(proof.region),
        _newest_first(proof.as_of),
    )


def _to_try(door: Door) -> tuple[object, ...]:
    """The order in which doors are tried; a weak source comes after every other."""
    return (
        door.lead.sure is Sureness.WEAK,
        _says_of_divorce(door.lead),
        _nearest_first(door.region),
        KINDS.index(door.kind),
        SURENESSES.index(door.lead.sure),
        _newest_first(door.lead.as_of),
        door.name,
    )
