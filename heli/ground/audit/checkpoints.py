"""Signed checkpoints: a line with the head of the chain, appended to a file outside the database.

Whoever rewrites the database can compute every hash anew, but not what was signed before. The file
(HELI_AUDIT_CHECKPOINTS) is best kept where this machine can append and not rewrite. One line,
without the break:

    {"format": 1, "position": 812, "hash": "<hexadecimal>", "at": "<ISO 8601, UTC>",
     "signature": "<base64>"}

The signature is Ed25519, under the voucher key, of `message_of`. The room of the keys lies above
this one and registers who signs.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings

from heli.ground import clock
from heli.ground.audit import chain

FORMAT = 1
EVERY = timedelta(seconds=60)
LINE_MAX = 1000  # bytes


@dataclass(frozen=True)
class Checkpoint:
    """The head of the chain at a moment (real time, UTC), and who vouches for it."""

    position: int
    hash: bytes
    at: datetime
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed."""
        return message_of(self.position, self.hash, self.at)


class _Signer:
    sign: ClassVar[Callable[[bytes], bytes] | None] = None
    verify: ClassVar[Callable[[bytes, bytes], bool] | None] = None


def register_signer(sign: Callable[[bytes], bytes], verify: Callable[[bytes, bytes], bool]) -> None:
    """Who signs, and who says whether a signature (second) is that of a message (first)."""
    _Signer.sign, _Signer.verify = staticmethod(sign), staticmethod(verify)


def is_genuine(checkpoint: Checkpoint) -> bool:
    """Whether this installation signed it."""
    assert _Signer.verify is not None, "the vault registers who signs, at start"
    return _Signer.verify(checkpoint.message, checkpoint.signature)


def message_of(position: int, hash: bytes, at: datetime) -> bytes:
    """What a checkpoint signs: its own first line keeps it apart from all else that is signed.

    >>> message_of(1, bytes(32), datetime(2026, 12, 1, tzinfo=UTC))[:32]
    b'heli audit checkpoint 1\\n1\\n000000'
    """
    return f"heli audit checkpoint {FORMAT}\n{position}\n{hash.hex()}\n{_iso(at)}\n".encode()


def next_checkpoint() -> datetime | None:
    """Since when the head of the chain is to be signed, real time, UTC; None with nothing new, or
    within a minute after the last checkpoint, however far the demo's clock runs ahead."""
    path: Path | None = settings.HELI.audit_checkpoints
    if path is None:
        return None
    end = chain.head()
    if end.chained_at is None:
        return None
    last = last_in(path)
    if last is None:
        return end.chained_at
    is_due = end.position > last.position and last.at + EVERY <= clock.real_now()
    return last.at + EVERY if is_due else None


def sign_head(_at: datetime) -> None:
    """Append the head of the chain, signed, and have it on the disk before this returns."""
    path: Path | None = settings.HELI.audit_checkpoints
    end = chain.head()
    if path is None or end.chained_at is None or _Signer.sign is None:
        return
    at = clock.real_now()
    signature = _Signer.sign(message_of(end.position, end.hash, at))
    line = {
        "format": FORMAT,
        "position": end.position,
        "hash": end.hash.hex(),
        "at": _iso(at),
        "signature": base64.b64encode(signature).decode(),
    }
    _append_line(path, json.dumps(line))


def read_all(path: Path) -> Iterator[Checkpoint | None]:
    """The checkpoints of the file, in its order; None for a line that is none (torn, or garbage).

    Raises OSError, FileNotFoundError among them.
    """
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                yield _read(line)


def last_in(path: Path) -> Checkpoint | None:
    """The last checkpoint that can be read, or None. A file that is not there has none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 4 * LINE_MAX))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    return next((found for line in reversed(lines) if (found := _read(line))), None)


def _append_line(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a crash cut it short
        os.write(descriptor, (("\n" if is_torn else "") + line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(line: bytes) -> Checkpoint | None:
    try:
        content = json.loads(line)
        if content["format"] != FORMAT or not isinstance(content["position"], int):
            return None
        at = datetime.fromisoformat(content["at"])
        return Checkpoint(
            position=content["position"],
            hash=bytes.fromhex(content["hash"]),
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
            signature=base64.b64decode(content["signature"], validate=True),
        )
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        return None


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
