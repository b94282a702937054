"""A voucher's signature can be checked by anybody who has the public key."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from heli.vault.signing import public_key, sign, verify


class TestVerify:
    @given(message=st.binary(max_size=200))
    def test_the_signature_of_a_message_holds(self, message: bytes) -> None:
        assert verify(message, sign(message))

    @given(message=st.binary(min_size=1, max_size=99), at=st.integers(0, 98))
    def test_a_changed_message_or_signature_does_not(self, message: bytes, at: int) -> None:
        signature = sign(message)
        changed = bytearray(message)
        changed[at % len(message)] ^= 1
        broken = bytearray(signature)
        broken[at % 64] ^= 1

        assert not verify(bytes(changed), signature)
        assert not verify(message, bytes(broken))

    @given(noise=st.binary(max_size=100))
    def test_noise_is_no_signature(self, noise: bytes) -> None:
        assert not verify(b"message", noise)

    def test_the_public_key_alone_is_enough(self) -> None:
        Ed25519PublicKey.from_public_bytes(public_key()).verify(sign(b"message"), b"message")
        assert verify(b"message", sign(b"message"), public_key())
        assert not verify(b"message", sign(b"message"), bytes(reversed(public_key())))
