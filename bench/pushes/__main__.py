"""Whether 1,000 forged and repeated pushes a second change anything, or slow the pages of booking.

Usage: python -m bench.pushes [--rounds N] [--seconds N] [--per-second N]

A demo world of its own. One client asks for the pages of booking in turn, on one kept connection,
in phases with the pushes beside it and phases without, alternating (off, on, on, off …), so that
what disturbs the machine disturbs both alike. A page's figure is the median of all its times of a
kind; the pages' ratio is the sum of those medians with the pushes by the sum without. The ratio of
each round is told as well, as a measure of the noise.

Before that the pushes are sent alone, and every row of every table is the same after as before.

The figures go to the terminal and, with the machine and the versions, to bench/results/. Exit code
1 where a promise is not kept. About two minutes. On a machine that does other work the figures
speak of that work; `chrt -r 1 python -m bench.pushes` (as root) puts the whole of it first.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from bench.machine import machine
from bench.pages import Page, pages
from bench.pushes.mix import ANSWERS, Prepared, first_time, mixed, new_messages
from heli.ops.data_directory import open_directory
from heli.ops.postgres import embedded
from heli.ops.prefork import DOOR
from heli.ops.rush.usage import processes_of, usage
from tests.journeys.demo_server import DemoServer, demo_served

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results"
RATIO_MAX = 1.10  # less than a tenth slower
RATE_SHARE_MIN = 0.99  # of what was asked for, or it was no such load
SETTLE_SECONDS = 1.0
ALONE_SECONDS = 5.0
CROWD = 4

BOOKING = (
    *("front", "places of a region", "office, free times", "before starting", "step: you"),
    *("step: people", "step: office", "step: time", "step: check", "link", "answer", "mine"),
    *("booking", "voucher"),
)

# `chrt -r 1` puts all of it before whatever else a machine does that is not quiet.
SCHEDULING = {0: "ordinary", 1: "real-time, first in first out", 2: "real-time, round robin"}

# What moves by itself while nobody does anything: the queue of the job worker, and its heartbeat.
MOVING = "procrastinate"
TABLES = """
SELECT relname FROM pg_stat_user_tables WHERE relname NOT LIKE %s ORDER BY relname
"""


@dataclass
class Phase:
    """One kind of phase. times: milliseconds by page; doors: processor seconds of the doors."""

    times: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    doors: float = 0.0

    def medians(self) -> dict[str, float]:
        """The median of each page."""
        return {name: statistics.median(taken) for name, taken in self.times.items()}


@dataclass
class Bench:
    """A server with its pages, and the pushes to send beside them."""

    port: int
    messages: list[bytes]
    folder: Path
    rate: float
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """As a request names it."""
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def pushing(self) -> Iterator[None]:
        """Pushes at the rate, for the length of the block."""
        file = self.folder / "requests.json"
        file.write_text(json.dumps([_written(one) for one in mixed(self.host, self.messages)]))
        command = [sys.executable, "-m", "bench.pushes.sender", str(os.getpid()), str(self.port)]
        with subprocess.Popen(
            [*command, str(self.rate), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == "going\n"
            time.sleep(SETTLE_SECONDS)  # each door has heard of each message
            yield
            process.stdin.close()
            self.told.append(json.loads(process.stdout.readline()))


def _written(one: Prepared) -> tuple[str, str]:
    return one.kind, base64.b64encode(one.raw).decode()


def digests(database: psycopg.Connection[Any]) -> dict[str, str]:
    """A digest of every row of every table."""
    names = [row[0] for row in database.execute(TABLES, [f"{MOVING}%"])]
    found = {}
    for name in names:
        query = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
        row = database.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        found[name] = row[0]
    return found


def ask(measured: list[Page], phase: Phase, seconds: float) -> dict[str, list[float]]:
    """The pages in turn for so long; their times, which the phase keeps as well."""
    doors = [one for one in processes_of(os.getpid()) if one.role == DOOR]
    used, began = usage(doors, []).server, time.perf_counter()
    taken: dict[str, list[float]] = {}
    while time.perf_counter() - began < seconds:
        for page in measured:
            asked_at = time.perf_counter()
            answer = page.ask()
            taken.setdefault(page.name, []).append((time.perf_counter() - asked_at) * 1000)
            assert answer.status_code == 200, f"{page.path} answered {answer.status_code}"
    phase.seconds += time.perf_counter() - began
    phase.doors += usage(doors, []).server - used
    for name, times in taken.items():
        phase.times.setdefault(name, []).extend(times)
    return taken


def measure(bench: Bench, measured: list[Page], rounds: int, seconds: float) -> dict[str, Any]:
    """Phases with and without, alternating; the figures."""
    without, beside = Phase(), Phase()
    ask(measured, Phase(), seconds)  # warm
    ratios = []
    for number in range(rounds):
        sums = {}
        for is_pushed in (False, True) if number % 2 == 0 else (True, False):
            if is_pushed:
                with bench.pushing():
                    taken = ask(measured, beside, seconds)
            else:
                time.sleep(SETTLE_SECONDS)
                taken = ask(measured, without, seconds)
            sums[is_pushed] = sum(map(statistics.median, taken.values()))
        ratios.append(round(sums[True] / sums[False], 3))
    plain, pushed = without.medians(), beside.medians()
    per_push = (beside.doors / beside.seconds - without.doors / without.seconds) / bench.rate
    return {
        "ratio": round(sum(pushed.values()) / sum(plain.values()), 3),
        "ratio_of_rounds": sorted(ratios),
        "door_us_per_push": round(per_push * 1e6, 1),
        "pages": [
            {
                "name": name,
                "asked": [len(without.times[name]), len(beside.times[name])],
                "median_ms": round(plain[name], 2),
                "median_ms_beside": round(pushed[name], 2),
                "ratio": round(pushed[name] / plain[name], 3),
            }
            for name in plain
        ],
    }


def crowd(measured: list[Page], seconds: float) -> float:
    """Pages a second for CROWD clients at once, who leave the processor no pause."""
    until = time.perf_counter() + seconds

    def one(first: int) -> int:
        asked = 0
        for page in itertools.cycle(measured[first:] + measured[:first]):
            if time.perf_counter() >= until:
                return asked
            assert page.ask().status_code == 200
            asked += 1
        return asked

    with ThreadPoolExecutor(CROWD) as clients:
        return sum(clients.map(one, range(CROWD))) / seconds


def measure_crowd(
    bench: Bench, measured: list[Page], rounds: int, seconds: float
) -> dict[str, float]:
    """The same alternation with a crowd; pages a second, at the median of the phases."""
    alone, beside = [], []
    for number in range(rounds):
        for is_pushed in (False, True) if number % 2 == 0 else (True, False):
            if is_pushed:
                with bench.pushing():
                    beside.append(crowd(measured, seconds))
            else:
                time.sleep(SETTLE_SECONDS)
                alone.append(crowd(measured, seconds))
    per_s, per_s_beside = statistics.median(alone), statistics.median(beside)
    return {
        "clients": CROWD,
        "pages_per_s": round(per_s, 1),
        "pages_per_s_beside": round(per_s_beside, 1),
        "ratio": round(per_s / per_s_beside, 3),
    }


def changed_by_pushes(bench: Bench, database: psycopg.Connection[Any]) -> list[str]:
    """The tables that are another after five seconds of nothing but pushes."""
    with httpx.Client(trust_env=False, base_url=f"http://{bench.host}") as client:
        for one in first_time(bench.host, bench.messages):
            head, _blank, body = one.raw.partition(b"\r\n\r\n")
            answer = client.post(head.split(b" ")[1].decode(), content=body)
            assert answer.status_code == 200, answer.status_code
    before = digests(database)
    with bench.pushing():
        time.sleep(ALONE_SECONDS)
    after = digests(database)
    return [name for name, digest in after.items() if before.get(name) != digest]


def wrong_answers(told: list[dict[str, Any]]) -> dict[str, int]:
    """Answers that are not those of ANSWERS."""
    answers: Counter[str] = sum((Counter(one["answers"]) for one in told), Counter())
    right = {f"{kind}: {status}" for kind, status in ANSWERS.items()}
    return {said: times for said, times in answers.items() if said not in right}


def main() -> int:
    """Measure, tell, keep; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="bench.pushes", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=8, help="each with and without; default: 8")
    parser.add_argument("--seconds", type=float, default=5, help="of a phase; default: 5")
    parser.add_argument("--per-second", type=float, default=1000, help="pushes; default: 1000")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="heli-bench-") as name:
        folder = Path(name)
        with demo_served(folder / "world") as server:
            kept = _run(server, folder, chosen)
    _tell(kept)
    path = RESULTS / f"pushes-{datetime.now(UTC):%Y-%m-%d}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\nkept in {path.relative_to(ROOT)}")
    broken = [promise for promise, is_kept in kept["promises"].items() if not is_kept]
    for promise in broken:
        print(f"not kept: {promise}", file=sys.stderr)
    return 1 if broken else 0


