"""The benchmark from beginning to end: every figure in one run, by the same clients."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from heli.ops.rush import storage
from heli.ops.rush.bench import Bench
from heli.ops.rush.books import check_books
from heli.ops.rush.consents import agree
from heli.ops.rush.machine import machine
from heli.ops.rush.measuring import Measured, measure_bookings, measure_noop
from heli.ops.rush.office import open_slots
from heli.ops.rush.server import served, served_baseline
from heli.ops.rush.usage import memory_mb, processes_of

CONSENTS = 50


def run(bench: Bench) -> dict[str, Any]:
    """Measure, check the books, and say it in one document. Raises CommandRefused."""
    document: dict[str, Any] = asdict(bench.size) | {"load_program": bench.program.name}
    document |= {"machine": machine(bench.database, bench.data)}
    document |= _of_the_server(bench)
    document |= _of_the_storage(bench)
    document |= _of_the_baseline(bench)
    document |= asdict(check_books(bench.database, bench.acknowledged))
    return document


def _of_the_server(bench: Bench) -> dict[str, Any]:
    with served(bench.data, workers=bench.size.workers, log=bench.folder / "serve.log") as server:
        noop = measure_noop(bench, server)
        rush = measure_bookings(bench, server)
        memory = memory_mb(processes_of(server.pid))
        sample = bench.acknowledged[:: max(1, len(bench.acknowledged) // CONSENTS)][:CONSENTS]
        consents = agree(bench.database, server.address, sample)
    answers = rush.answers
    return {
        "noop_per_s": noop.answers.fine / noop.answers.seconds,
        "bookings_per_s": answers.taken / answers.seconds,
        "p50_ms": answers.p50_ms,
        "p99_ms": answers.p99_ms,
        "bookings": answers.taken,
        "refused": dict(answers.refused),
        "broken": answers.broken,
        "server_cpu_us_per_booking": _per_booking(rush, rush.used.server),
        "postgres_cpu_us_per_booking": _per_booking(rush, rush.used.postgres),
        "load_cpu_us_per_booking": _per_booking(rush, rush.used.load),
        "jobs_cpu_us_per_booking": _per_booking(rush, rush.used.jobs),
        "memory_mb": sum(memory.values()),
        "memory_mb_by_process": memory,
        "consents": consents,
        "consents_asked": len(sample),
    }


def _of_the_storage(bench: Bench) -> dict[str, Any]:
    size = bench.size
    count = storage.ROWS_PER_SECOND * size.seconds // size.places + 2
    slots = open_slots(bench.database, count=count, places=size.places)
    return {
        "storage_per_s": storage.storage_per_s(slots, writers=size.workers, seconds=size.seconds)
    }


def _of_the_baseline(bench: Bench) -> dict[str, Any]:
    workers, log = bench.size.workers, bench.folder / "baseline.log"
    with served_baseline(workers=workers, log=log) as server:
        answers = measure_bookings(bench, server).answers
    return {
        "baseline_per_s": answers.taken / answers.seconds,
        "baseline_p99_ms": answers.p99_ms,
        "baseline_refused": dict(answers.refused),
    }


def _per_booking(rush: Measured, seconds: float) -> float:
    return 1e6 * seconds / max(1, rush.answers.taken)
