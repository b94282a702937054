"""The load by wrk (https://github.com/wg/wrk): its event loops in C, the requests from a script."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from heli.ops.rush.load import THREADS, Answers, Load, LoadFailed, RanOut

SCRIPT = Path(__file__).with_name("rush.lua")
ANSWER_SECONDS_MAX = 30
MARK = "RUSH "  # begins the script's own line of what wrk prints


class Wrk:
    """wrk with a script of ours."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.name = version_of(path)

    def run(self, load: Load) -> Answers:
        """Make the load. Raises LoadFailed, RanOut."""
        slots = load.slots
        command = [
            *(self._path, "-t", str(_threads(load.clients)), "-c", str(load.clients)),
            *("-d", f"{load.seconds}s", "--timeout", f"{ANSWER_SECONDS_MAX}s"),
            *("-s", str(SCRIPT), f"http://{load.host}:{load.port}/", "--"),
            *(str(load.folder), str(slots.first if slots else 0), str(slots.count if slots else 0)),
        ]
        env = os.environ | {"RUSH_IS_PATIENT": "1"} if load.is_patient else None
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        said = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
        if done.returncode != 0 or not said:
            reason = (done.stderr or done.stdout).strip().splitlines() or ["it gave no reason"]
            raise LoadFailed(f"wrk failed: {reason[-1]}.")
        told = json.loads(said[0].removeprefix(MARK))
        if told["ran_out"]:
            raise RanOut
        return Answers(
            seconds=told["seconds"],
            taken=told["taken"],
            fine=told["fine"],
            refused=told["refused"],
            broken=told["broken"],
            p50_ms=told["p50_ms"],
            p99_ms=told["p99_ms"],
        )


def _threads(clients: int) -> int:
    """wrk gives each thread as many clients, and leaves out the rest."""
    return next(threads for threads in range(THREADS, 0, -1) if clients % threads == 0)


def version_of(path: str) -> str:
    """What wrk calls itself, such as "wrk 4.1.0"."""
    said = subprocess.run([path, "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"wrk \S*?(\d+\.\d+\.\d+)", said.stdout + said.stderr)
    return f"wrk {found[1]}" if found else "wrk"