def _run(server: DemoServer, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    port = urlsplit(server.address).port
    assert port is not None
    bench = Bench(port, new_messages(), folder, chosen.per_second)
    with embedded(open_directory(folder / "world")) as url, psycopg.connect(url) as database:
        database.autocommit = True
        changed = changed_by_pushes(bench, database)
        with pages(server) as every:
            measured = [page for page in every if page.name in BOOKING]
            figures = measure(bench, measured, chosen.rounds, chosen.seconds)
            figures["crowd"] = measure_crowd(bench, measured, chosen.rounds, chosen.seconds)
    rate = min(one["per_s"] for one in bench.told)
    wrong = wrong_answers(bench.told)
    lost = sum(one["broken"] for one in bench.told)
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "scheduling": SCHEDULING.get(os.sched_getscheduler(0), "other"),
        "per_second": chosen.per_second,
        "rounds": chosen.rounds,
        "seconds": chosen.seconds,
        "tables_changed": changed,
        "wrong_answers": wrong,
        "pushes": bench.told,
        **figures,
        "promises": {
            "the pushes change nothing": not changed,
            "each is answered as it has to be": not wrong and not lost,
            "there were as many as promised": rate >= RATE_SHARE_MIN * chosen.per_second,
            "the pages are less than a tenth slower": figures["ratio"] < RATIO_MAX,
        },
    }


