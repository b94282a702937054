"""What processes use: processor time and memory, read from /proc (Linux; elsewhere nothing)."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from heli.ops.prefork import JOBS

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A process of the server. role: what it is there for."""

    pid: int
    role: str


@dataclass(frozen=True)
class Usage:
    """Processor seconds, user and system together, since each process began.

    server: all of its processes but the job worker. load: the programs that have made the load.
    """

    server: float
    jobs: float
    postgres: float
    load: float

    def since(self, before: Usage) -> Usage:
        """What was used since then."""
        return Usage(
            server=self.server - before.server,
            jobs=self.jobs - before.jobs,
            postgres=self.postgres - before.postgres,
            load=self.load - before.load,
        )


def processes_of(pid: int) -> list[Process]:
    """The process and all that descend from it, each with the name it goes by."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit() and (fields := _stat(int(entry))):
            parents[int(entry)] = int(fields[1])
    found = [Process(pid, "heli serve")]
    for parent in found:  # grows while it is walked
        for child in sorted(child for child, its in parents.items() if its == parent.pid):
            found.append(Process(child, _role(child)))
    return found


def usage(server: Iterable[Process], postgres: Iterable[int]) -> Usage:
    """What these processes and the finished load programs have used so far."""
    by_role = [(process.role == JOBS, _seconds(process.pid)) for process in server]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        server=sum(seconds for is_jobs, seconds in by_role if not is_jobs),
        jobs=sum(seconds for is_jobs, seconds in by_role if is_jobs),
        postgres=sum(_seconds(pid) for pid in postgres),
        load=children.ru_utime + children.ru_stime,
    )


def memory_mb(server: Iterable[Process]) -> Mapping[str, float]:
    """The memory of each process in MB (10**6 bytes), what several share split among them (PSS)."""
    return {
        f"{process.role} ({process.pid})": kilobytes * 1024 / 1e6
        for process in server
        if (kilobytes := _pss_kilobytes(process.pid))
    }


def _role(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return "gone"


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) * TICK_SECONDS if fields else 0.0


def _pss_kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
