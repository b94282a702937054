"""The keys of this process: read from the key file (`heli.vault.key_file`), and when it changes.

A rotation puts another key into the file while processes serve. Each looks at the file every few
seconds, and at once when it meets a value whose key it does not know; so none has to be started
again. What has changed is read aside, since a master key in a KMS may take its time. A file that
cannot be read changes nothing for those that run; it is tried again after a minute.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from heli.ground.configuration import Configuration, ConfigurationError, Environment
from heli.ground.sealing_settings import Sealing
from heli.vault.ciphers import Cipher, Scheme, cipher_of, scheme_of
from heli.vault.key_file import KeyFile, create_key_file, read_key_file
from heli.vault.master import MasterKey, master_key

__all__ = ["LOOK_SECONDS", "Keyring", "create_key_file", "keyring", "look_again"]

LOOK_SECONDS = 5.0
FAILED_SECONDS = 60.0  # until a file that could not be read is tried again
log = logging.getLogger("heli.vault")


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys, ready for use. Nothing prints it.

    current: the id of the key that seals. head: what a value sealed now begins with; sealer: the
    cipher that goes with it. openers: by head, those that were asked for (see `opener`). index: the
    HMAC of blind indexes, to be copied. token_scheme, token_sealer: of new tokens. voucher: see
    `signing`.
    """

    current: str
    head: bytes
    sealer: Cipher
    index: HMAC
    token_scheme: Scheme
    token_sealer: Cipher
    voucher: Ed25519PrivateKey
    _sealing: Mapping[str, bytes]
    _token: bytes
    openers: dict[bytes, Cipher] = field(default_factory=dict)

    @property
    def key_ids(self) -> list[str]:
        """The ids of all keys that open."""
        return list(self._sealing)

    def marks(self) -> dict[str, bytes]:
        """What tells these keys from others and opens nothing, by the key's name."""
        makers = {f"sealing {id}": HMAC(key, SHA256()) for id, key in self._sealing.items()}
        makers["index"] = self.index.copy()
        for maker in makers.values():
            maker.update(b"heli key mark")
        return {name: maker.finalize() for name, maker in makers.items()}

    def opener(self, head: bytes) -> Cipher | None:
        """What opens a value that begins so; None without its key. head: of a known scheme."""
        cipher = self.openers.get(head)
        key = self._sealing.get(head[2:].decode("latin-1"))
        if cipher is None and key is not None:
            cipher = self.openers[head] = cipher_of(Scheme(head[0]), key)
        return cipher

    def token_opener(self, scheme: Scheme) -> Cipher:
        """What opens a token of this scheme."""
        return cipher_of(scheme, self._token)


class _Latest:
    configuration: ClassVar[Configuration | None] = None
    keyring: ClassVar[Keyring]
    stamp: ClassVar[tuple[int, ...]]  # of the file as it was read
    look_at: ClassVar[float] = 0.0  # when to look at the file again, monotonic
    failed: ClassVar[tuple[int, ...]] = ()  # of a file that could not be read
    failed_until: ClassVar[float] = 0.0
    turn: ClassVar[threading.Lock] = threading.Lock()


def keyring() -> Keyring:
    """The keys of the file that HELI_KEYS names.

    Raises ConfigurationError, one sentence, where the file was never read and cannot be; see
    `read_key_file`.
    """
    configuration = settings.HELI  # asked for many times in every request
    if configuration is not _Latest.configuration:
        stamp = _stamp(configuration)
        _Latest.keyring = _read(configuration)
        _Latest.stamp = stamp
        _Latest.look_at = monotonic() + LOOK_SECONDS
        _Latest.configuration = configuration
    elif monotonic() >= _Latest.look_at:
        _Latest.look_at = monotonic() + LOOK_SECONDS  # first: other threads need not look as well
        if _is_news(stamp := _stamp(configuration)):
            arguments = (configuration, stamp)
            threading.Thread(target=_take_over, args=arguments, daemon=True).start()
    return _Latest.keyring


def look_again() -> Keyring:
    """The keys after a look at the file, however recent the last one was."""
    configuration = settings.HELI
    keyring()
    if _is_news(stamp := _stamp(configuration)):
        _take_over(configuration, stamp)
    return _Latest.keyring


def head_of(scheme: Scheme, key_id: str) -> bytes:
    """What a value begins with that is sealed by this scheme under this key."""
    return bytes((scheme, len(key_id))) + key_id.encode("ascii")


def read_keys(configuration: Configuration) -> KeyFile:
    """The key file's content, by the settings. Raises ConfigurationError."""
    return read_key_file(
        configuration.keys,
        is_production=configuration.environment is Environment.PRODUCTION,
        master=lambda: master_of(configuration),
    )


def master_of(configuration: Configuration) -> MasterKey | None:
    """The master key that HELI_MASTER names, or None. Raises MasterFailed."""
    master = configuration.sealing.master
    if master is None:
        return None
    is_production = configuration.environment is Environment.PRODUCTION
    return master_key(master, is_production=is_production)


def keyring_of(keys: KeyFile, sealing: Sealing) -> Keyring:
    """The keys of a file, ready for use as the settings say."""
    scheme = scheme_of(sealing)
    token_scheme = scheme_of(Sealing(cipher=sealing.cipher))  # an hour's token needs no more
    return Keyring(
        current=keys.current,
        head=head_of(scheme, keys.current),
        sealer=cipher_of(scheme, keys.sealing[keys.current]),
        index=HMAC(keys.index, SM3() if keys.index_hash == "sm3" else SHA256()),
        token_scheme=token_scheme,
        token_sealer=cipher_of(token_scheme, keys.token),
        voucher=Ed25519PrivateKey.from_private_bytes(keys.voucher),
        _sealing=keys.sealing,
        _token=keys.token,
    )


def misfit_of(ring: Keyring, marks: Mapping[str, bytes]) -> str | None:
    """Why these keys are not the ones that were marked, as the end of a sentence; None if they are.

    A backup's marks can be asked the same way, before anything is restored.
    """
    ours = ring.marks()
    for name, mark in sorted(marks.items()):
        if name not in ours:
            return f"it lacks the key '{name}'"
        if not bytes_eq(ours[name], mark):
            return f"its key '{name}' is another"
    return None


def _read(configuration: Configuration) -> Keyring:
    return keyring_of(read_keys(configuration), configuration.sealing)


def _is_news(stamp: tuple[int, ...]) -> bool:
    if stamp == _Latest.failed and monotonic() < _Latest.failed_until:
        return False
    return bool(stamp) and stamp != _Latest.stamp


def _take_over(configuration: Configuration, stamp: tuple[int, ...]) -> None:
    """Read the file that has this stamp; one thread does, and the others wait for it."""
    with _Latest.turn:
        if configuration is not _Latest.configuration or not _is_news(stamp):
            return
        try:
            _Latest.keyring = _read(configuration)
            _Latest.stamp = stamp
        except ConfigurationError as error:
            log.warning("The keys stay as they were. %s", error)
            _Latest.failed, _Latest.failed_until = stamp, monotonic() + FAILED_SECONDS


def _stamp(configuration: Configuration) -> tuple[int, ...]:
    """What changes with the file; empty where there is none."""
    try:
        found = configuration.keys.stat() if configuration.keys else None
    except OSError:
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else ()
