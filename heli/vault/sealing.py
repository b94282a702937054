"""Personal data sealed for the one place in the database where it belongs.

A sealed value is, in this order:

    1 byte     scheme: how it is sealed, see `heli.vault.ciphers`
    1 byte     length of the key id
    n bytes    key id, ASCII: which key of the key file opens it
    12 bytes   nonce
    rest       ciphertext and its 16-byte tag

The head (scheme and key id) and the spot (table, column, row) are authenticated with it: a value
that is changed anywhere, or moved to another row, column or table, does not open. Another
algorithm gets a scheme of its own, another key an id of its own; old values open beside new ones.

A key seals at most 2**32 values (random nonces, NIST SP 800-38D section 8.3), which is decades of
the whole country's bookings; after that a new one has to be current. Where each value has a key of
its own (HELI_RECORD_KEYS) there is no such limit.
"""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from heli.vault.ciphers import NONCE_BYTES, TAG_BYTES, Cipher, Scheme
from heli.vault.keys import keyring, look_again

SCHEMES = frozenset(map(int, Scheme))


class SealBroken(Exception):
    """A sealed value does not open: changed, moved from another spot, or its key is missing.

    A fault and not a Refusal: no reader caused it, and somebody has to look. Holds no plaintext.
    """


class Spot(NamedTuple):
    """Where a sealed value belongs: table and column by their names in the database, row by its
    primary key as text."""

    table: str
    column: str
    row: str

    def encoded(self) -> bytes:
        """The spot as bytes; each part is led by its length, so that no two spots look alike.

        >>> Spot("ab", "c", "1").encoded() == Spot("a", "bc", "1").encoded()
        False
        """
        return _place(self.table, self.column) + _part(self.row)


def seal(text: str, *, spot: Spot) -> bytes:
    """The text sealed under the current key, to be stored at `spot` and nowhere else."""
    ring = keyring()
    head, nonce = ring.head, os.urandom(NONCE_BYTES)
    return head + nonce + ring.sealer.encrypt(nonce, text.encode(), head + spot.encoded())


def unseal(sealed: bytes | memoryview, *, spot: Spot) -> str:
    """The text that was sealed for `spot`. Raises SealBroken."""
    sealed = bytes(sealed)
    head = _read_head(sealed)
    cipher = keyring().openers.get(head) or _opener(head)
    if cipher is None:
        raise SealBroken(f"{spot.table}.{spot.column}: the key file holds no key of this id")
    nonce = sealed[len(head) : len(head) + NONCE_BYTES]
    body = sealed[len(head) + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, body, head + spot.encoded()).decode()
    except InvalidTag:
        raise SealBroken(f"{spot.table}.{spot.column}: changed, or sealed elsewhere") from None


def is_sealed(value: bytes) -> bool:
    """Whether the value has the form of a sealed one. Whether it opens, only opening can tell."""
    try:
        _read_head(value)
    except SealBroken:
        return False
    return True


@cache
def _place(table: str, column: str) -> bytes:
    return _part(table) + _part(column)


def _part(text: str) -> bytes:
    part = text.encode()
    return b"%d:" % len(part) + part


def _opener(head: bytes) -> Cipher | None:
    # The second look: for a key that another process has put into the file a moment ago.
    return keyring().opener(head) or look_again().opener(head)


def _read_head(sealed: bytes) -> bytes:
    if len(sealed) < 2 or sealed[0] not in SCHEMES:
        raise SealBroken("no sealed value, or sealed by a scheme that this version does not know")
    head = sealed[: 2 + sealed[1]]
    if len(sealed) < len(head) + NONCE_BYTES + TAG_BYTES:
        raise SealBroken("a sealed value is cut short")
    return head
