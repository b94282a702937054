"""Tencent Cloud's signature, version 3, checked from its description with hashlib and hmac."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime

from aiohttp import web

from heli.wechat.emulator.state import Registered

ALGORITHM = "TC3-HMAC-SHA256"
AGE_SECONDS_MAX = 300
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<id>[^/,]+)/(?P<date>[\d-]+)/(?P<service>\w+)/tc3_request, "
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureWrong(Exception):
    """The request is not from who it says. code, message: what Tencent Cloud answers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def check_signature(
    request: web.Request, body: bytes, registered: Registered, *, now: float
) -> str:
    """Which service the request was signed for. now: seconds since 1970. Raises SignatureWrong."""
    said = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    if said is None:
        raise SignatureWrong("AuthFailure.InvalidAuthorization", "Authorization is malformed.")
    timestamp = request.headers.get("X-TC-Timestamp", "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > AGE_SECONDS_MAX:
        raise SignatureWrong("AuthFailure.SignatureExpire", "The signature has expired.")
    day = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    if said["date"] != day:
        raise SignatureWrong("AuthFailure.SignatureFailure", "The credential's date is wrong.")
    if said["id"] != registered.secret_id:
        raise SignatureWrong("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    names = said["headers"].split(";")
    if not {"content-type", "host"} <= set(names) or names != sorted(names):
        raise SignatureWrong("AuthFailure.SignatureFailure", "SignedHeaders are not enough.")
    scope = f"{day}/{said['service']}/tc3_request"
    digest = hashlib.sha256(_canonical(request, names, body).encode()).hexdigest()
    signed = f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}"
    expected = signature_of(registered.secret_key, day, said["service"], signed)
    if not hmac.compare_digest(expected, said["signature"]):
        raise SignatureWrong("AuthFailure.SignatureFailure", "The signature does not match.")
    return str(said["service"])


def signature_of(secret_key: str, day: str, service: str, signed: str) -> str:
    """The signature of the text. day: YYYY-MM-DD, UTC."""
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, signed.encode(), "sha256").hex()


def _canonical(request: web.Request, names: list[str], body: bytes) -> str:
    """The request as it is signed. The values of headers count in small letters."""
    headers = "".join(f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in names)
    payload = hashlib.sha256(body).hexdigest()
    return "\n".join((request.method, "/", request.query_string, headers, ";".join(names), payload))
