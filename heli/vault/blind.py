"""Finding sealed values again: a keyed digest that is equal for equal values."""

from __future__ import annotations

import hmac

from heli.vault.keys import keyring


def blind_index(kind: str, value: str) -> bytes:
    """32 bytes, the same for the same kind and value: HMAC-SHA256 under the index key.

    kind: what the value is ("id_number"), so that equal texts of two kinds have nothing in common.
    value: in its one normal form; the caller normalises.
    """
    message = f"{len(kind)}:{kind}{value}"
    return hmac.digest(keyring().index, message.encode(), "sha256")
