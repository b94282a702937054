"""What the check knows: the directory, the offices, the regions, the warnings, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from heli.channels.kinds import Kind


@dataclass(frozen=True)
class KnownDoor:
    """A way to book, or an office, that the directory names.

    id: of the entry, or of the office ("440106-1"). region: its code, None for the whole country.
    host: of its url, ASCII and small letters, without "www.", or None.
    """

    id: str
    kind: Kind
    name: str
    operator: str | None
    host: str | None
    region: str | None


@dataclass(frozen=True)
class KnownFake:
    """A published warning. host: ASCII and small letters, or None."""

    name: str | None
    host: str | None
    proof: str
    published_on: date


@dataclass(frozen=True)
class KnownRegion:
    """A region's code and its name as the list has it (广州市)."""

    code: str
    name: str


@dataclass(frozen=True, eq=False)  # its index is kept as long as it lives (index.index_of)
class Known:
    """Everything that the check knows. phones: of offices and channels, digits only, by door."""

    doors: tuple[KnownDoor, ...]
    fakes: tuple[KnownFake, ...]
    regions: tuple[KnownRegion, ...]
    phones: dict[str, KnownDoor]
