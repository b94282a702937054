"""The parts of the long benchmark; each runs in a process and a world of its own.

Usage: python -m bench.rush.parts PART SECONDS
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from heli.ops.rush.bench import Bench, Size, opened_bench
from heli.ops.rush.load import load_program
from heli.ops.rush.server import Served, served
from heli.ops.rush.telling import rounded
from heli.ops.servers import allow_many_connections

WORKERS = 2

Part = Callable[[Bench, int], dict[str, Any]]


def rush_64(bench: Bench, seconds: int) -> dict[str, Any]:
    """The whole of `heli bench rush`."""
    from heli.ops.rush.run import run

    return run(bench, Size(places=500, clients=64, seconds=seconds, workers=WORKERS))


def rush_512(bench: Bench, seconds: int) -> dict[str, Any]:
    """512 clients: before slots of 500 places, half of what they hear is "full"."""
    from heli.ops.rush import run

    figures: dict[str, Any] = {}
    with _serve(bench) as server:
        for places in (500, 5_000):
            size = Size(places, clients=512, seconds=seconds, workers=WORKERS)
            figures[f"slots of {places}"] = run.booking_figures(bench, server, size)
        figures |= run.noop_figures(bench, server, size)
    return figures | run.storage_figures(bench, size)


def crowds(bench: Bench, seconds: int) -> dict[str, Any]:
    """5,000 couples at once for 500 places, ten times."""
    from bench.rush.crowd import measure_crowds

    with _serve(bench) as server:
        return measure_crowds(bench, server)


def readers(bench: Bench, seconds: int) -> dict[str, Any]:
    """Availability, pages, and bookings beside those who read pages."""
    from bench.rush import reading

    size = Size(places=500, clients=64, seconds=seconds, workers=WORKERS)
    reading.open_office(bench)
    with _serve(bench) as server:
        return {
            "availability": reading.measure_availability(bench, server, size),
            "pages": reading.measure_pages(bench, server, size),
            "beside_readers": reading.measure_beside_readers(bench, server, size),
        }


def overload(bench: Bench, seconds: int) -> dict[str, Any]:
    """The peak, and ten times as many clients."""
    from bench.rush.overload import measure_overload

    with _serve(bench) as server:
        return measure_overload(bench, server, workers=WORKERS)


PARTS: dict[str, Part] = {
    part.__name__: part for part in (rush_64, rush_512, crowds, readers, overload)
}


def _serve(bench: Bench) -> AbstractContextManager[Served]:
    return served(bench.data, workers=WORKERS, log=bench.folder / "serve.log")


def measured(part: Part, seconds: int) -> dict[str, Any]:
    """A part's figures, with the state of the books after it, the machine and the versions."""
    with opened_bench(load_program()) as bench:
        from heli.ops.rush.books import check_books
        from heli.ops.rush.machine import machine

        told = {
            "load_program": bench.program.name,
            "machine": machine(bench.database, bench.data),
        }
        told |= part(bench, seconds)
        return told | asdict(check_books(bench.database, bench.acknowledged))


if __name__ == "__main__":
    allow_many_connections()
    json.dump(rounded(measured(PARTS[sys.argv[1]], int(sys.argv[2]))), sys.stdout)
