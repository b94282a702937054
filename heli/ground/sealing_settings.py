"""What the environment says of sealing: the cipher, keys per record, the master key.

Every variable is described in docs/settings.md, what they mean for an installation in
docs/keys.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from heli.ground.switches import is_on


class CipherName(StrEnum):
    """With what new values are sealed. Old ones open whatever is chosen."""

    AES = "aes-256-gcm"
    SM4 = "sm4-gcm"


class MasterSource(StrEnum):
    """Where the key is that the key file itself is sealed under."""

    ENVIRONMENT = "environment"
    FILE = "file"
    COMMAND = "command"


class SealingSettingWrong(Exception):
    """A setting has no form it could have; the message is one sentence without key material."""


@dataclass(frozen=True)
class Master:
    """source: where the master key is. path: the file, or the program that asks a KMS; None for
    the environment. key: from the environment, as base64; empty otherwise."""

    source: MasterSource
    path: Path | None = None
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sealing:
    """cipher: of new values and tokens. has_record_keys: whether each new value gets a data key of
    its own. master: None where the key file lies open."""

    cipher: CipherName = CipherName.AES
    has_record_keys: bool = False
    master: Master | None = None


def read_sealing(env: Mapping[str, str]) -> Sealing:
    """Raises SealingSettingWrong."""
    return Sealing(
        cipher=_cipher(env.get("HELI_CIPHER") or CipherName.AES),
        has_record_keys=is_on("HELI_RECORD_KEYS", env, wrong=SealingSettingWrong),
        master=read_master(env.get("HELI_MASTER", ""), env),
    )


def read_master(said: str, env: Mapping[str, str]) -> Master | None:
    """Where the master key is, by what is said of it: "", "environment", "file:PATH" or
    "command:PATH". Raises SealingSettingWrong.

    >>> read_master("file:/run/master", {}).path.as_posix()
    '/run/master'
    """
    if not said:
        return None
    source, _, path = said.partition(":")
    if source == MasterSource.ENVIRONMENT and not path:
        if not env.get("HELI_MASTER_KEY"):
            raise SealingSettingWrong("HELI_MASTER is 'environment', but HELI_MASTER_KEY is empty.")
        return Master(MasterSource.ENVIRONMENT, key=env["HELI_MASTER_KEY"])
    if source in (MasterSource.FILE, MasterSource.COMMAND) and path.startswith("/"):
        return Master(MasterSource(source), Path(path))
    raise SealingSettingWrong(
        "HELI_MASTER must be 'environment', 'file:/path' or 'command:/path', the path a whole one."
    )


def _cipher(said: str) -> CipherName:
    try:
        return CipherName(said)
    except ValueError:
        allowed = " or ".join(CipherName)
        raise SealingSettingWrong(f"HELI_CIPHER is {said!r}; it must be {allowed}.") from None
