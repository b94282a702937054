"""The voucher of a confirmed booking, its files, and the key that checks it without a network."""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from heli.api.auth import KnownBearer, KnownRequest
from heli.api.openapi import refuses, refuses_strangers
from heli.api.schemas import Code, VoucherKeyOut, VoucherOut
from heli.bookings.errors import WrongState
from heli.bookings.vouchers import voucher
from heli.ground import clock
from heli.ground.refusals import NotFound, Refusal
from heli.papers.files import FORMS, Kind, voucher_file
from heli.vault import signing


def gives_file(kind: Kind, *refusals: type[Refusal]) -> dict[str, Any]:
    """`openapi_extra` of an operation that answers a party with a file."""
    content_type, _write = FORMS[kind]
    schema = {"type": "string", "format": "binary"}
    described = refuses_strangers(*refusals)
    described["responses"][200] = {
        "description": "The file.",
        "content": {content_type.partition(";")[0]: {"schema": schema}},
    }
    return described


router = Router(tags=["bookings"], auth=KnownBearer())
key_router = Router(tags=["bookings"])


@router.get(
    "/{code}/voucher",
    response=VoucherOut,
    openapi_extra=refuses_strangers(NotFound, WrongState),
)
def get_voucher(request: KnownRequest, code: Code) -> VoucherOut:
    """The voucher of a confirmed booking; before that, and after its end, `wrong_state`."""
    return VoucherOut.of(voucher(code, by=request.known, at=clock.now()))


@router.get("/{code}/voucher.pdf", openapi_extra=gives_file(Kind.PDF, NotFound, WrongState))
def get_voucher_pdf(request: KnownRequest, code: Code) -> HttpResponse:
    """The voucher for a printer: one page of A4, tagged, with its fonts."""
    return _answer(request, Kind.PDF, code)


@router.get("/{code}/voucher.png", openapi_extra=gives_file(Kind.PNG, NotFound, WrongState))
def get_voucher_png(request: KnownRequest, code: Code) -> HttpResponse:
    """The voucher as a picture for a telephone, 1080 pixels wide."""
    return _answer(request, Kind.PNG, code)


@router.get("/{code}/voucher.ics", openapi_extra=gives_file(Kind.CALENDAR, NotFound, WrongState))
def get_voucher_calendar(request: KnownRequest, code: Code) -> HttpResponse:
    """The booking for a calendar, neutral. Moved or ended, the same entry is changed or cancelled;
    only while the partner has not answered it is `wrong_state`."""
    return _answer(request, Kind.CALENDAR, code)


def _answer(request: KnownRequest, kind: Kind, code: str) -> HttpResponse:
    file = voucher_file(kind, code, by=request.known, at=clock.now())
    return HttpResponse(file.content, headers=file.headers)


@key_router.get("/voucher-key", response=VoucherKeyOut, openapi_extra=refuses())
def get_voucher_key(request: HttpRequest) -> VoucherKeyOut:
    """The public key of the signatures in the vouchers' QR codes."""
    raw = base64.urlsafe_b64encode(signing.public_key()).rstrip(b"=")
    return VoucherKeyOut(algorithm="Ed25519", public_key=raw.decode())
