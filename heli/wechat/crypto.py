"""The encryption of what WeChat pushes and of what it is answered; pure.

AES-256-CBC; the first 16 bytes of the key are the IV, so what makes two texts differ is their
random beginning. Inside: 16 random bytes, the length of the message in 4 bytes, the message, and
the appid it is meant for. It proves nothing of the sender: the signature does, and comes first.
Source: developers.weixin.qq.com, message encryption and decryption.
"""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

RANDOM_BYTES = 16
LENGTH_BYTES = 4
PADDED_TO = 32  # WeChat pads to twice the block of AES
AES_BLOCK = 16


class CannotOpen(Exception):
    """The text was not encrypted for this key, or something changed it. Holds none of it."""


def encrypt(plain: bytes, aes_key: str, appid: str, random: bytes | None = None) -> str:
    """The text encrypted for an app.

    aes_key: the EncodingAESKey of 43 letters and digits. random: 16 bytes; None: new ones, which
    is right everywhere but in a test with a known result.
    """
    head = os.urandom(RANDOM_BYTES) if random is None else random
    content = head + len(plain).to_bytes(LENGTH_BYTES, "big") + plain + appid.encode()
    missing = PADDED_TO - len(content) % PADDED_TO
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(content + bytes([missing]) * missing) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(text: str, aes_key: str) -> tuple[bytes, str]:
    """What was encrypted, and the appid it is meant for, which the caller compares with ours.

    Raises CannotOpen.
    """
    try:
        sealed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CannotOpen("no base64") from None
    if not sealed or len(sealed) % AES_BLOCK:
        raise CannotOpen("not as long as any encrypted text is")
    decryptor = _cipher(aes_key).decryptor()
    content = _unpadded(decryptor.update(sealed) + decryptor.finalize())
    begin = RANDOM_BYTES + LENGTH_BYTES
    end = begin + int.from_bytes(content[RANDOM_BYTES:begin], "big")
    if len(content) < begin or end > len(content):
        raise CannotOpen("shorter than it says")
    try:
        return content[begin:end], content[end:].decode("ascii")
    except UnicodeDecodeError:
        raise CannotOpen("meant for no appid") from None


def _unpadded(content: bytes) -> bytes:
    padding = content[-1]
    if not 1 <= padding <= PADDED_TO or content[-padding:] != bytes([padding]) * padding:
        raise CannotOpen("wrong padding")
    return content[:-padding]


def _cipher(aes_key: str) -> Cipher[CBC]:
    key = base64.b64decode(f"{aes_key}=")
    return Cipher(AES(key), CBC(key[:AES_BLOCK]))
