"""5,000 couples who ask for the 500 places of one slot at the same moment."""

from __future__ import annotations

from typing import Any

from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.built_in import BuiltIn
from heli.ops.rush.measuring import booking
from heli.ops.rush.server import Served

PLACES, COUPLES, RUNS = 500, 5_000, 10
SECONDS_MAX = 60


def measure_crowds(bench: Bench, server: Served) -> dict[str, Any]:
    """Ten crowds, each before a slot of its own; how many of each were given a place."""
    size = Size(places=PLACES, clients=COUPLES, seconds=SECONDS_MAX, workers=2)
    runs = []
    for _ in range(RUNS):
        with booking(bench, server, size, couples=COUPLES) as load:
            assert load.slots is not None
            answers = BuiltIn().run_once(load)
            row = bench.database.execute(
                "SELECT taken FROM slots_slot WHERE id = %s", [load.slots.first]
            ).fetchone()
        assert row is not None
        runs.append(
            {
                "told": answers.taken,
                "taken": row[0],
                "refused": dict(answers.refused),
                "broken": answers.broken,
                "seconds": answers.seconds,
                "p99_ms": answers.p99_ms,
            }
        )
    return {
        "load_program": BuiltIn.name,
        "places": PLACES,
        "couples": COUPLES,
        "exact": sum(run["told"] == run["taken"] == PLACES for run in runs),
        "runs": runs,
    }
