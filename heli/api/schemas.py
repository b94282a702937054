"""The shapes of the contract: what comes in and what goes out, field by field."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from heli.api.moments import Day, Moment, MomentIn
from heli.api.shape import Shape
from heli.bookings.queries import BookingView
from heli.bookings.states import Role, State
from heli.bookings.vouchers import Voucher
from heli.identity.models import VerificationState
from heli.law.services import Service

INT8_MAX = 2**63 - 1

Code = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[0-9A-Za-z -]+$",
        description="A booking's code, in any case, with or without spaces and dashes.",
        json_schema_extra={"example": "ACDE-2346-7999"},
    ),
]
OfficeId = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[0-9A-Za-z_-]+$",
        description="An office's id, as GET /offices lists it.",
        json_schema_extra={"example": "440106-1"},
    ),
]
RegionCode = Annotated[
    str,
    Field(
        pattern=r"^[1-9][0-9]{5}$",
        description="A code of GB/T 2260: a province, a city or a county.",
        json_schema_extra={"example": "440106"},
    ),
]
Near = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,10})?,-?[0-9]{1,3}(\.[0-9]{1,10})?$",
        description="Latitude and longitude in degrees.",
        json_schema_extra={"example": "23.13,113.26"},
    ),
]
SlotId = Annotated[
    int, Field(strict=True, ge=1, le=INT8_MAX, description="A slot's id, from the availability.")
]
Name = Annotated[str, Field(min_length=1, max_length=100)]
NoticeId = Annotated[
    int, Field(ge=1, le=INT8_MAX, description="A notice's id.", json_schema_extra={"example": 1})
]
IdNumberText = Annotated[
    str, Field(min_length=1, max_length=40, description="The number of a resident identity card.")
]
Phone = Annotated[
    str, Field(min_length=1, max_length=40, json_schema_extra={"example": "13900001234"})
]
HouseholdAddress = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    Field(
        description="Where the person who sends it is registered. Stored only where the office's "
        "rules ask for it; else it is set aside and the answer is the same."
    ),
]
Yes = Annotated[bool, Field(strict=True)]


class FieldProblem(Shape):
    """What is wrong with one field."""

    field: str = Field(description="Dotted path of the field, such as partner.id_number.")
    text: str = Field(description="A sentence in the reader's language.")


class Problem(Shape):
    """RFC 9457 problem details. Facts of the refusal stand beside these members."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence in the reader's language: what happened, what not.")
    code: str = Field(description="Stable; programs decide by it.")
    errors: list[FieldProblem] = Field(default=[], description="With invalid_input, per field.")


class OfficeBrief(Shape):
    """An office, where only its name matters."""

    id: str
    name: str


class VerificationIn(BaseModel):
    """Who somebody says they are, and by which method that shall be checked."""

    name: Name = Field(json_schema_extra={"example": "张示例"})
    id_number: IdNumberText = Field(json_schema_extra={"example": "440106188503140017"})
    phone: Phone
    method: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        json_schema_extra={"example": "simulated"}
    )
    card: Annotated[str, Field(max_length=40)] = Field(
        default="",
        description="The number of a bank card, for `bank_card` alone. It is kept nowhere.",
        json_schema_extra={"example": "6222000000000000005"},
    )
    data_consent: Annotated[str, Field(max_length=20)] | None = Field(
        default=None,
        description="Where the program showed the texts of /my-data/consent-texts and the person "
        "agreed to them, separately to the sensitive one: their version. It is recorded.",
        json_schema_extra={"example": "2026-11"},
    )


class TokenOut(Shape):
    """A proof of identity, for `Authorization: Bearer`."""

    token: str
    expires_at: Moment


class DeskCodeIn(BaseModel):
    """`code`: what a clerk gave who looked at the card. `number_end`: the last four characters of
    the number on it. `data_consent`: as with a check."""

    code: Annotated[str, Field(min_length=1, max_length=20)]
    number_end: Annotated[str, Field(min_length=1, max_length=10)]
    phone: Phone
    data_consent: Annotated[str, Field(max_length=20)] | None = None


class PendingVerificationOut(Shape):
    """The check goes on: at `redirect_url`, in the mini program that starts it with `handle`, or
    with neither by the code that was sent to the telephone."""

    id: UUID
    redirect_url: str | None
    handle: str | None = Field(description="For wx.requestFacialVerify, as its verifyId.")
    key: str | None = Field(
        description="Without handle: Bearer for .../result. Keep it where you began the check."
    )


class ReturnIn(BaseModel):
    """What a person brings back from a check elsewhere, or from their telephone."""

    code: Annotated[str, Field(max_length=40)] = Field(
        default="",
        description="Shown where the person arrives after the check; or sent to their telephone.",
        json_schema_extra={"example": "abcd efgh"},
    )


class VerificationOut(Shape):
    """How a check stands. It carries no token: the id alone must not make anybody somebody."""

    id: UUID
    method: str
    state: VerificationState
    reason: str | None