def _tell(kept: dict[str, Any]) -> None:
    print(f"{'page':<22}{'asked':>7}{'alone ms':>10}{'beside ms':>11}{'ratio':>8}")
    for row in kept["pages"]:
        print(
            f"{row['name']:<22}{sum(row['asked']):>7}{row['median_ms']:>10.2f}"
            f"{row['median_ms_beside']:>11.2f}{row['ratio']:>8.3f}"
        )
    print(f"\nall pages: {kept['ratio']:.3f}; of the rounds: {kept['ratio_of_rounds']}")
    full = kept["crowd"]
    print(
        f"{full['clients']} clients at once: {full['pages_per_s']} pages a second alone, "
        f"{full['pages_per_s_beside']} beside: {full['ratio']:.3f}"
    )
    slowest = max(one["p99_ms"] for one in kept["pushes"])
    least = min(one["per_s"] for one in kept["pushes"])
    total = sum(itertools.chain.from_iterable(one["answers"].values() for one in kept["pushes"]))
    print(f"{total} pushes, at least {least} a second, answered within {slowest} ms (p99)")
    print(f"a push takes {kept['door_us_per_push']} µs of the doors' processor time")
    print(f"tables changed by them: {kept['tables_changed'] or 'none'}")
    for promise, is_kept in kept["promises"].items():
        print(f"{'' if is_kept else 'NOT '}kept: {promise}")


if __name__ == "__main__":
    sys.exit(main())
