"""The voucher of a confirmed booking, and the key that checks it without a network."""

from __future__ import annotations

import base64

from django.http import HttpRequest
from ninja import Router

from heli.api.auth import Bearer, IdentifiedRequest
from heli.api.openapi import refuses, refuses_strangers
from heli.api.schemas import Code, VoucherKeyOut, VoucherOut
from heli.bookings.errors import WrongState
from heli.bookings.vouchers import voucher
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.vault import signing

router = Router(tags=["bookings"], auth=Bearer())
key_router = Router(tags=["bookings"])


@router.get(
    "/{code}/voucher",
    response=VoucherOut,
    openapi_extra=refuses_strangers(NotFound, WrongState),
)
def get_voucher(request: IdentifiedRequest, code: Code) -> VoucherOut:
    """The voucher of a confirmed booking; before that, and after its end, `wrong_state`."""
    return VoucherOut.of(voucher(code, by=request.identity, at=clock.now()))


@key_router.get("/voucher-key", response=VoucherKeyOut, openapi_extra=refuses())
def get_voucher_key(request: HttpRequest) -> VoucherKeyOut:
    """The public key of the signatures in the vouchers' QR codes."""
    raw = base64.urlsafe_b64encode(signing.public_key()).rstrip(b"=")
    return VoucherKeyOut(algorithm="Ed25519", public_key=raw.decode())
