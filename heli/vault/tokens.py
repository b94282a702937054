"""Short-lived tokens that say something to this installation and nothing to anybody else.

A token is base64url without padding of: 1 byte scheme (1 is AES-256-GCM, 2 is SM4-GCM, see
`heli.vault.ciphers`), 12 bytes nonce, ciphertext with tag. The purpose is authenticated with it, so
that a token made for one thing opens nothing else. Nothing of its content can be read without the
token key.
"""

from __future__ import annotations

import base64
import os
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from pydantic_core import from_json, to_json

from heli.ground import clock
from heli.vault.ciphers import NONCE_BYTES, Cipher, Scheme
from heli.vault.keys import keyring

CHARACTERS_MAX = 4096  # what fits into a header; longer texts are refused unread


class Refused(StrEnum):
    """Why a token does not open."""

    FORGED = "forged"  # not made here, changed, made for another purpose, or no token at all
    EXPIRED = "expired"


class TokenRefused(Exception):
    """The token does not open. reason: forged or expired. The room that asked says what it means
    to people."""

    def __init__(self, reason: Refused) -> None:
        self.reason = reason
        super().__init__(reason.value)


def seal_token(purpose: str, payload: Any, *, expires_at: datetime) -> str:
    """A url-safe token that opens for this purpose until just before `expires_at`, real time.

    payload: what JSON can hold. expires_at: aware; kept to the millisecond below.
    """
    expires_ms = int(expires_at.timestamp() * 1000)
    text = to_json([expires_ms, payload])
    nonce = os.urandom(NONCE_BYTES)
    ring = keyring()
    body = ring.token_sealer.encrypt(nonce, text, _associated(purpose, ring.token_scheme))
    token = _encode(bytes((ring.token_scheme,)) + nonce + body)
    assert len(token) <= CHARACTERS_MAX, "a token is no place for so much"
    return token


def open_token(purpose: str, token: str) -> Any:
    """What was sealed into the token for this purpose. Raises TokenRefused."""
    raw = _decode(token)
    nonce, body = raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
    if not body:
        raise TokenRefused(Refused.FORGED)
    scheme, opener = _opener(raw[0])
    try:
        text = opener.decrypt(nonce, body, _associated(purpose, scheme))
    except InvalidTag:
        raise TokenRefused(Refused.FORGED) from None
    expires_ms, payload = from_json(text)
    if clock.real_now().timestamp() * 1000 >= expires_ms:
        raise TokenRefused(Refused.EXPIRED)
    return payload


def _opener(scheme: int) -> tuple[Scheme, Cipher]:
    ring = keyring()
    if scheme == ring.token_scheme:
        return ring.token_scheme, ring.token_sealer
    if scheme in (Scheme.AES_256_GCM, Scheme.SM4_GCM):  # from before the setting was changed
        return Scheme(scheme), ring.token_opener(Scheme(scheme))
    raise TokenRefused(Refused.FORGED)


def _associated(purpose: str, scheme: Scheme) -> bytes:
    return b"heli token %d " % scheme + purpose.encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    if len(token) > CHARACTERS_MAX:
        raise TokenRefused(Refused.FORGED)
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise TokenRefused(Refused.FORGED) from None
    if _encode(raw) != token:  # one token, one spelling: the spare bits of the last character
        raise TokenRefused(Refused.FORGED)
    return raw
