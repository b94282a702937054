"""The file of a backup: a plain tar, so that it can be looked into without Heli.

    heli-backup.json          the manifest
    audit-checkpoints.jsonl   the audit's signed checkpoints, where there are any
    database.dump             PostgreSQL's custom format, for pg_restore
    SHA256SUMS                of those before it, for sha256sum -c

The sums come last: a file that was cut off has none. They tell damage, not forgery.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeAlias

from heli.ground.files import draft_of, sync_directory, written_privately
from heli.ops.backup.manifest import Manifest, NotABackup, read_manifest
from heli.ops.errors import CommandRefused

MANIFEST, CHECKPOINTS = "heli-backup.json", "audit-checkpoints.jsonl"
DUMP, SUMS = "database.dump", "SHA256SUMS"
CHUNK = 1 << 20  # bytes
SMALL_BYTES_MAX = 16_000_000  # of what is read at once

Write: TypeAlias = Callable[[bytes], object]


class Writer:
    """Writes the members of an archive one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sums: list[str] = []

    @contextmanager
    def member(self, name: str) -> Iterator[Write]:
        """What is written in the block becomes the member; its length need not be known before."""
        start, digest = self._file.tell(), hashlib.sha256()
        self._file.write(bytes(tarfile.BLOCKSIZE))

        def write(chunk: bytes) -> None:
            digest.update(chunk)
            self._file.write(chunk)

        yield write
        size = self._file.tell() - start - tarfile.BLOCKSIZE
        self._file.write(bytes(-size % tarfile.BLOCKSIZE))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(_header(name, size))
        self._file.seek(end)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def finish(self) -> None:
        """The sums, and tar's own end."""
        sums = "".join(self._sums).encode()
        with self.member(SUMS) as write:
            write(sums)
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))


@contextmanager
def created(path: Path) -> Iterator[Writer]:
    """A new archive that only its owner can read (0600). It appears whole, at the end of the
    block, or not at all. Raises CommandRefused: there is a file already, or it cannot be written.
    """
    _refuse_present(path)
    draft = draft_of(path)
    try:
        with written_privately(draft) as file:
            writer = Writer(file)
            yield writer
            writer.finish()
        _refuse_present(path)
        draft.rename(path)
        sync_directory(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandRefused(f"{path} cannot be written: {reason}.") from None
    finally:
        with suppress(OSError):
            draft.unlink()


class Archive:
    """The file of a backup, opened for reading. Its manifest is known; `check` reads the rest."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file
        self._members = self._found()
        try:
            self.manifest: Manifest = read_manifest(self._small(MANIFEST))
        except NotABackup as wrong:
            raise self._refused(str(wrong)) from None

    @property
    def has_checkpoints(self) -> bool:
        """Whether the audit's checkpoints are in it."""
        return CHECKPOINTS in self._members

    @property
    def mark(self) -> str:
        """SHA-256 of its sums, in hexadecimal: no other backup has it."""
        return hashlib.sha256(self._small(SUMS)).hexdigest()

    def chunks(self, name: str) -> Iterator[bytes]:
        """What the member holds. Raises CommandRefused where the file is cut off in it."""
        member = self._members[name]
        self._file.seek(member.offset_data)
        left = member.size
        while left:
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise self._refused("it is cut off")
            left -= len(chunk)
            yield chunk

    def check(self) -> None:
        """Read all of it. Raises CommandRefused where a byte is not as it was written."""
        for name in self._members:
            if name == SUMS:
                continue
            digest = hashlib.sha256()
            for chunk in self.chunks(name):
                digest.update(chunk)
            if f"{digest.hexdigest()}  {name}\n".encode() not in self._small(SUMS):
                raise self._refused(f"{name} in it is damaged")

    def _found(self) -> dict[str, tarfile.TarInfo]:
        try:
            with tarfile.open(fileobj=self._file, mode="r:") as tar:
                members = {member.name: member for member in tar if member.isreg()}
        except (tarfile.TarError, EOFError, ValueError):
            raise self._refused("it is no archive that heli backup wrote, or is cut off") from None
        if MANIFEST not in members:
            raise self._refused("it is no archive that heli backup wrote")
        if not {DUMP, SUMS} <= set(members):
            raise self._refused("it is cut off")
        return members

    def _small(self, name: str) -> bytes:
        if self._members[name].size > SMALL_BYTES_MAX:
            raise self._refused(f"{name} in it is too large")
        return b"".join(self.chunks(name))

    def _refused(self, reason: str) -> CommandRefused:
        return CommandRefused(f"{self._path} cannot be restored: {reason}.")


@contextmanager
def read(path: Path) -> Iterator[Archive]:
    """The archive, open as long as the block. Raises CommandRefused: it is none, or unreadable."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandRefused(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        try:
            archive = Archive(path, file)
        except OSError as error:
            raise CommandRefused(f"{path} cannot be read: {error.strerror}.") from None
        yield archive


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def _refuse_present(path: Path) -> None:
    if os.path.lexists(path):
        raise CommandRefused(f"{path} is there already; a backup never replaces a file.")
