"""`heli bench rush`: run it, say what came of it, and whether the books are right."""

from __future__ import annotations

import json
import sys

from heli.ops.rush.bench import Size, opened_bench
from heli.ops.rush.load import load_program
from heli.ops.rush.telling import rounded, tell
from heli.ops.servers import allow_many_connections

MUST_BE_NOUGHT = ("oversold", "lost", "doubled", "miscounted")


def bench_rush(size: Size, *, as_json: bool) -> int:
    """0, or 1 where a place was sold twice or a booking lost. Raises CommandRefused."""
    allow_many_connections()  # each client is a file for the load program and one for the server
    with opened_bench(load_program()) as bench:
        from heli.ops.rush.run import run

        document = run(bench, size)
    if as_json:
        print(json.dumps(rounded(document), ensure_ascii=False, indent=1))
    else:
        tell(document)
    wrong = [name for name in MUST_BE_NOUGHT if document[name]]
    if wrong:
        print(f"heli: the books are wrong: {', '.join(wrong)}.", file=sys.stderr)
    return 1 if wrong else 0
