"""An open loop: people arrive at a fixed rate, whether or not those before them were answered.

    python -m bench.rush.open_loop PARENT RATE SHARE

Each takes a connection that is free, or opens one; with CONNECTIONS_MAX under way, they wait. Their
time counts from their arrival.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter, deque
from dataclasses import asdict
from typing import Any

import uvloop

from heli.ops.forked import die_with
from heli.ops.rush.bench import Bench, Size
from heli.ops.rush.built_in import Client, Rush, Share, share_of
from heli.ops.rush.figures import percentile
from heli.ops.rush.load import THREADS
from heli.ops.rush.server import Served

CONNECTIONS_MAX = 8_000  # of each process
ANSWER_SECONDS_MAX = 10  # for those who have arrived
TICK_SECONDS = 0.002


def arrive(bench: Bench, server: Served, *, per_s: int, seconds: int) -> dict[str, Any]:
    """So many couples every second, all to one slot that has room for all of them."""
    from heli.ops.rush.measuring import booking

    couples = per_s * (seconds + 1)
    size = Size(places=couples, clients=0, seconds=seconds, workers=0)
    with booking(bench, server, size, couples=couples) as load:
        shares = [share_of(load, number, THREADS) for number in range(1, THREADS + 1)]
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.rush.open_loop", str(os.getpid()),
                 str(per_s / THREADS), json.dumps(asdict(share))],
                stdout=subprocess.PIPE,
            )
            for share in shares
        ]  # fmt: skip
        told = [json.loads(process.communicate()[0]) for process in processes]
    took = sorted(seconds for one in told for seconds in one["took"])
    arrived = sum(one["arrived"] for one in told)
    return {
        "arrivals_per_s": arrived / seconds,
        "bookings_per_s": sum(one["taken_in_time"] for one in told) / seconds,
        "booked_later": sum(one["taken"] - one["taken_in_time"] for one in told),
        "refused": dict(sum((Counter(one["refused"]) for one in told), Counter[str]())),
        "unanswered": arrived - len(took),
        "broken": sum(one["broken"] for one in told),
        "p50_ms": 1000 * percentile(took, 50),
        "p99_ms": 1000 * percentile(took, 99),
    }


class Arrivals(Rush):
    """Those who have arrived, and the connections."""

    def __init__(self, share: Share) -> None:
        super().__init__(share)
        self.arrived, self.taken_in_time = 0, 0
        self.waiting: deque[float] = deque()  # when they came, by time.perf_counter
        self._idle: list[Visitor] = []
        self._connections = 0
        self._share = share
        self._opening: set[asyncio.Task[None]] = set()

    def arrive(self, at: float) -> None:
        """Somebody comes."""
        self.arrived += 1
        self.waiting.append(at)
        if self._idle:
            self._idle.pop().serve()
        elif self._connections < CONNECTIONS_MAX:
            self._connections += 1
            opening = asyncio.ensure_future(self._open())
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)

    def idle(self, visitor: Visitor) -> None:
        """A connection is free."""
        self._idle.append(visitor)

    def lost(self, visitor: Visitor) -> None:
        """A connection was closed."""
        self._connections -= 1
        if visitor in self._idle:
            self._idle.remove(visitor)

    async def _open(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: Visitor(self), self._share.host, self._share.port
            )
        except OSError:
            self.broken += 1
            self._connections -= 1


class Visitor(Client):
    """A connection that serves one after the other."""

    def __init__(self, arrivals: Arrivals) -> None:
        super().__init__(arrivals)
        self._arrivals = arrivals

    def serve(self) -> None:
        """Send the request of whoever waits longest; be idle where nobody does."""
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        """The server has hung up."""
        self._arrivals.lost(self)
        super().connection_lost(error)

    def _ask(self) -> None:
        if not self._arrivals.waiting:
            self.sent_at = None
            self._arrivals.idle(self)
            return
        came = self._arrivals.waiting.popleft()
        super()._ask()
        self.sent_at = came


async def _arrive(share: Share, rate: float) -> dict[str, Any]:
    arrivals = Arrivals(share)
    began = time.perf_counter()
    ends = began + share.seconds
    while (now := time.perf_counter()) < ends:
        while (at := began + arrivals.arrived / rate) <= now:
            arrivals.arrive(at)
        await asyncio.sleep(TICK_SECONDS)
    arrivals.taken_in_time = arrivals.taken
    while len(arrivals.took) < arrivals.arrived and time.perf_counter() < ends + ANSWER_SECONDS_MAX:
        await asyncio.sleep(TICK_SECONDS)
    arrivals.is_over = True
    return arrivals.told(share.seconds) | {
        "arrived": arrivals.arrived,
        "taken_in_time": arrivals.taken_in_time,
    }


def main() -> None:
    """Be one of the processes."""
    parent, rate, share = sys.argv[1:]
    die_with(int(parent))
    json.dump(uvloop.run(_arrive(Share(**json.loads(share)), float(rate))), sys.stdout)


if __name__ == "__main__":
    main()
