"""Finding sealed values again: a keyed digest that is equal for equal values."""

from __future__ import annotations

from heli.vault.keys import keyring


def blind_index(kind: str, value: str) -> bytes:
    """32 bytes, the same for the same kind and value: HMAC under the index key, with SHA-256 or
    SM3 as the key file says.

    kind: what the value is ("id_number"), so that equal texts of two kinds have nothing in common.
    value: in its one normal form; the caller normalises.
    """
    digest = keyring().index.copy()  # set up with the key once: that takes longer than the digest
    digest.update(f"{len(kind)}:{kind}{value}".encode())
    return digest.finalize()
