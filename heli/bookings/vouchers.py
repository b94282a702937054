"""The voucher of a confirmed booking, and the signature by which a desk trusts it offline.

The QR text is `HELI1.CODE.DAY.EXPIRY.SIGNATURE`: the code, the service day as YYYYMMDD in
Shanghai, the expiry in seconds since 1970, and an Ed25519 signature over what stands before it, in
base64url without padding. It carries nothing else: no name, no place, no service.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heli.bookings.codes import clean_code
from heli.bookings.errors import WrongState
from heli.bookings.history import revision_of
from heli.bookings.queries import BookingView, booking_view
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.identity.verified import Known
from heli.law.documents import Paper, papers
from heli.law.services import Service
from heli.places.queries import OfficeView, get_office
from heli.vault import signing

PREFIX = "HELI1"
SERVICES_FOR_TWO = (Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE, Service.MARRIAGE)


@dataclass(frozen=True)
class Voucher:
    """What a couple shows at the desk. bring, notes: in the active language.

    starts_at: UTC. issued_at: when the booking came to stand as it does, UTC.
    """

    booking: BookingView
    office: OfficeView
    qr: str
    address: str | None
    starts_at: datetime
    issued_at: datetime
    bring: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class VoucherClaim:
    """What a genuine QR text says. expires_at: UTC, not included."""

    code: str
    service_on: date
    expires_at: datetime


def voucher(code: str, *, by: Known, at: datetime) -> Voucher:
    """The voucher of this person's confirmed booking.

    Raises NotFound (no party of it), WrongState (not confirmed, or ended).
    """
    booking = booking_view(code, by=by, at=at)
    if not booking.has_voucher:
        raise WrongState(
            _("预约还没有得到双方确认，或者已经结束，所以没有凭证。"), state=booking.state.value
        )
    office = get_office(booking.office.id)
    return Voucher(
        booking=booking,
        office=office,
        qr=qr_text(booking.code, booking.slot.starts_at),
        address=office.address,
        starts_at=booking.slot.starts_at,
        issued_at=revision_of(booking.code).changed_at,
        bring=tuple(_paper_in_words(paper) for paper in _papers(booking)),
        notes=_notes(booking.service),
    )


def qr_text(code: str, starts_at: datetime) -> str:
    """The signed text for the QR code; valid until the end of the service day in Shanghai."""
    service_on = clock.day_of(starts_at)
    expires_at = clock.moment_of(service_on + timedelta(days=1))
    claim = f"{PREFIX}.{code}.{service_on:%Y%m%d}.{int(expires_at.timestamp())}"
    return f"{claim}.{_in_text(signing.sign(claim.encode()))}"


def _in_text(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


def read_qr(text: str) -> VoucherClaim:
    """What a QR text says, once its signature holds. Whether it still counts is the desk's to see.

    Raises InvalidInput when it is none of ours, was changed, or is signed by somebody else.
    """
    forged = InvalidInput(FieldError("qr", _("这不是有效的预约凭证二维码，请改用预约编号查找。")))
    claim, _dot, signature_text = text.strip().rpartition(".")
    try:
        signature = base64.urlsafe_b64decode(signature_text + "=" * (-len(signature_text) % 4))
        prefix, code, day, expiry = claim.split(".")
        if prefix != PREFIX or clean_code(code) != code:
            raise forged
        # Base64 can be written in several ways that are read the same: ours is the only one.
        if _in_text(signature) != signature_text or not signing.verify(claim.encode(), signature):
            raise forged
        return VoucherClaim(
            code=code,
            service_on=datetime.strptime(day, "%Y%m%d").date(),  # noqa: DTZ007 a day, no moment
            expires_at=datetime.fromtimestamp(int(expiry), UTC),
        )
    except (ValueError, binascii.Error, OverflowError):
        raise forged from None


def _papers(booking: BookingView) -> tuple[Paper, ...]:
    return papers(booking.service, clock.day_of(booking.slot.starts_at))


def _paper_in_words(paper: Paper) -> str:
    if get_language() == "en":
        return f"{paper.en} ({paper.form}, {paper.who})"
    return paper.zh


def _notes(service: Service) -> tuple[str, ...]:
    """What the voucher is and is not, and who comes.

    Source: who comes together, Civil Code arts 1049, 1076 and 1078; alone, art. 1077(1).
    """
    if service is Service.COUNSELLING:  # nobody applies for anything there
        return _("这是到场的排期凭证。"), _("请带好证件到场。")
    if service is Service.DIVORCE_CERTIFICATE:  # the application was accepted at the first visit
        first = _("这是到场办理的排期凭证，不是离婚证。")
    elif service is Service.DIVORCE_APPLICATION:
        first = _("这是到场办理的排期凭证，不是离婚证，也不代表申请已被受理。")
    else:
        first = _("这是到场办理的排期凭证，不代表申请已被受理。")
    if service in SERVICES_FOR_TWO:
        return first, _("请两人带好证件一起到场。办理婚姻登记不收费。")
    return first, _("请带好证件到场。办理婚姻登记不收费。")
