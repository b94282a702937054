"""One load each, and what it took."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from heli.ops.rush.bench import Bench
from heli.ops.rush.load import Answers, Load, RanOut, acknowledged_codes
from heli.ops.rush.office import open_slots
from heli.ops.rush.requests import prepare_bookings, prepare_noops
from heli.ops.rush.server import Served
from heli.ops.rush.usage import Usage, processes_of, usage

WARM_UP_SECONDS = 1
WARM_UP_COUPLES = 20_000
FASTER_WHEN_WARM_MAX = 4
COUPLES_PER_S_MIN = 2_000
NOOPS = 2_000  # different requests


@dataclass(frozen=True)
class Measured:
    """What the clients heard, and the processor seconds that it took."""

    answers: Answers
    used: Usage


def measure_noop(bench: Bench, server: Served) -> Measured:
    """Bookings' own requests, sent to where nothing is done with them."""
    folder = bench.new_folder()
    prepare_noops(bench.requests_files(folder), range(NOOPS), host=server.netloc)
    size = bench.size
    load = Load(server.host, server.port, folder, clients=size.clients, seconds=size.seconds)
    return _measured(bench, server, load)


def measure_bookings(bench: Bench, server: Served) -> Measured:
    """Couples who book, after a first second that does not count.

    That second also tells how many couples have to be prepared; where they ran out all the same,
    it is done again with more.
    """
    with _booking(bench, server, couples=WARM_UP_COUPLES, seconds=WARM_UP_SECONDS) as load:
        warm_up = _measured(bench, server, load).answers
    per_s = max(COUPLES_PER_S_MIN, FASTER_WHEN_WARM_MAX * warm_up.answered / warm_up.seconds)
    couples = int(per_s * bench.size.seconds) + 2 * bench.size.clients
    while True:
        with (
            suppress(RanOut),
            _booking(bench, server, couples=couples, seconds=bench.size.seconds) as load,
        ):
            return _measured(bench, server, load)
        couples *= 2


@contextmanager
def _booking(bench: Bench, server: Served, *, couples: int, seconds: int) -> Iterator[Load]:
    """A load of couples who have not come yet, with slots enough for all of them."""
    size, folder = bench.size, bench.new_folder()
    numbers = bench.new_couples(couples)
    prepare_bookings(bench.requests_files(folder), numbers, host=server.netloc)
    slots = open_slots(bench.database, count=couples // size.places + 2, places=size.places)
    try:
        yield Load(server.host, server.port, folder, size.clients, seconds, slots)
    finally:
        bench.acknowledged += acknowledged_codes(folder)
        shutil.rmtree(folder)


def _measured(bench: Bench, server: Served, load: Load) -> Measured:
    at_work = processes_of(server.pid)
    before = usage(at_work, bench.postgres())
    answers = bench.program.run(load)
    return Measured(answers, usage(at_work, bench.postgres()).since(before))
