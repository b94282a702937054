"""The key file: sealing, index, token and voucher keys, kept outside the database.

    {"format": 1,
     "sealing": {"current": "k1", "keys": {"k1": "<32 bytes, base64>"}},
     "index": "<32 bytes>", "token": "<32 bytes>", "voucher": "<Ed25519 seed, 32 bytes>"}

Sealing takes the current key; every key in the file opens what was sealed under it, so a new key
is added beside the old ones. The index key cannot be changed without indexing everybody anew.

Format 2 has one or both of: "index_hash": "sm3", the digest of the blind indexes (else "sha256");
"master": the file's own key, wrapped by the master key (see `heli.vault.master`), and then every
key is 12 bytes of nonce and its AES-256-GCM under the file's own key, bound to its name.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from heli.ground.configuration import ConfigurationError
from heli.ground.files import draft_of, sync_directory, written_privately
from heli.vault.master import MasterFailed, MasterKey

FORMAT, FORMAT_WITH_MORE = 1, 2
KEY_BYTES = 32
NONCE_BYTES = 12
DISTINCT_BYTES_MIN = 8  # 32 random bytes have fewer different values once in about 10**27 keys
KEY_ID = re.compile(r"[a-z0-9-]{1,32}")
NUMBERED = re.compile(r"k([1-9][0-9]{0,8})")
INDEX_HASHES = ("sha256", "sm3")


@dataclass(frozen=True, repr=False)
class KeyFile:
    """The keys as bytes. Nothing prints it.

    current: the id of the key that seals. sealing: every key that opens, by its id. index_hash:
    "sha256" or "sm3".
    """

    current: str
    sealing: Mapping[str, bytes]
    index: bytes
    token: bytes
    voucher: bytes
    index_hash: str = INDEX_HASHES[0]

    @property
    def next_id(self) -> str:
        """An id that no key of the file has.

        >>> KeyFile("k1", {"k1": b"", "k9": b"", "old": b""}, b"", b"", b"").next_id
        'k10'
        """
        numbers = (NUMBERED.fullmatch(key_id) for key_id in self.sealing)
        return f"k{max((int(found[1]) for found in numbers if found), default=0) + 1}"

    def with_key(self, key_id: str, key: bytes | None = None) -> KeyFile:
        """The same with one key more (a random one), which does not seal yet."""
        return replace(self, sealing={**self.sealing, key_id: key or _new_key()})

    def without_key(self, key_id: str) -> KeyFile:
        """The same without a key that does not seal."""
        assert key_id != self.current, "the current key stays"
        return replace(self, sealing={i: key for i, key in self.sealing.items() if i != key_id})


class _Broken(Exception):
    """What is wrong inside the file, as the end of a sentence. Never holds key material."""


def create_key_file(
    path: Path, *, index_hash: str = INDEX_HASHES[0], master: MasterKey | None = None
) -> None:
    """Write a new key file that only its owner can read (0600). It appears whole or not at all.

    Raises ConfigurationError if there is a file already: overwriting it would lose for good all
    that was sealed under its keys.
    """
    keys = KeyFile("k1", {"k1": _new_key()}, _new_key(), _new_key(), _new_key(), index_hash)
    try:
        draft = _draft(path, _text(keys, master))
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


def replace_key_file(path: Path, keys: KeyFile, *, master: MasterKey | None) -> None:
    """Write other keys into the file, at once and whole; it keeps its owner and its mode.

    Raises ConfigurationError: the old file stands.
    """
    path = path.resolve()
    try:
        found = path.stat()
        draft = _draft(path, _text(keys, master))
        try:
            draft.chmod(stat.S_IMODE(found.st_mode))
            if os.geteuid() == 0:  # only then can it be somebody else's
                os.chown(draft, found.st_uid, found.st_gid)
            draft.replace(path)
        except OSError:
            with suppress(FileNotFoundError):
                draft.unlink()
            raise
        sync_directory(path.parent)
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be written: {error.strerror}."
        ) from None


def read_key_file(
    path: Path | None,
    *,
    is_production: bool,
    master: Callable[[], MasterKey | None] = lambda: None,
) -> KeyFile:
    """The keys of the file.

    Raises ConfigurationError, one sentence, if the file is missing, unreadable or broken, sealed
    under a master key that cannot be had, and in production if others than its owner can read it
    or a key is no random one.
    """
    if path is None:
        raise ConfigurationError(
            "HELI_KEYS is not set; it names the key file,"
            " without which nothing personal can be stored or read."
        )
    name = f"The key file {path} (HELI_KEYS)"
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise ConfigurationError(f"{name} is not there.") from None
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} is broken: it is no JSON.") from None
    if is_production and mode & 0o077:
        raise ConfigurationError(
            f"{name} is open to others than its owner: run `chmod 600 {path}`."
        )
    try:
        return _parsed(text, is_production=is_production, master=master)
    except MasterFailed as failed:
        raise ConfigurationError(f"{name} cannot be opened: {failed} (HELI_MASTER).") from None
    except _Broken as broken:
        raise ConfigurationError(f"{name} is broken: {broken}.") from None


def _new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _draft(path: Path, text: str) -> Path:
    draft = draft_of(path)
    with written_privately(draft) as file:
        file.write(text.encode())
    return draft


def lies_open(path: Path) -> bool:
    """Whether the keys of a file that can be read are in it as they are, under no master key."""
    return "master" not in _content(path.read_text(encoding="utf-8"))


def _text(keys: KeyFile, master: MasterKey | None) -> str:
    file_key = _new_key() if master else None

    def shown(key: bytes, label: str) -> str:
        if file_key is not None:
            nonce = secrets.token_bytes(NONCE_BYTES)
            key = nonce + AESGCM(file_key).encrypt(nonce, key, label.encode())
        return base64.b64encode(key).decode()

    has_more = master is not None or keys.index_hash != INDEX_HASHES[0]
    content: dict[str, Any] = {"format": FORMAT_WITH_MORE if has_more else FORMAT}
    if master is not None and file_key is not None:
        content["master"] = base64.b64encode(_wrapped(master, file_key)).decode()
    content["sealing"] = {
        "current": keys.current,
        "keys": {id: shown(key, f"sealing.keys.{id}") for id, key in keys.sealing.items()},
    }
    for name in ("index", "token", "voucher"):
        content[name] = shown(getattr(keys, name), name)
    if has_more:
        content["index_hash"] = keys.index_hash
    return json.dumps(content, indent=1) + "\n"


def _wrapped(master: MasterKey, file_key: bytes) -> bytes:
    try:
        return master.wrap(file_key)
    except MasterFailed as failed:
        raise ConfigurationError(f"The master key (HELI_MASTER) cannot be had: {failed}.") from None


def _parsed(text: str, *, is_production: bool, master: Callable[[], MasterKey | None]) -> KeyFile:
    content = _content(text)
    file_key = _file_key(content["master"], master) if "master" in content else None

    def key(holder: dict[str, Any], name: str, label: str) -> bytes:
        raw = _key(holder.get(name), label=label, file_key=file_key)
        if is_production and len(set(raw)) < DISTINCT_BYTES_MIN:
            raise _Broken(f"'{label}' is no random key")
        return raw

    sealing = content["sealing"]
    return KeyFile(
        current=sealing["current"],
        sealing={id: key(sealing["keys"], id, f"sealing.keys.{id}") for id in sealing["keys"]},
        index=key(content, "index", "index"),
        token=key(content, "token", "token"),
        voucher=key(content, "voucher", "voucher"),
        index_hash=content.get("index_hash", INDEX_HASHES[0]),
    )


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise _Broken("it is no JSON") from None
    if not isinstance(content, dict):
        raise _Broken("it is no JSON object")
    if content.get("format") not in (FORMAT, FORMAT_WITH_MORE):
        raise _Broken(
            f"its format is not {FORMAT} or {FORMAT_WITH_MORE}, those that this version reads"
        )
    if content["format"] == FORMAT and {"master", "index_hash"} & set(content):
        raise _Broken(f"'master' and 'index_hash' are of format {FORMAT_WITH_MORE}")
    if content.get("index_hash", INDEX_HASHES[0]) not in INDEX_HASHES:
        raise _Broken(f"'index_hash' is not {' or '.join(INDEX_HASHES)}")
    sealing = content.get("sealing")
    if not isinstance(sealing, dict) or not isinstance(sealing.get("keys"), dict):
        raise _Broken("'sealing' holds no keys")
    for key_id in sealing["keys"]:
        if not KEY_ID.fullmatch(key_id):
            raise _Broken("a key id in 'sealing' is not 1 to 32 of a-z, 0-9 and -")
    if sealing.get("current") not in list(sealing["keys"]):
        raise _Broken("'sealing.current' names none of its keys")
    return content


def _file_key(wrapped: object, master: Callable[[], MasterKey | None]) -> bytes:
    asked = master()
    if asked is None:
        raise MasterFailed("it is sealed under a master key and nothing says where that is")
    file_key = asked.unwrap(_base64(wrapped))
    if len(file_key) != KEY_BYTES:
        raise _Broken(f"'master' does not hold {KEY_BYTES} bytes")
    return file_key


def _key(value: object, *, label: str, file_key: bytes | None) -> bytes:
    raw = _base64(value)
    if file_key is not None:
        try:
            raw = AESGCM(file_key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], label.encode())
        except (InvalidTag, ValueError):
            raise _Broken(f"'{label}' does not open under the file's own key") from None
    if len(raw) != KEY_BYTES:
        raise _Broken(f"'{label}' is not {KEY_BYTES} bytes in base64")
    return raw


def _base64(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (ValueError, binascii.Error):
        return b""