class ApplicantIn(BaseModel):
    """What the applicant adds to their verified identity."""

    phone: Phone
    household_address: HouseholdAddress | None = None


class PartnerIn(BaseModel):
    """The other person, as the applicant names them. Shown to nobody."""

    name: Name = Field(json_schema_extra={"example": "李样本"})
    id_number: IdNumberText = Field(json_schema_extra={"example": "440106188806200021"})
    phone: Phone | None = None
    household_address: HouseholdAddress | None = Field(
        default=None, description="Never stored: the partner is asked themselves, where need be."
    )


class BookingIn(BaseModel):
    """A place in a slot. `partner` only for divorce_application and marriage, and then required."""

    service: Service
    slot_id: SlotId
    applicant: ApplicantIn
    partner: PartnerIn | None = None
    eligibility_shown: Yes = Field(
        default=False, description="The conditions of GET /law/eligibility were shown."
    )


class ConsentIn(BaseModel):
    """What the answering party adds. `give_back_own`: give up one's own held booking for it."""

    phone: Phone | None = None
    household_address: HouseholdAddress | None = None
    give_back_own: Yes = False


class RescheduleIn(BaseModel):
    """Where the booking shall go."""

    slot_id: SlotId


class SlotOut(Shape):
    """The slot of a booking."""

    id: int
    starts_at: Moment
    ends_at: Moment


class PartyOut(Shape):
    """One of the two people, masked."""

    role: Role
    name_masked: str
    consented: bool


class ConsentOut(Shape):
    """How long the other party can answer; `url` is the link for the applicant to pass on."""

    deadline: Moment
    url: str | None


class ProposalOut(Shape):
    """A move that one party asks for and the other has not answered yet."""

    slot: SlotOut
    office: OfficeBrief
    asked_by: Role
    deadline: Moment


class BookingOut(Shape):
    """A booking as one of its parties sees it. `me`: which of the two is asking."""

    code: str
    state: State
    service: Service
    office: OfficeBrief
    slot: SlotOut
    parties: list[PartyOut]
    consent: ConsentOut | None
    proposal: ProposalOut | None
    voucher: str | None = Field(
        description="The path of the voucher, once confirmed.", validation_alias="has_voucher"
    )
    successor: str | None = Field(description="The code of the booking that took its place.")
    me: Role

    @field_validator("voucher", mode="before")
    @classmethod
    def _path(cls, has_voucher: bool, found: ValidationInfo) -> str | None:
        return f"/api/v1/bookings/{found.data['code']}/voucher" if has_voucher else None

    @classmethod
    def of(cls, view: BookingView) -> BookingOut:
        """The booking as the contract shapes it."""
        return cls.reading(view)


class VoucherOut(Shape):
    """What a couple shows at the desk. `qr`: the signed text of the QR code."""

    code: str
    qr: str
    service: Service
    office: OfficeBrief
    address: str | None
    starts_at: Moment
    parties: list[PartyOut]
    bring: list[str]
    notes: list[str]

    @classmethod
    def of(cls, voucher: Voucher) -> VoucherOut:
        """The voucher as the contract shapes it."""
        return cls(
            code=voucher.booking.code,
            qr=voucher.qr,
            service=voucher.booking.service,
            office=OfficeBrief.reading(voucher.booking.office),
            address=voucher.address,
            starts_at=voucher.starts_at,
            parties=[PartyOut.reading(party) for party in voucher.booking.parties],
            bring=list(voucher.bring),
            notes=list(voucher.notes),
        )


class PaperOut(Shape):
    """One thing to bring, with the rule it comes from. `name` is in the reader's language."""

    name: str
    name_zh: str
    name_en: str
    form: str
    who: str
    original: bool
    copies: int | None
    valid_from: Day | None
    valid_to: Day | None = Field(description="The last day, included; null while in force.")
    article: str
    source: str
    confidence: str


class ConditionOut(Shape):
    """One thing that has to be so, why, and what to do where it is not."""

    code: str
    text: str
    reason: str
    way_out: str
    source: str


class EligibilityOut(Shape):
    """The conditions of a service. `version` names the text that was shown."""

    service: Service
    version: str
    conditions: list[ConditionOut]


class VoucherKeyOut(Shape):
    """The key that checks a voucher's QR code without a network."""

    algorithm: Literal["Ed25519"]
    public_key: str = Field(description="The 32 raw bytes, base64url without padding.")


class ClockIn(BaseModel):
    """Either whole days ahead, landing at 08:00 in Shanghai (0 only reads), or a moment."""

    advance_days: Annotated[int, Field(strict=True, ge=0, le=400)] | None = None
    to: MomentIn | None = None


class ClockOut(Shape):
    """Business time."""

    today: Day
    now: Moment


class NoticeOut(Shape):
    """A notice in the reader's language. `link`: to pass on to the other, while it is awaited."""

    id: int
    kind: str
    title: str
    text: str
    booking_code: str
    created_at: Moment
    is_read: bool
    link: str | None


class Nothing(Shape):
    """An empty object."""
