"""Face checks: what was asked, and how it came out. No picture is taken or kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from heli.wechat.emulator.answers import ApiError

LIFE_SECONDS = 3600
PASSED, NOT_FINISHED = 10000, 90003
SERIAL = re.compile(r"[0-9A-Za-z_-]{5,32}")


@dataclass
class Face:
    """A check that began. result: what WeChat will say of it. errcode: or how it will refuse."""

    serial: str
    openid: str
    cert_hash: str
    made_at: float
    result: int | None = None
    errcode: int = 0


@dataclass
class Faces:
    """All checks, by verify_id. result, errcode: of those that say nothing of their own."""

    all: dict[str, Face] = field(default_factory=dict)
    serials: set[str] = field(default_factory=set)
    result: int = NOT_FINISHED
    errcode: int = 0

    def begin(self, serial: str, openid: str, cert_hash: str, now: float) -> str:
        """The verify_id of a new check. Raises ApiError: the serial number is none or was used."""
        if not SERIAL.fullmatch(serial) or serial in self.serials:
            raise ApiError(47001, "data format error: out_seq_no")
        self.serials.add(serial)
        verify_id = secrets.token_urlsafe(48)
        self.all[verify_id] = Face(serial, openid, cert_hash, now)
        return verify_id

    def look(self, verify_id: str, serial: str, openid: str, cert_hash: str, now: float) -> int:
        """How the check came out. Raises ApiError: it is none, too old, or about somebody else."""
        face = self.all.get(verify_id)
        if face is None or now >= face.made_at + LIFE_SECONDS:
            raise ApiError(84001)
        is_same = face.serial == serial and face.openid == openid
        if not is_same or not hmac.compare_digest(face.cert_hash, cert_hash):
            raise ApiError(84001, "verify_id does not match")
        if errcode := face.errcode or self.errcode:
            raise ApiError(errcode)
        return self.result if face.result is None else face.result


def cert_hash_of(kind: str, name: str, number: str) -> str:
    """The digest that stands for the person in later calls.

    >>> cert_hash_of("IDENTITY_CARD", "张三", "310101199801011234")[:16]
    '3c241f7ff324977a'
    """
    pairs = (("cert_type", kind), ("cert_name", name), ("cert_no", number))
    text = "&".join(f"{key}={base64.b64encode(value.encode()).decode()}" for key, value in pairs)
    return hashlib.sha256(text.encode()).hexdigest()
