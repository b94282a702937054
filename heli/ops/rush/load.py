"""What a load is and what came of it, whichever program makes it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from heli.ops.errors import CommandRefused

THREADS = max(1, (os.cpu_count() or 1) // 2)  # of a load: on two cores a second one only disturbs
END_BYTES = 20  # of a request that books, see `end_of`


class LoadFailed(CommandRefused):
    """The load program did not run to its end, or could not get through to the server."""


class RanOut(LoadFailed):
    """The couples or the slots that were prepared were used up before the seconds were over."""

    def __init__(self) -> None:
        super().__init__("The couples or the slots ran out before the seconds were over.")


@dataclass(frozen=True)
class Slots:
    """The slots of one rush, whose ids are consecutive: each opens when the one before is full."""

    first: int
    count: int


@dataclass(frozen=True)
class Load:
    """So many clients, each of whom asks again as soon as it is answered: a closed loop.

    host, port: where the server is. folder: holds the requests, each ended by a NUL, as requests-1,
    requests-2 and so on, one file for each thread or process of the program, which writes the
    codes of the bookings that it was told of to codes-1 and so on.
    slots: for requests that book. Each of these is sent once, with `end_of` the slot that is open
    at that moment. Without slots they are sent as they are, over and over. is_patient: who is
    told to come back later (Retry-After) waits so long.
    """

    host: str
    port: int
    folder: Path
    clients: int
    seconds: int
    slots: Slots | None = None
    is_patient: bool = False


@dataclass(frozen=True)
class Answers:
    """What the clients heard. seconds: how long they asked.

    taken: bookings (201). refused: other answers to a booking by their code. fine: other answers
    below 400. broken: connections that failed, and answers that did not come in time.
    p50_ms, p99_ms: from sending a request to its answer, over all answers, refusals included.
    """

    seconds: float
    taken: int
    fine: int
    refused: Mapping[str, int]
    broken: int
    p50_ms: float
    p99_ms: float

    @property
    def answered(self) -> int:
        """All answers, whatever they say."""
        return self.taken + self.fine + sum(self.refused.values())


class LoadProgram(Protocol):
    """A program that makes a load, from THREADS files of requests. name: with its version."""

    name: str

    def run(self, load: Load) -> Answers:
        """Make the load and return what came of it. Raises LoadFailed, RanOut."""


def end_of(slot_id: int) -> bytes:
    """The end of a request that books: the slot's number, and the end of the JSON object.

    >>> end_of(7)
    b'                  7}'
    """
    return f"{slot_id:>{END_BYTES - 1}}}}".encode()


def requests_file(folder: Path, thread: int) -> Path:
    """Where the requests of this thread are; threads count from 1."""
    return folder / f"requests-{thread}"


def codes_file(folder: Path, thread: int) -> Path:
    """Where this thread writes the codes that it was told."""
    return folder / f"codes-{thread}"


def acknowledged_codes(folder: Path) -> list[str]:
    """The codes of the bookings that the clients were told of."""
    return [code for file in sorted(folder.glob("codes-*")) for code in file.read_text().split()]


def load_program() -> LoadProgram:
    """wrk where it is installed, else the one that is built in."""
    from heli.ops.rush.built_in import BuiltIn
    from heli.ops.rush.wrk import Wrk

    found = shutil.which("wrk")
    return Wrk(found) if found else BuiltIn()
