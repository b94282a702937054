"""Measure one booking, one office's availability and the clock's questions in three worlds.

Usage: python -m bench.scale [--offices N] [--rounds N]

The worlds (see `worlds.py`) take turns, round by round. A booking is measured as the allocator
writes it, in batches of 64 and alone, in slots of one office: by the clock, and as processor time
of PostgreSQL's process, which other work on the machine disturbs less. The figures go to the
terminal and, with the machine and the versions, to bench/results/. Filling takes some minutes and
needs 12 GB of disk for 5,000 offices.

Exit code 1 when a booking costs more than 1.1 times in five million slots of what it does in a
thousand.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.machine import machine
from bench.scale.worlds import Worker, World, build, served

RESULTS = Path(__file__).resolve().parents[1] / "results"
OFFICES = 5000
ROUNDS = 60
WARM_UP = 5
LIMIT = 1.1

Figures = dict[str, dict[str, float]]  # by what was measured, then by world


def main() -> int:
    """Fill, measure, tell, keep."""
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--offices", type=int, default=OFFICES, help="a thousand slots each")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="heli-bench-") as directory,
        served(Path(directory) / "world") as url_of,
    ):
        rows = build(url_of, offices=chosen.offices)
        workers = {world: Worker(url_of(world)) for world in World}
        with psycopg.connect(url_of("postgres"), autocommit=True) as postgres:
            figures = measure(workers, postgres, rounds=chosen.rounds)
            (version,) = postgres.execute("SHOW server_version").fetchone() or ("",)
        archive = workers[World.SLOTS].ask("archive")
        for worker in workers.values():
            worker.stop()
    tell(figures, archive)
    keep(figures, archive, rows=rows, rounds=chosen.rounds, postgresql=version)
    ratio = ratios(figures["64 together, processor"])[World.SLOTS]
    if ratio > LIMIT:
        print(f"a booking costs {ratio:.2f} times as much", file=sys.stderr)
    return int(ratio > LIMIT)


def measure(
    workers: dict[World, Worker], postgres: psycopg.Connection[Any], *, rounds: int
) -> Figures:
    """The medians of the rounds, in microseconds; of the log, in bytes."""
    found: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(WARM_UP + rounds):
        for world in _in_turn(number):
            for name, value in _one_round(workers[world], postgres):
                if number >= WARM_UP:
                    found[name][world].append(value)
    return {
        name: {world: statistics.median(values) for world, values in by_world.items()}
        for name, by_world in found.items()
    }


def _in_turn(number: int) -> Sequence[World]:
    worlds = list(World)
    first = number % len(worlds)
    return worlds[first:] + worlds[:first]


def _one_round(worker: Worker, postgres: psycopg.Connection[Any]) -> list[tuple[str, float]]:
    found = []
    for name, asked in {
        "64 together": {"batch": 64, "times": 4, "is_durable": False},
        "64 together, on disk": {"batch": 64, "times": 2, "is_durable": True},
        "alone": {"batch": 1, "times": 8, "is_durable": False},
    }.items():
        before = _logged(postgres)
        took = worker.ask("take", **asked)
        found += [(f"{name}, {kind}", seconds * 1e6) for kind, seconds in took.items()]
        if name == "64 together":
            logged = (_logged(postgres) - before) / (asked["batch"] * asked["times"])
            found.append(("64 together, bytes of log", logged))
    found.append(("availability", worker.ask("look", times=4) * 1e6))
    found += [(f"due: {name}", took * 1e6) for name, took in worker.ask("poll").items()]
    return found


def _logged(postgres: psycopg.Connection[Any]) -> int:
    """Bytes that the server has written to its log so far."""
    sql = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
    (position,) = postgres.execute(sql).fetchone() or (0,)
    return int(position)


def ratios(by_world: dict[str, float]) -> dict[str, float]:
    """Each world's figure by that of the small one."""
    return {world: value / by_world[World.SMALL] for world, value in by_world.items()}


def tell(figures: Figures, archive: dict[str, float]) -> None:
    """The table."""
    heads = "".join(f"{world:>10}" for world in World)
    print(f"{'microseconds, median':<36}{heads}   slots/small large/small")
    for name, by_world in figures.items():
        values = "".join(f"{by_world[world]:>10.0f}" for world in World)
        ratio = ratios(by_world) if by_world[World.SMALL] else dict.fromkeys(World, 0.0)
        print(f"{name:<36}{values}{ratio[World.SLOTS]:>14.2f}{ratio[World.LARGE]:>12.2f}")
    print(f"archive: {archive['slots']} slots in {archive['seconds']:.2f} s, one round")


def keep(figures: Figures, archive: dict[str, float], **facts: Any) -> None:
    """The file of today."""
    today = datetime.now(UTC).date()
    kept = {
        "measured_on": today.isoformat(),
        **facts,
        "machine": machine(),
        "microseconds": {
            name: {world: round(value, 1) for world, value in by_world.items()}
            for name, by_world in figures.items()
        },
        "archive": archive,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"scale-{today}.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    print(f"\nkept in {path.relative_to(RESULTS.parents[1])}")


if __name__ == "__main__":
    sys.exit(main())
