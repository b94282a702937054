"""Directories that nobody but their owner can enter."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path


def made_closed(path: Path, *, owners: Collection[int]) -> os.stat_result | None:
    """The directory, made or found (as it was then), and closed to all but its owner.

    None where something else is there, or it belongs to nobody of the owners (user ids).
    """
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        return None
    path.chmod(0o700)
    return found
