"""The demo world in a process of its own: the fictional offices, the public API, the pages.

What `heli demo` does, but for its story, which would only take time here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from heli.ops.demo.citizen import Citizen
from heli.ops.demo.people import FictionalPerson, fictional_couple

READY_SECONDS_MAX = 120
ANSWER_SECONDS_MAX = 300  # a jump of the clock answers when all that fell due is done

_SERVE = """
import signal, sys
from pathlib import Path
from heli.ground.configuration import Environment
from heli.ops.serve import address_of, serve
from heli.ops.world import Wish, opened

def end(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGTERM, end)
data, port = Path(sys.argv[1]), int(sys.argv[2])
wish = Wish(data=data, environment=Environment.DEMO, base_url=address_of("127.0.0.1", port))
with opened(wish) as world:
    from heli.ground import clock
    from heli.ops import schema
    from heli.ops.demo.world import prepare_world
    schema.migrate()
    prepare_world(clock.now())
    try:
        serve(world, host="127.0.0.1", port=port, workers=2)
    except KeyboardInterrupt:
        pass
"""


@dataclass
class DemoServer:
    """Where it listens, and what stories need that no page offers."""

    address: str
    http: httpx.Client

    def citizen(self, person: FictionalPerson | None = None) -> Citizen:
        """Somebody who uses the API, to bring about what a story only needs as given."""
        return Citizen(self.http, person or fictional_couple()[0])

    def now(self) -> datetime:
        """Business time."""
        return datetime.fromisoformat(self._move(advance_days=0)["now"])

    def advance(self, days: int) -> date:
        """Move business time by whole days; the day reached. For every test that comes after,
        too."""
        return date.fromisoformat(self._move(advance_days=days)["today"])

    def advance_to(self, moment: datetime) -> None:
        """Move business time to a later moment; done is done for every test that comes after."""
        self._move(to=moment.isoformat())

    def _move(self, **how: Any) -> dict[str, str]:
        answer = self.http.post("/api/v1/demo/clock", json=how)
        assert answer.status_code == 200, answer.text
        moved: dict[str, str] = answer.json()
        return moved


@contextmanager
def demo_served(directory: Path, settings: Mapping[str, str] | None = None) -> Iterator[DemoServer]:
    """The demo world in a data directory of its own, ready, for the length of the block.

    settings: what its environment says to Heli.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log_path = directory.with_name(f"{directory.name}.log")
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(directory), str(port)],
            env=_environment() | dict(settings or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, timeout=ANSWER_SECONDS_MAX, trust_env=False) as http:
        try:
            _wait_until_ready(http, process, log_path)
            yield DemoServer(address, http)
        finally:
            process.terminate()
            process.wait(60)


def _environment() -> dict[str, str]:
    """This process's environment without what it says to Heli."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HELI_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }


def _wait_until_ready(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            if http.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the demo did not become ready:\n{log.read_text('utf-8')[-3000:]}")
