"""The ways to seal: two ciphers, each under the sealing key itself or under a key per record.

A sealing key is 32 bytes. What each scheme makes of it, so that no key serves two ways:

    1   AES-256-GCM   the sealing key
    2   SM4-GCM       the first 16 bytes of HMAC-SM3(sealing key, "heli sealing 2")
    3   AES-256-GCM   HMAC-SHA256(d, nonce + what is authenticated), d being
                      HMAC-SHA256(sealing key, "heli sealing 3"): of one value alone
    4   SM4-GCM       the first 16 bytes of HMAC-SM3(d, the same), d being
                      HMAC-SM3(sealing key, "heli sealing 4")

Sources: GB/T 32907 (SM4), GB/T 32905 (SM3), NIST SP 800-38D (GCM), NIST SP 800-108 (deriving).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Block
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

from heli.ground.sealing_settings import CipherName, Sealing

NONCE_BYTES = 12
TAG_BYTES = 16
SM4_KEY_BYTES = 16


class Scheme(IntEnum):
    """How a value is sealed: its first byte."""

    AES_256_GCM = 1
    SM4_GCM = 2
    AES_256_GCM_PER_RECORD = 3
    SM4_GCM_PER_RECORD = 4


class Cipher(Protocol):
    """Seals and opens under one key. decrypt raises InvalidTag."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """The ciphertext and, behind it, its tag of 16 bytes. nonce: 12 bytes, never used twice."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """What was sealed. data: with its tag."""
        ...


class Sm4Gcm:
    """SM4-GCM with a tag of 16 bytes at the end, as AESGCM has it. key: 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """The ciphertext and its tag."""
        sealing = Block(self._key, GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """What was sealed. Raises InvalidTag."""
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        if len(tag) != TAG_BYTES:
            raise InvalidTag
        opening = Block(self._key, GCM(nonce, tag)).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(body) + opening.finalize()


class PerRecord:
    """Seals each value under a data key of its own, made anew from the value's nonce and place."""

    def __init__(self, derive: HMAC, made: Callable[[bytes], Cipher]) -> None:
        self._derive = derive
        self._made = made

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """The ciphertext and its tag."""
        return self._cipher(nonce, associated_data).encrypt(nonce, data, associated_data)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """What was sealed. Raises InvalidTag."""
        return self._cipher(nonce, associated_data).decrypt(nonce, data, associated_data)

    def _cipher(self, nonce: bytes, associated_data: bytes) -> Cipher:
        derive = self._derive.copy()
        derive.update(nonce + associated_data)
        return self._made(derive.finalize())


def scheme_of(sealing: Sealing) -> Scheme:
    """The way in which new values are sealed."""
    if sealing.cipher is CipherName.SM4:
        return Scheme.SM4_GCM_PER_RECORD if sealing.has_record_keys else Scheme.SM4_GCM
    return Scheme.AES_256_GCM_PER_RECORD if sealing.has_record_keys else Scheme.AES_256_GCM


def cipher_of(scheme: Scheme, key: bytes) -> Cipher:
    """The cipher of a scheme under a sealing key of 32 bytes."""
    if scheme is Scheme.AES_256_GCM:
        return AESGCM(key)
    if scheme is Scheme.SM4_GCM:
        return _sm4(_derived(key, scheme, SM3()))
    if scheme is Scheme.AES_256_GCM_PER_RECORD:
        return PerRecord(HMAC(_derived(key, scheme, SHA256()), SHA256()), AESGCM)
    return PerRecord(HMAC(_derived(key, scheme, SM3()), SM3()), _sm4)


def _sm4(key: bytes) -> Sm4Gcm:
    return Sm4Gcm(key[:SM4_KEY_BYTES])


def _derived(key: bytes, scheme: Scheme, hash: HashAlgorithm) -> bytes:
    derive = HMAC(key, hash)
    derive.update(b"heli sealing %d" % scheme)
    return derive.finalize()
