"""One load each, and what it took."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace

from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.load import Answers, Load, RanOut, acknowledged_codes
from heli.ops.rush.office import open_slots
from heli.ops.rush.requests import prepare_bookings, prepare_noops
from heli.ops.rush.server import Served
from heli.ops.rush.usage import Usage, processes_of, usage

WARM_UP_SECONDS = 1
WARM_UP_COUPLES = 20_000
FASTER_WHEN_WARM_MAX = 3
COUPLES_PER_S_MIN = 2_000
NOOPS = 2_000  # different requests


@dataclass(frozen=True)
class Measured:
    """What the clients heard, and the processor seconds that it took."""

    answers: Answers
    used: Usage


def measure_noop(bench: Bench, server: Served, size: Size) -> Measured:
    """Bookings' own requests, sent to where nothing is done with them."""
    folder = bench.new_folder()
    prepare_noops(bench.requests_files(folder), range(NOOPS), host=server.netloc)
    load = Load(server.host, server.port, folder, clients=size.clients, seconds=size.seconds)
    return measured(bench, server, load)


def measure_bookings(
    bench: Bench,
    server: Served,
    size: Size,
    *,
    is_patient: bool = False,
    beside: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Measured:
    """Couples who book, after a first second that does not count.

    That second also tells how many couples have to be prepared; where they ran out all the same,
    it is done again with more. beside: what else goes on while it is measured.
    """
    warm_up = replace(size, seconds=WARM_UP_SECONDS)
    with booking(bench, server, warm_up, couples=WARM_UP_COUPLES) as load:
        answers = measured(bench, server, load).answers
    per_s = max(COUPLES_PER_S_MIN, FASTER_WHEN_WARM_MAX * answers.answered / answers.seconds)
    couples = int(per_s * size.seconds) + 2 * size.clients
    while True:
        with suppress(RanOut), booking(bench, server, size, couples=couples) as load, beside():
            return measured(bench, server, replace(load, is_patient=is_patient))
        couples *= 2


@contextmanager
def booking(bench: Bench, server: Served, size: Size, *, couples: int) -> Iterator[Load]:
    """A load of couples who have not come yet, with slots enough for all of them.

    At the end of the block the codes that they were told are among those acknowledged.
    """
    folder, numbers = bench.new_folder(), bench.new_couples(couples)
    prepare_bookings(bench.requests_files(folder), numbers, host=server.netloc)
    slots = open_slots(bench.database, count=couples // size.places + 2, places=size.places)
    try:
        yield Load(server.host, server.port, folder, size.clients, size.seconds, slots)
    finally:
        bench.acknowledged += acknowledged_codes(folder)
        shutil.rmtree(folder)


def measured(bench: Bench, server: Served, load: Load) -> Measured:
    """Make the load, with an eye on the processor."""
    at_work = processes_of(server.pid)
    before = usage(at_work, bench.postgres())
    answers = bench.program.run(load)
    return Measured(answers, usage(at_work, bench.postgres()).since(before))
