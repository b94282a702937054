"""Measure the rush at full length and say what came of it.

Usage: python -m bench.rush [--seconds N] [--only PART ...] [--docs]

Each part has a world of its own. The figures go to the terminal and, where no part is left out,
with the machine and the versions to bench/results/. With --docs the picture and the tables of
docs/rush.md are made anew, too. About ten minutes. Exit code 1 when the books are wrong after any
of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import commit
from bench.rush.docs import write_docs
from bench.rush.parts import PARTS
from bench.rush.promises import promises
from heli.ops.rush.command import MUST_BE_NOUGHT
from heli.ops.rush.telling import tell

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results"


def main() -> int:
    """Measure, tell, keep."""
    parser = argparse.ArgumentParser(prog="bench.rush", description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of a load; default: 10")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--docs", action="store_true", help="write docs/ as well")
    asked = parser.parse_args()
    began = time.monotonic()
    kept: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
    }
    for name in asked.only:
        kept[name] = _measured(name, asked.seconds)
        _tell(name, kept[name])
    kept["seconds"] = round(time.monotonic() - began)
    for one in promises(kept):
        print(f"{'' if one.is_kept else 'NOT '}kept: {one.what}: {one.measured} ({one.asked})")
    if asked.only == list(PARTS):
        _keep(kept)
        if asked.docs:
            write_docs(kept)
    return int(any(kept[name][wrong] for name in asked.only for wrong in MUST_BE_NOUGHT))


def _keep(kept: dict[str, Any]) -> None:
    path = RESULTS / f"rush-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\nin {path.relative_to(ROOT)}")


def _measured(part: str, seconds: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.rush.parts", part, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _tell(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}", flush=True)
    if "baseline_per_s" in figures:
        tell(figures)
    else:
        shown = {key: value for key, value in figures.items() if key != "machine"}
        print(json.dumps(shown, ensure_ascii=False, indent=1), flush=True)


if __name__ == "__main__":
    sys.exit(main())
