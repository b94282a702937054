"""The key file: sealing, index, token and voucher keys, kept outside the database.

    {"format": 1,
     "sealing": {"current": "k1", "keys": {"k1": "<32 bytes, base64>"}},
     "index": "<32 bytes>", "token": "<32 bytes>", "voucher": "<Ed25519 seed, 32 bytes>"}

Sealing takes the current key; every key in the file opens what was sealed under it, so a new key
is added beside the old ones. The index key cannot be changed without indexing everybody anew.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from heli.ground.configuration import Configuration, ConfigurationError, Environment

FORMAT = 1
KEY_BYTES = 32
DISTINCT_BYTES_MIN = 8  # 32 random bytes have fewer different values once in about 10**27 keys
KEY_ID = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys, ready for use. Nothing prints it.

    current: the id of the key that seals; ciphers: every key that opens, by its id.
    index: the HMAC of blind indexes, to be copied. token and voucher: see `tokens` and `signing`.
    """

    current: str
    ciphers: Mapping[str, AESGCM]
    index: HMAC
    token: AESGCM
    voucher: Ed25519PrivateKey


class _Latest:
    configuration: ClassVar[Configuration | None] = None
    keyring: ClassVar[Keyring]


def keyring() -> Keyring:
    """The keys of the file that HELI_KEYS names, read once per process.

    Raises ConfigurationError, one sentence, if the file is missing, unreadable or broken, and in
    production if others than its owner can read it or a key is no random one.
    """
    configuration = settings.HELI
    if configuration is not _Latest.configuration:  # asked for many times in every request
        is_production = configuration.environment is Environment.PRODUCTION
        _Latest.keyring = _read_once(configuration.keys, is_production)
        _Latest.configuration = configuration
    return _Latest.keyring


def create_key_file(path: Path) -> None:
    """Write a new key file that only its owner can read (0600). It appears whole or not at all.

    Raises ConfigurationError if there is a file already: overwriting it would lose for good all
    that was sealed under its keys.
    """
    content = {
        "format": FORMAT,
        "sealing": {"current": "k1", "keys": {"k1": _new_key()}},
        "index": _new_key(),
        "token": _new_key(),
        "voucher": _new_key(),
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_private(draft, json.dumps(content, indent=1) + "\n")
        try:
            os.link(draft, path)  # unlike a rename it fails where a file is
        finally:
            draft.unlink()
    except FileExistsError:
        raise ConfigurationError(
            f"The key file {path} exists already and is not overwritten,"
            " since what was sealed under its keys would be lost."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be written: {error.strerror}."
        ) from None


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


class _Broken(Exception):
    """What is wrong inside the file, as the end of a sentence. Never holds key material."""


@lru_cache(maxsize=8)
def _read_once(path: Path | None, is_production: bool) -> Keyring:
    if path is None:
        raise ConfigurationError(
            "HELI_KEYS is not set; it names the key file,"
            " without which nothing personal can be stored or read."
        )
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise ConfigurationError(f"The key file {path} (HELI_KEYS) is not there.") from None
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} (HELI_KEYS) cannot be read: {error.strerror}."
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"The key file {path} (HELI_KEYS) is broken: it is no JSON."
        ) from None
    if is_production and mode & 0o077:
        raise ConfigurationError(
            f"The key file {path} (HELI_KEYS) is open to others than its owner:"
            f" run `chmod 600 {path}`."
        )
    try:
        return _keyring(text, is_production=is_production)
    except _Broken as broken:
        raise ConfigurationError(f"The key file {path} (HELI_KEYS) is broken: {broken}.") from None


def _keyring(text: str, *, is_production: bool) -> Keyring:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise _Broken("it is no JSON") from None
    if not isinstance(content, dict):
        raise _Broken("it is no JSON object")
    if content.get("format") != FORMAT:
        raise _Broken(f"its format is not {FORMAT}, the one this version reads")
    sealing = content.get("sealing")
    if not isinstance(sealing, dict) or not isinstance(sealing.get("keys"), dict):
        raise _Broken("'sealing' holds no keys")
    for key_id in sealing["keys"]:
        if not KEY_ID.fullmatch(key_id):
            raise _Broken("a key id in 'sealing' is not 1 to 32 of a-z, 0-9 and -")
    if sealing.get("current") not in list(sealing["keys"]):
        raise _Broken("'sealing.current' names none of its keys")

    def key(holder: dict[str, Any], name: str, label: str) -> bytes:
        return _key(holder.get(name), label=label, is_production=is_production)

    return Keyring(
        current=sealing["current"],
        ciphers={
            key_id: AESGCM(key(sealing["keys"], key_id, f"sealing.keys.{key_id}"))
            for key_id in sealing["keys"]
        },
        index=HMAC(key(content, "index", "index"), SHA256()),
        token=AESGCM(key(content, "token", "token")),
        voucher=Ed25519PrivateKey.from_private_bytes(key(content, "voucher", "voucher")),
    )


def _key(value: object, *, label: str, is_production: bool) -> bytes:
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise _Broken(f"'{label}' is not {KEY_BYTES} bytes in base64")
    if is_production and len(set(raw)) < DISTINCT_BYTES_MIN:
        raise _Broken(f"'{label}' is no random key")
    return raw
