"""The benchmark from beginning to end: every figure in one run, by the same clients."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heli.ops.rush import pretix, storage
from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.books import check_books
from heli.ops.rush.consents import agree
from heli.ops.rush.machine import machine
from heli.ops.rush.measuring import Measured, measure_bookings, measure_noop
from heli.ops.rush.office import open_slots
from heli.ops.rush.server import Served, served, served_baseline
from heli.ops.rush.usage import memory_mb, processes_of

CONSENTS = 50


def run(bench: Bench, size: Size) -> dict[str, Any]:
    """Measure, check the books, and say it in one document. Raises CommandRefused.

    What the server is compared with is measured after the server is stopped, so that it has the
    machine to itself.
    """
    document: dict[str, Any] = asdict(size) | {"load_program": bench.program.name}
    document |= {"machine": machine(bench.database, bench.data)}
    with served(bench.data, workers=size.workers, log=bench.folder / "serve.log") as server:
        document |= noop_figures(bench, server, size)
        document |= booking_figures(bench, server, size)
        document |= consent_figures(bench, server)
    document |= storage_figures(bench, size)
    document |= baseline_figures(bench, size)
    document |= asdict(check_books(bench.database, bench.acknowledged))
    return document | pretix_figures(bench, size)


def noop_figures(bench: Bench, server: Served, size: Size) -> dict[str, Any]:
    """The server's own no-op POST."""
    answers = measure_noop(bench, server, size).answers
    return {"noop_per_s": answers.fine / answers.seconds}


def booking_figures(bench: Bench, server: Served, size: Size) -> dict[str, Any]:
    """Bookings, and what they cost."""
    rush = measure_bookings(bench, server, size)
    answers, used = rush.answers, rush.used
    memory = memory_mb(processes_of(server.pid))
    return {
        "bookings_per_s": answers.taken / answers.seconds,
        "p50_ms": answers.p50_ms,
        "p99_ms": answers.p99_ms,
        "bookings": answers.taken,
        "refused": dict(answers.refused),
        "broken": answers.broken,
        "server_cpu_us_per_booking": _per_booking(rush, used.server),
        "postgres_cpu_us_per_booking": _per_booking(rush, used.postgres),
        "jobs_cpu_us_per_booking": _per_booking(rush, used.jobs),
        "load_cpu_us_per_booking": _per_booking(rush, used.load),
        "memory_mb": sum(memory.values()),
        "memory_mb_by_process": memory,
    }


def consent_figures(bench: Bench, server: Served) -> dict[str, Any]:
    """The partners of a few bookings from all over the rush answer."""
    every = max(1, len(bench.acknowledged) // CONSENTS)
    sample = bench.acknowledged[::every][:CONSENTS]
    agreed = agree(bench.database, server.address, sample)
    return {"consents": agreed, "consents_asked": len(sample)}


def storage_figures(bench: Bench, size: Size) -> dict[str, Any]:
    """The bare storage, with as many writers as the server has processes."""
    count = storage.ROWS_PER_SECOND * size.seconds // size.places + 2
    slots = open_slots(bench.database, count=count, places=size.places)
    rate = storage.storage_per_s(slots, writers=size.workers, seconds=size.seconds)
    return {"storage_per_s": rate}


def baseline_figures(bench: Bench, size: Size) -> dict[str, Any]:
    """The usual Django view under the same load."""
    log = bench.folder / "baseline.log"
    with served_baseline(workers=size.workers, log=log) as server:
        answers = measure_bookings(bench, server, size).answers
    return {
        "baseline_per_s": answers.taken / answers.seconds,
        "baseline_p99_ms": answers.p99_ms,
        "baseline_refused": dict(answers.refused),
    }


def pretix_figures(bench: Bench, size: Size) -> dict[str, Any]:
    """pretix, where PEER_PRETIX names an environment that it is installed in; else nothing."""
    venv = os.environ.get("PEER_PRETIX")
    if not venv:
        return {}
    figures = pretix.measure(
        Path(venv),
        bench.database_url,
        clients=size.clients,
        seconds=size.seconds,
        workers=size.workers,
    )
    return {
        "pretix_per_s": figures.orders_per_s,
        "pretix_p99_ms": figures.p99_ms,
        "pretix_version": figures.version,
    }


def _per_booking(rush: Measured, seconds: float) -> float:
    return 1e6 * seconds / max(1, rush.answers.taken)
