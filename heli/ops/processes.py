"""What the machine knows of a process: whether it lives, what it is called, where it works."""

from __future__ import annotations

import os
import sys
from pathlib import Path

CAN_SEE_DIRECTORIES = sys.platform == "linux"


def works_in(pid: int, folder: Path, *, name: str) -> bool:
    """Whether the process lives (a zombie does not), has the name, and works in the folder.

    Where the system does not show that (not Linux), living is all that is asked.
    """
    if not CAN_SEE_DIRECTORIES:
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return True
    try:
        called = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
        return called == name and os.path.samefile(f"/proc/{pid}/cwd", folder)
    except OSError:
        return False


def working_in(folder: Path, *, name: str) -> list[int]:
    """The living processes of that name that work in the folder; none where it cannot be seen."""
    if not CAN_SEE_DIRECTORIES:
        return []
    numbers = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    return [pid for pid in numbers if works_in(pid, folder, name=name)]
