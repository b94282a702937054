"""Where a door stands among the processes of the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a door stands. web: the socket of the web processes. changes: the file that the doors
    of this machine share; doors: how many there are; own: which of them this one is, from 0."""

    web: Path
    changes: Path
    doors: int
    own: int
