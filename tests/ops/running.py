"""Commands and small programs in processes of their own, for what only real processes show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HELI = [sys.executable, "-m", "heli"]
ROOT = Path(__file__).resolve().parents[2]

HOLD = """
import sys
from pathlib import Path
from heli.ground.configuration import Environment
from heli.ops.data_directory import open_directory
from heli.ops.postgres import embedded
directory = open_directory(Path(sys.argv[1]), create_for=Environment.TEST)
with embedded(directory) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what it says to Heli."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HELI_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    return kept | {"HELI_ENV": "test"} | more


def heli(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*HELI, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


class Holder:
    """A process that uses the embedded database until it is told to let go."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """Waits until the database is up."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def let_go(self) -> int:
        """End in order; the exit code."""
        self.process.communicate(timeout=60)
        return self.process.returncode

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate()


class Server:
    """`heli serve` on a free port."""

    def __init__(self, path: Path, *arguments: str) -> None:
        self.log = path.with_name(f"{path.name}.serve.log")
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                [*HELI, "serve", "--data", str(path), "--port", "0", *arguments],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        """Waits until it listens."""
        found: list[str] = []

        def is_told() -> bool:
            found[:] = re.findall(r"listens at (http://\S+)", self.log.read_text())
            return bool(found) or self.process.poll() is not None

        wait_until(is_told, seconds=60)
        assert found, self.log.read_text()
        return found[0]


def wait_until(is_so: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait, or fail when it does not become so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"it did not come to that in {seconds} seconds"
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """The children of a process, their children, and so on, by /proc."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def is_running(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
