"""The load where no program for it is installed: processes of our own, each one event loop.

    python -m heli.ops.rush.built_in PARENT SHARE

It does what `rush.lua` does, for about the same processor time, which that script mostly takes
itself. Unlike wrk it knows to which request an answer belongs: the couple that was refused goes on.
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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import uvloop

from heli.ops.forked import die_with
from heli.ops.rush.figures import percentile
from heli.ops.rush.load import (
    THREADS,
    Answers,
    Load,
    LoadFailed,
    RanOut,
    Slots,
    codes_file,
    end_of,
    requests_file,
)

BLOCK_BYTES = 256 * 1024
RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
COME_BACK = (429, 503)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CODE = re.compile(rb'"code": ?"(\w+)"')


class BuiltIn:
    """THREADS processes."""

    name = "built in"

    def run(self, load: Load) -> Answers:
        """Make the load. Raises LoadFailed, RanOut."""
        told = self._told(load, is_once=False)
        if any(one["ran_out"] for one in told):
            raise RanOut
        return _together(told)

    def run_once(self, load: Load) -> Answers:
        """Send each request once, to the first of the slots, as many at a time as there are
        clients; it ends when all are answered, or with the seconds. Raises LoadFailed."""
        return _together(self._told(load, is_once=True))

    def _told(self, load: Load, *, is_once: bool) -> list[dict[str, Any]]:
        shares = [share_of(load, thread, THREADS) for thread in range(1, THREADS + 1)]
        processes = [_start(replace(share, is_once=is_once)) for share in shares]
        told = []
        for process in processes:
            said, _ = process.communicate()
            if process.returncode != 0:
                raise LoadFailed("The load program failed; see above why.")
            told.append(json.loads(said))
        return told


@dataclass(frozen=True)
class Share:
    """What one process has to do. is_once: each request is sent once, to the first slot."""

    host: str
    port: int
    requests: str
    codes: str
    clients: int
    seconds: int
    first_slot: int
    slots: int
    is_patient: bool
    is_once: bool = False


def share_of(load: Load, thread: int, threads: int) -> Share:
    """The share of a load that falls to one of so many; they count from 1."""
    slots = load.slots or Slots(first=0, count=0)
    return Share(
        host=load.host,
        port=load.port,
        requests=str(requests_file(load.folder, thread)),
        codes=str(codes_file(load.folder, thread)),
        clients=load.clients // threads + (thread <= load.clients % threads),
        seconds=load.seconds,
        first_slot=slots.first,
        slots=slots.count,
        is_patient=load.is_patient,
    )


def _start(share: Share) -> subprocess.Popen[str]:
    said = json.dumps(asdict(share))
    command = [sys.executable, "-m", "heli.ops.rush.built_in", str(os.getpid()), said]
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

    def __init__(self, share: Share) -> None:
        self._requests = _requests(Path(share.requests), is_endless=share.slots == 0)
        self._codes_file, self._codes = Path(share.codes), list[str]()
        self._last_slot = share.first_slot + share.slots - 1
        self._keeps_slot, self.is_patient = share.is_once, share.is_patient
        self.slot = share.first_slot if share.slots else None
        self.is_over, self.ran_out = False, False
        self.taken, self.fine, self.broken = 0, 0, 0
        self.refused: Counter[str] = Counter()
        self.took = array("d")

    def next_couple(self) -> bytes | None:
        """What somebody asks for who has not asked yet; None when nobody is to ask any more."""
        if self.is_over or self.ran_out:
            return None
        prepared = next(self._requests, None)
        if prepared is None or (self.slot is not None and self.slot > self._last_slot):
            self.ran_out = True
            return None
        return prepared

    def answered(self, status: int, body: bytes, *, slot: int | None, seconds: float) -> bool:
        """Count an answer; whether who has heard it asks once more.

        A slot that is full gives way to the next one.
        """
        self.took.append(seconds)
        found = CODE.search(body)
        code = found[1].decode() if found else str(status)
        if status == 201:
            self.taken += 1
            self._codes.append(code)
            return False
        if status < 400:
            self.fine += 1
            return False
        self.refused[code] += 1
        is_full = code == "slot_full" and not self._keeps_slot
        if is_full and slot is not None and slot == self.slot:
            self.slot = slot + 1
        return is_full or (self.is_patient and status in COME_BACK)

    def told(self, seconds: float) -> dict[str, Any]:
        """What came of it, for the parent."""
        self._codes_file.write_text("\n".join(self._codes))
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
    """One connection: asks for one couple after the other, as often as each of them has to."""

    def __init__(self, rush: Rush) -> None:
        self._rush = rush
        self._prepared: bytes | None = None  # what the couple of this moment asks for
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._slot: int | None = None
        self.sent_at: float | None = None
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
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
        status = int(head[9:12])
        if not self._rush.answered(status, body, slot=self._slot, seconds=took):
            self._prepared = None
        later = RETRY_AFTER.search(head) if self._rush.is_patient else None
        if later:
            asyncio.get_running_loop().call_later(int(later[1]), self._ask)
        else:
            self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has hung up, or we have."""
        if self.sent_at is not None and not self._rush.is_over:
            self._rush.broken += 1
        if not self.closed.done():
            self.closed.set_result(None)

    def _ask(self) -> None:
        assert self._transport is not None
        self._prepared = self._prepared or self._rush.next_couple()
        if self._prepared is None:
            self.sent_at = None
            self._transport.close()
            return
        self._slot = self._rush.slot
        self.sent_at = time.perf_counter()
        self._transport.write(self._prepared + end_of(self._slot) if self._slot else self._prepared)


def _requests(file: Path, *, is_endless: bool) -> Iterator[bytes]:
    while True:
        with file.open("rb") as prepared:
            kept = b""
            while block := prepared.read(BLOCK_BYTES):
                *whole, kept = (kept + block).split(b"\0")
                yield from whole
        if not is_endless:
            return


async def _client(rush: Rush, share: Share) -> None:
    """One client, who connects again where a connection breaks."""
    loop = asyncio.get_running_loop()
    while not (rush.is_over or rush.ran_out):
        try:
            _, client = await loop.create_connection(lambda: Client(rush), share.host, share.port)
        except OSError:
            rush.broken += 1
            await asyncio.sleep(0.05)
            continue
        await client.closed


async def _rush(rush: Rush, share: Share) -> float:
    """Ask until the seconds are over; how long it took."""
    began = time.perf_counter()
    running = [asyncio.ensure_future(_client(rush, share)) for _ in range(share.clients)]
    done, late = await asyncio.wait(running, timeout=share.seconds)
    took = time.perf_counter() - began
    rush.is_over = True  # what is under way is not waited for, as wrk does not
    for one in late:
        one.cancel()
    for one in done:
        one.result()
    return took


def main(arguments: list[str]) -> None:
    """Be one of the processes."""
    parent, said = arguments
    die_with(int(parent))
    share = Share(**json.loads(said))
    rush = Rush(share)
    took = uvloop.run(_rush(rush, share))
    json.dump(rush.told(took), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
