"""What changed through the doors of this machine: whether something read before is still so.

Each door counts what it lets through in a cell of its own, in a small file that all of them have
mapped into memory. Who has read something compares the cells with those of before: equal means
that nothing has come through a door of this machine since. What others change (the job worker,
another machine) is not counted; whoever relies on a reading bounds its age as well.
"""

from __future__ import annotations

import mmap
import struct
from enum import IntEnum
from pathlib import Path

CELL_BYTES = 8


class Kind(IntEnum):
    """What a change may have touched."""

    PLACES = 0  # anything that the free places follow from
    CLOCK = 1  # the demo's business time


class Changes:
    """The counters of all doors. doors: how many; own: which of them this process is, from 0."""

    def __init__(self, path: Path, *, doors: int, own: int) -> None:
        size = len(Kind) * doors * CELL_BYTES
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), size)
        self._bytes_of_kind = doors * CELL_BYTES
        self._own = own * CELL_BYTES

    @staticmethod
    def prepare(path: Path, *, doors: int) -> None:
        """Make the file, all counters at nought."""
        path.write_bytes(bytes(len(Kind) * doors * CELL_BYTES))

    def seen(self, kind: Kind) -> bytes:
        """The counters as they stand: the same bytes as before mean that nothing changed."""
        begins = kind * self._bytes_of_kind
        return self._memory[begins : begins + self._bytes_of_kind]

    def count(self, kind: Kind) -> None:
        """Something changed. To be called after it was committed and before it is told."""
        at = kind * self._bytes_of_kind + self._own
        (number,) = struct.unpack_from("=Q", self._memory, at)
        struct.pack_into("=Q", self._memory, at, (number + 1) % 2**64)

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()
