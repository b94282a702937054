"""The server under load: `heli serve` as anybody starts it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

import heli
from heli.ops.errors import ServerFailed
from heli.ops.forked import program_that_ends_with_us
from heli.ops.serve import HOST, check_port

READY_SECONDS_MAX = 90
STOP_SECONDS_MAX = 60


@dataclass(frozen=True)
class Served:
    """A server that answers on this machine. pid: of its first process, which the others descend
    from. netloc: host:port, as in a Host header. address: as a URL."""

    host: str
    port: int
    pid: int

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.netloc}"


@contextmanager
def served(data: Path, *, workers: int, log: Path) -> Iterator[Served]:
    """`heli serve` on that data directory, for the length of the block. log: what it says goes
    there. Raises ServerFailed."""
    port = check_port(HOST, 0)
    arguments = ("-m", "heli", "serve", "--data", str(data), "--port", str(port))
    command = [*arguments, "--workers", str(workers)]
    # On the embedded database of the directory, which it joins.
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env["HELI_BASE_URL"] = f"http://{HOST}:{port}"
    with running(command, env=env, log=log) as process:
        wait_until_live(process, port, log)
        yield Served(HOST, port, process.pid)


@contextmanager
def served_baseline(*, workers: int, log: Path) -> Iterator[Served]:
    """The baseline's server on this process's database. Raises ServerFailed."""
    port = check_port(HOST, 0)
    command = ["-m", "heli.ops.rush.baseline.serving", str(os.getpid()), str(port), str(workers)]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "heli.ops.rush.baseline.settings"}
    with running(command, env=env, log=log) as process:
        wait_until_live(process, port, log)
        yield Served(HOST, port, process.pid)


@contextmanager
def running(
    command: list[str], *, env: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program until the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            program_that_ends_with_us(sys.executable, *command),
            cwd=Path(heli.__file__).parents[1],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a Ctrl-C in the terminal is for the benchmark
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS_MAX)
        process.kill()
        process.wait()


def wait_until_live(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers. Raises ServerFailed with its last words."""
    until = time.monotonic() + READY_SECONDS_MAX
    with httpx.Client(base_url=f"http://{HOST}:{port}", timeout=5, trust_env=False) as http:
        while time.monotonic() < until and process.poll() is None:
            with suppress(httpx.TransportError):
                if http.get("/health/live").is_success:
                    return
            time.sleep(0.05)
    said = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
    raise ServerFailed(f"The server did not come up: {said[-1].rstrip('.')}.")
