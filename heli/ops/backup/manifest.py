"""What a backup says of itself, so that a restore knows what it has before it touches anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from heli.ground.configuration import Environment

FORMAT = 1


class NotABackup(ValueError):
    """What is wrong with the manifest, as the end of a sentence."""


@dataclass(frozen=True)
class Manifest:
    """heli: the version that took it. taken_at: the moment it shows, real time, UTC.

    postgres: the server's version, such as 180004. migrations: those that its tables had, such as
    'slots.0002_release'. keys: the marks of the keys that it was sealed with (`heli.vault.marks`),
    which open nothing. tables: how many rows, by the table's name with its schema.
    """

    heli: str
    environment: Environment
    taken_at: datetime
    postgres: int
    migrations: tuple[str, ...]
    keys: Mapping[str, bytes]
    tables: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(self.tables.values())

    def as_json(self) -> bytes:
        """The document, for people to read as well."""
        document = {
            "format": FORMAT,
            "heli": self.heli,
            "environment": str(self.environment),
            "taken_at": self.taken_at.isoformat(),
            "postgres": self.postgres,
            "migrations": list(self.migrations),
            "keys": {name: mark.hex() for name, mark in self.keys.items()},
            "tables": dict(self.tables),
        }
        return json.dumps(document, indent=1).encode() + b"\n"


def read_manifest(text: bytes) -> Manifest:
    """The manifest of the document. Raises NotABackup: another format, or none at all."""
    try:
        said = json.loads(text)
        made_by_newer = said["format"] > FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotABackup("its manifest cannot be read") from None
    if made_by_newer:
        raise NotABackup(
            f"it was made by a newer version of Heli (format {said['format']}, this one knows "
            f"{FORMAT})"
        )
    try:
        return _manifest(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotABackup("its manifest cannot be read") from None


def _manifest(said: Mapping[str, Any]) -> Manifest:
    taken_at = datetime.fromisoformat(said["taken_at"])
    if taken_at.tzinfo is None:
        raise ValueError("a moment has a zone")
    return Manifest(
        heli=str(said["heli"]),
        environment=Environment(said["environment"]),
        taken_at=taken_at,
        postgres=int(said["postgres"]),
        migrations=tuple(map(str, said["migrations"])),
        keys={str(name): bytes.fromhex(mark) for name, mark in said["keys"].items()},
        tables={str(name): int(count) for name, count in said["tables"].items()},
    )
