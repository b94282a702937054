"""Play the year and say what came of it.

Usage: python -m bench.simulation [--seed N] [--docs]

The figures go to the terminal and, with the seed, the machine and the versions, to bench/results/.
With --docs the picture and the table of docs/simulation.md are made anew. About a minute.
Exit code 1 when a couple that had the guarantee lost its window for want of a place.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.simulation.city import FIRST_DAY, LAST_DAY, OFFICES, a_city
from bench.simulation.drawing import draw
from bench.simulation.figures import Figures, year_of_the_city
from bench.simulation.year import Way

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261124
SHARES = (0.5, 0.6, 0.7, 0.8)  # certificate places for each application place
PLANNED = (0.5, 0.6, 0.7)  # with more places the plan limits nothing
RUNS = [
    *((share, way) for share in SHARES for way in (Way.WITHOUT, Way.GUARANTEE)),
    *((share, Way.PLAN) for share in PLANNED),
    *((share, Way.ANY_DAY) for share in (0.7, 0.8)),
]
MARK = "<!-- figures: python -m bench.simulation --docs -->"

Row = tuple[str, ...]
HEAD: Row = (
    "places",
    "way",
    "receipts",
    "certificates",
    "lost for want of a place",
    "own last day missed",
    "days waited, mean",
    "95 %",
    "days to apply",
    "unused",
    "added",
    "moved",
)


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="bench.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--docs", action="store_true", help="write docs/ as well")
    asked = parser.parse_args()
    began = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        tasks = [(asked.seed, share, way) for share, way in sorted(RUNS, key=_in_order)]
        figures = list(pool.map(_run, tasks))
    seconds = time.monotonic() - began
    print(f"A year of {OFFICES} offices, seed {asked.seed}, {seconds:.0f} s\n")
    rows = [HEAD, *(_row(one) for one in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    path = _store(figures, asked.seed, seconds)
    print(f"\n{path.relative_to(ROOT)}")
    if asked.docs:
        _write_docs(rows, figures)
    promised = {Way.GUARANTEE.value, Way.PLAN.value}
    return int(any(one.lost for one in figures if one.way in promised))


def _in_order(run: tuple[float, Way]) -> tuple[float, int]:
    share, way = run
    return share, list(Way).index(way)


def _run(task: tuple[int, float, Way]) -> Figures:
    seed, share, way = task
    return year_of_the_city(a_city(seed), way, share=share)


def _row(one: Figures) -> Row:
    return (
        f"{one.certificate_share:.1f}",
        one.way,
        f"{one.cases:,}",
        f"{one.registered:,}",
        f"{one.lost:,}",
        f"{one.missed:,}",
        f"{one.waited_mean:.1f}",
        f"{one.waited_p95:.0f}",
        f"{one.waited_to_apply_mean:.1f}",
        f"{one.unused_percent:.1f} %",
        f"{one.places_added:,}",
        f"{one.moved_after_closures:,}",
    )


def _store(figures: list[Figures], seed: int, seconds: float) -> Path:
    now = datetime.now(UTC)
    path = ROOT / "bench" / "results" / f"simulation-{now:%Y-%m-%d}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "made_at": now.isoformat(timespec="seconds"),
        "seed": seed,
        "receipts": [FIRST_DAY.isoformat(), LAST_DAY.isoformat()],
        "seconds": round(seconds, 1),
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "heli": version("heli"),
        },
        "figures": [one.as_row() for one in figures],
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _write_docs(rows: list[Row], figures: list[Figures]) -> None:
    (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
    picture = ROOT / "docs" / "pictures" / "simulation.svg"
    picture.write_text(draw(figures), encoding="utf-8")
    page = ROOT / "docs" / "simulation.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(MARK)
    _, _, after = rest.partition(MARK)
    rule = "|" + " --- |" * len(HEAD)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    table = "\n".join([lines[0], rule, *lines[1:]])
    page.write_text(f"{before}{MARK}\n\n{table}\n\n{MARK}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
