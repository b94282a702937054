"""A process that sends prepared pushes at a rate, whether or not they are answered in time.

    python -m bench.pushes.sender PARENT PORT RATE FILE

FILE holds the requests as JSON, [[kind, base64], ...]; they are sent in turn, over and over, until
standard input is closed. It says "going" when it has begun, and at its end what was answered.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
import time
from collections import Counter, deque
from pathlib import Path
from typing import cast

import uvloop

from heli.ops.forked import die_with
from heli.ops.rush.figures import percentile

CONNECTIONS = 64
TICK_SECONDS = 0.005
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Line(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, sender: Sender) -> None:
        self._sender, self._received = sender, b""
        self._transport: asyncio.Transport | None = None
        self._kind, self._sent_at = "", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast(asyncio.Transport, transport)

    def ask(self, kind: str, raw: bytes) -> None:
        """Send a request."""
        assert self._transport is not None
        self._kind, self._sent_at = kind, time.perf_counter()
        self._transport.write(raw)

    def data_received(self, data: bytes) -> None:
        """Take in a part of the answer; when it is whole, be free again."""
        self._received += data
        head_ends = self._received.find(b"\r\n\r\n")
        if head_ends < 0:
            return
        length = LENGTH.search(self._received, 0, head_ends)
        if len(self._received) < head_ends + 4 + (int(length[1]) if length else 0):
            return
        took = time.perf_counter() - self._sent_at
        status, self._received = int(self._received[9:12]), b""
        self._sender.answered(self, self._kind, status, took)

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has hung up."""
        self._sender.broken += 1


class Sender:
    """All connections. late: ticks at which none was free for what was due."""

    def __init__(self, requests: list[tuple[str, bytes]], rate: float) -> None:
        self._requests, self._rate = requests, rate
        self._free: deque[Line] = deque()
        self._answers: Counter[str] = Counter()
        self._took: list[float] = []
        self.sent, self.late, self.broken = 0, 0, 0

    def answered(self, line: Line, kind: str, status: int, took: float) -> None:
        """An answer is here as a whole."""
        self._answers[f"{kind}: {status}"] += 1
        self._took.append(took)
        self._free.append(line)

    async def run(self, port: int) -> dict[str, object]:
        """Send until standard input is closed; what came of it."""
        loop = asyncio.get_running_loop()
        for _line in range(CONNECTIONS):
            _transport, line = await loop.create_connection(lambda: Line(self), "127.0.0.1", port)
            self._free.append(line)
        stop = asyncio.Event()
        loop.add_reader(sys.stdin.fileno(), stop.set)
        print("going", flush=True)
        began = time.perf_counter()
        while not stop.is_set():
            await asyncio.sleep(TICK_SECONDS)
            self._send_what_is_due(time.perf_counter() - began)
        seconds = time.perf_counter() - began
        took = sorted(self._took)
        return {
            "per_s": round(len(took) / seconds, 1),
            "sent": self.sent,
            "answers": dict(self._answers),
            "broken": self.broken,
            "late": self.late,
            "p50_ms": round(1000 * percentile(took, 50), 2),
            "p99_ms": round(1000 * percentile(took, 99), 2),
        }

    def _send_what_is_due(self, elapsed: float) -> None:
        while self.sent < elapsed * self._rate:
            if not self._free:
                self.late += 1
                return
            self._free.popleft().ask(*self._requests[self.sent % len(self._requests)])
            self.sent += 1


def main(parent: str, port: str, rate: str, file: str) -> None:
    """Be the process."""
    die_with(int(parent))
    requests = [(kind, base64.b64decode(raw)) for kind, raw in json.loads(Path(file).read_text())]
    print(json.dumps(uvloop.run(Sender(requests, float(rate)).run(int(port)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
