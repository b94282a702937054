"""Files that must appear whole and stay private, and be on the disk when somebody is told so."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def draft_of(path: Path) -> Path:
    """A name beside the file that nobody else takes, to write what will replace or become it."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


@contextmanager
def written_privately(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner can read (0600), on the disk at the end of the block.

    Raises OSError, FileExistsError among them; what was written then stays for the caller to
    remove.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_directory(directory: Path) -> None:
    """Put the names of a directory on the disk, after one of its files was renamed."""
    held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
