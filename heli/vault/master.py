"""The master key: the key file can itself be sealed under a key that lies elsewhere.

One port, `MasterKey`, with three adapters: a key in a file of its own (a secret that the system
mounts), a key in the environment, and a program that asks a key management service (KMS), so that
the master key never leaves it. The program is run as

    PROGRAM wrap       reads base64 of 32 bytes, writes base64 of them wrapped
    PROGRAM unwrap     reads that, writes base64 of the 32 bytes

on standard input and output, and ends with 0. It is asked when a process starts and when the key
file has changed, and never for a value.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
import subprocess
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from heli.ground.sealing_settings import Master, MasterSource

KEY_BYTES = 32
NONCE_BYTES = 12
WRAPPED_BYTES_MAX = 8192
COMMAND_SECONDS_MAX = 20
LABEL = b"heli master 1"


class MasterFailed(Exception):
    """The master key cannot be had, or is another; the message is the end of a sentence."""


class MasterKey(Protocol):
    """Wraps the key of a key file. Both raise MasterFailed."""

    def wrap(self, key: bytes) -> bytes:
        """The key, readable to whoever has the master key alone."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key that was wrapped."""
        ...


class LocalMaster:
    """A master key that is in this process's memory. key: 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes) -> bytes:
        """See MasterKey."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, LABEL)

    def unwrap(self, wrapped: bytes) -> bytes:
        """See MasterKey."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], LABEL)
        except (InvalidTag, ValueError):
            raise MasterFailed("it was sealed under another master key") from None


class CommandMaster:
    """A master key that stays in a KMS; the program at `path` asks there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, key: bytes) -> bytes:
        """See MasterKey."""
        return self._asked("wrap", key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """See MasterKey."""
        return self._asked("unwrap", wrapped)

    def _asked(self, deed: str, given: bytes) -> bytes:
        try:
            done = subprocess.run(
                [str(self._path), deed],
                input=base64.b64encode(given),
                capture_output=True,
                timeout=COMMAND_SECONDS_MAX,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise MasterFailed(
                f"{self._path} {deed} gave no answer within {COMMAND_SECONDS_MAX} s"
            ) from None
        except OSError as error:
            raise MasterFailed(f"{self._path} cannot be run: {error.strerror}") from None
        if done.returncode:
            raise MasterFailed(f"{self._path} {deed} failed ({done.returncode})")
        answer = _decoded(done.stdout.strip())
        if not 0 < len(answer) <= WRAPPED_BYTES_MAX:
            raise MasterFailed(f"{self._path} {deed} answered with something else than base64")
        return answer


def master_key(master: Master, *, is_production: bool) -> MasterKey:
    """The adapter that the settings name. Raises MasterFailed."""
    if master.source is MasterSource.COMMAND:
        assert master.path is not None
        return CommandMaster(master.path)
    if master.source is MasterSource.ENVIRONMENT:
        return LocalMaster(_key(master.key.encode(), "HELI_MASTER_KEY"))
    assert master.path is not None
    return LocalMaster(_key(_read(master.path, is_production=is_production), str(master.path)))


def _read(path: Path, *, is_production: bool) -> bytes:
    try:
        if is_production and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise MasterFailed(f"{path} is open to others than its owner")
        return path.read_bytes().strip()
    except OSError as error:
        raise MasterFailed(f"{path} cannot be read: {error.strerror}") from None


def _key(encoded: bytes, where: str) -> bytes:
    key = _decoded(encoded)
    if len(key) != KEY_BYTES:
        raise MasterFailed(f"{where} is not {KEY_BYTES} bytes in base64")
    return key


def _decoded(encoded: bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return b""
