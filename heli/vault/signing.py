"""Ed25519 signatures of vouchers: whoever has the public key can check one without a network."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from heli.vault.keys import keyring


def sign(message: bytes) -> bytes:
    """The signature of the message under the voucher key, 64 bytes."""
    return keyring().voucher.sign(message)


def verify(message: bytes, signature: bytes, public: bytes | None = None) -> bool:
    """Whether the signature is this message's.

    public: the raw public key of the signer, 32 bytes, with which no key file is needed; without
    it, this installation's own.
    """
    signer = Ed25519PublicKey.from_public_bytes(public_key() if public is None else public)
    try:
        signer.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_key() -> bytes:
    """The raw public key that checks this installation's vouchers, 32 bytes."""
    return keyring().voucher.public_key().public_bytes_raw()
