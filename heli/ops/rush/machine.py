"""What the figures depend on: the machine and the versions."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psycopg

PACKAGES = ("Django", "django-ninja", "granian", "uvicorn", "psycopg", "cryptography", "pydantic")


def machine(database: psycopg.Connection, data: Path) -> dict[str, Any]:
    """The machine, what else it has had to do (`load`, the mean of the last minute), the versions,
    and the file system that the database writes to."""
    row = database.execute("SHOW server_version").fetchone()
    return {
        "system": platform.platform(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "load": round(os.getloadavg()[0], 2),
        "file_system": _file_system(data),
        "python": platform.python_version(),
        "postgresql": row[0] if row else "",
        **{name.lower(): said for name in PACKAGES if (said := _version(name))},
    }


def cpu() -> str:
    """The processor's name, as far as the machine tells it."""
    told = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", told.read_text()) if told.exists() else None
    return named[1] if named else platform.processor()


def _memory_gb() -> float:
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)


def _file_system(path: Path) -> str | None:
    """The kind of file system there: on tmpfs nothing is durable and everything is fast."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    kinds = {
        Path(fields[1]): fields[2]
        for fields in (line.split() for line in mounts.read_text().splitlines())
    }
    here = path.resolve()
    return next((kinds[folder] for folder in (here, *here.parents) if folder in kinds), None)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
