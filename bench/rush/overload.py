"""More than the server can do: its peak, and what is left of it at ten times the clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.rush.open_loop import arrive
from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.load import Answers
from heli.ops.rush.measuring import measure_bookings
from heli.ops.rush.server import Served
from heli.ops.rush.usage import memory_mb, processes_of

CLIENTS = (16, 32, 64, 128, 256, 512, 1024)
SECONDS, OVERLOAD_SECONDS = 5, 10
ONE_SLOT = 1_000_000  # places: what is looked at is the load and not a slot that is full
ARRIVALS = (0.5, 1.0, 1.5)  # times the peak


def measure_overload(bench: Bench, server: Served, *, workers: int) -> dict[str, Any]:
    """The peak by the number of clients; ten times as many who wait as they are told, and who do
    not; and people who arrive without waiting for anybody's answer."""
    by_clients = {
        clients: _told(
            measure_bookings(bench, server, Size(ONE_SLOT, clients, SECONDS, workers)).answers
        )
        for clients in CLIENTS
    }
    at_peak = max(CLIENTS, key=lambda clients: by_clients[clients]["bookings_per_s"])
    peak_per_s = by_clients[at_peak]["bookings_per_s"]
    tenfold = Size(ONE_SLOT, 10 * at_peak, OVERLOAD_SECONDS, workers)
    patient = measure_bookings(bench, server, tenfold, is_patient=True)
    memory = _memory_mb(server)
    pressing = measure_bookings(bench, server, tenfold)
    return {
        "by_clients": by_clients,
        "peak_clients": at_peak,
        "peak_per_s": peak_per_s,
        "overload_clients": tenfold.clients,
        "overload": _told(patient.answers) | {"memory_mb": memory},
        "overload_impatient": _told(pressing.answers),
        "arrivals": [
            arrive(bench, server, per_s=round(share * peak_per_s), seconds=OVERLOAD_SECONDS)
            for share in ARRIVALS
        ],
        "memory_mb": _memory_mb(server),
    }


def _memory_mb(server: Served) -> float:
    return sum(memory_mb(processes_of(server.pid)).values())


def _told(answers: Answers) -> Mapping[str, Any]:
    return {
        "bookings_per_s": answers.taken / answers.seconds,
        "p50_ms": answers.p50_ms,
        "p99_ms": answers.p99_ms,
        "refused": dict(answers.refused),
        "broken": answers.broken,
    }
