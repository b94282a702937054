"""The load where no program for it is installed: processes of our own, each one event loop.

    python -m heli.ops.rush.built_in PARENT HOST PORT REQUESTS CODES CLIENTS SECONDS FIRST SLOTS

It does what `rush.lua` does. It takes several times the processor time of wrk, which the server on
the same machine then lacks, so its figures are lower.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heli.ops.attached import die_with
from heli.ops.rush.figures import percentile
from heli.ops.rush.load import Answers, Load, LoadFailed, RanOut, end_of, requests_file

ANSWER_SECONDS_MAX = 30
BLOCK_BYTES = 256 * 1024
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CODE = re.compile(rb'"code": ?"(\w+)"')
SLOT = re.compile(rb'"slot": ?\{"id": ?(\d+)')


class BuiltIn:
    """Two processes, as wrk has two threads."""

    name = "built in"
    threads = 2

    def run(self, load: Load) -> Answers:
        """Make the load. Raises LoadFailed, RanOut."""
        processes = [self._start(load, thread) for thread in range(1, self.threads + 1)]
        told = []
        for process in processes:
            said, _ = process.communicate()
            if process.returncode != 0:
                raise LoadFailed("The load program failed; see above why.")
            told.append(json.loads(said))
        if any(one["ran_out"] for one in told):
            raise RanOut
        return _together(told)

    def _start(self, load: Load, thread: int) -> subprocess.Popen[str]:
        clients = load.clients // self.threads + (thread <= load.clients % self.threads)
        slots = load.slots
        arguments = (
            *(os.getpid(), load.host, load.port, requests_file(load.folder, thread)),
            *(load.folder / f"codes-{thread}", clients, load.seconds),
            *(slots.first if slots else 0, slots.count if slots else 0),
        )
        command = [sys.executable, "-m", "heli.ops.rush.built_in", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _together(told: list[dict[str, Any]]) -> Answers:
    took = sorted(seconds for one in told for seconds in one["took"])
    return Answers(
        seconds=max(one["seconds"] for one in told),
        taken=sum(one["taken"] for one in told),
        fine=sum(one["fine"] for one in told),
        refused=sum((Counter(one["refused"]) for one in told), Counter()),
        broken=sum(one["broken"] for one in told),
        p50_ms=1000 * percentile(took, 50),
        p99_ms=1000 * percentile(took, 99),
    )


class Rush:
    """What the clients of one process share: the requests, the open slot, what was answered."""

    def __init__(self, requests: Path, codes: Path, first_slot: int, slots: int) -> None:
        self._requests = _requests(requests, is_endless=slots == 0)
        self._codes = codes.open("w", buffering=BLOCK_BYTES)
        self._last_slot = first_slot + slots - 1
        self.slot = first_slot if slots else None
        self.is_over, self.ran_out = False, False
        self.taken, self.fine, self.broken = 0, 0, 0
        self.refused: Counter[str] = Counter()
        self.took = array("d")

    def next_request(self) -> tuple[bytes, int | None] | None:
        """A request and the slot that it asks for; None when no more are to be sent."""
        if self.is_over:
            return None
        prepared = next(self._requests, None)
        if prepared is None or (self.slot is not None and self.slot > self._last_slot):
            self.is_over = self.ran_out = True
            return None
        return (prepared, None) if self.slot is None else (prepared + end_of(self.slot), self.slot)

    def answered(self, status: int, body: bytes, *, slot: int | None, seconds: float) -> None:
        """Count an answer; a slot that is full gives way to the next one."""
        self.took.append(seconds)
        found = CODE.search(body)
        code = found[1].decode() if found else str(status)
        if status == 201:
            self.taken += 1
            self._codes.write(f"{code}\n")
        elif status < 400:
            self.fine += 1
        else:
            self.refused[code] += 1
            if code == "slot_full" and self.slot is not None and slot == self.slot:
                self.slot += 1

    def told(self, seconds: float) -> dict[str, Any]:
        """What came of it, for the parent."""
        self._codes.close()
        return {
            "seconds": seconds,
            "taken": self.taken,
            "fine": self.fine,
            "refused": self.refused,
            "broken": self.broken,
            "ran_out": self.ran_out,
            "took": self.took.tolist(),
        }


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for its answer, sends the next one."""

    def __init__(self, rush: Rush) -> None:
        self._rush = rush
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._slot: int | None = None
        self.sent_at: float | None = None
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take in a part of an answer; when it is whole, go on."""
        self._received += data
        head_ends = self._received.find(b"\r\n\r\n")
        if head_ends < 0:
            return
        head = self._received[:head_ends]
        length = LENGTH.search(head)
        ends = head_ends + 4 + (int(length[1]) if length else 0)
        if len(self._received) < ends:
            return
        body, self._received = self._received[head_ends + 4 : ends], b""
        assert self.sent_at is not None
        took = time.perf_counter() - self.sent_at
        self._rush.answered(int(head[9:12]), body, slot=self._slot, seconds=took)
        self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has hung up, or we have."""
        if self.sent_at is not None and not self._rush.is_over:
            self._rush.broken += 1
        if not self.closed.done():
            self.closed.set_result(None)

    def _ask(self) -> None:
        assert self._transport is not None
        next_one = self._rush.next_request()
        if next_one is None:
            self.sent_at = None
            self._transport.close()
            return
        request, self._slot = next_one
        self.sent_at = time.perf_counter()
        self._transport.write(request)


def _requests(file: Path, *, is_endless: bool) -> Iterator[bytes]:
    while True:
        with file.open("rb") as prepared:
            kept = b""
            while block := prepared.read(BLOCK_BYTES):
                *whole, kept = (kept + block).split(b"\0")
                yield from whole
        if not is_endless:
            return


async def _client(rush: Rush, host: str, port: int) -> None:
    """One client, who connects again where a connection breaks."""
    loop = asyncio.get_running_loop()
    while not rush.is_over:
        try:
            _, client = await loop.create_connection(lambda: Client(rush), host, port)
        except OSError:
            rush.broken += 1
            await asyncio.sleep(0.05)
            continue
        await client.closed


async def _rush(rush: Rush, host: str, port: int, *, clients: int, seconds: int) -> float:
    began = time.perf_counter()
    running = [asyncio.ensure_future(_client(rush, host, port)) for _ in range(clients)]
    done, late = await asyncio.wait(running, timeout=seconds)
    took = time.perf_counter() - began
    rush.is_over = True  # what is under way is not waited for, as wrk does not
    for one in late:
        one.cancel()
    for one in done:
        one.result()
    return took


def main(arguments: list[str]) -> None:
    """Be one of the processes."""
    parent, host, port, requests, codes, clients, seconds, first_slot, slots = arguments
    die_with(int(parent))
    rush = Rush(Path(requests), Path(codes), int(first_slot), int(slots))
    took = asyncio.run(_rush(rush, host, int(port), clients=int(clients), seconds=int(seconds)))
    json.dump(rush.told(took), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
