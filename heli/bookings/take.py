"""One place to be taken, as a row for the SQL function `bookings_take`, and its answer.

This is the only way in which a booking comes into being, alone or gathered with others.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from heli.bookings.codes import new_code
from heli.bookings.errors import (
    AlreadyBooked,
    BookingSuspended,
    KeyReused,
    SlotFull,
    TooLate,
    WrongState,
)
from heli.bookings.models import Lapse
from heli.bookings.parties import SealedParty, seal_applicant, seal_partner
from heli.bookings.requests import HoldRequest
from heli.ground import words
from heli.ground.refusals import FieldError, InvalidInput, NotFound, Refusal
from heli.identity.verified import VerifiedIdentity
from heli.law import eligibility


class Outcome(StrEnum):
    """What became of one request, in the words of `bookings_take`."""

    TAKEN = "taken"
    REPLAYED = "replayed"  # the same key and request as before: the booking of that time
    KEY_REUSED = "key_reused"
    NO_SUCH_SLOT = "no_such_slot"
    OTHER_SERVICE = "other_service"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    NOT_OPEN = "not_open"
    SUSPENDED = "suspended"
    SLOT_FULL = "slot_full"
    ALREADY_BOOKED = "already_booked"


ASK_MORE = frozenset({Outcome.REPLAYED, Outcome.ALREADY_BOOKED, Outcome.SUSPENDED})
"""What can only be answered after reading more: a booking of before, or until when."""


class TakenPlace(NamedTuple):
    """Where and when a place is that was just taken. Moments UTC.

    consent_deadline: until then the partner may answer; None where nobody has to.
    """

    office_id: str
    office_name: str
    starts_at: datetime
    ends_at: datetime
    change_closes_at: datetime
    consent_deadline: datetime | None


class Answer(NamedTuple):
    """What `bookings_take` answers to one request.

    code: of the booking where it was taken or replayed. place: with TAKEN alone.
    """

    outcome: Outcome
    code: str
    place: TakenPlace | None


class TakeRow(NamedTuple):
    """The arguments of `bookings_take` for one request, in its order."""

    at: datetime
    booking: uuid.UUID
    code: str
    service: str
    slot: int
    person: bytes
    key: str
    digest: bytes
    eligibility: str | None
    predecessor: uuid.UUID | None
    applicant_id: uuid.UUID
    applicant_details: bytes
    partner_id: uuid.UUID | None
    partner_named: bytes | None
    partner_details: bytes | None

    def __repr__(self) -> str:
        return "TakeRow(…)"


TYPES = (
    *("timestamptz", "uuid", "text", "text", "bigint", "bytea", "text", "bytea", "text", "uuid"),
    *("uuid", "bytea"),  # the applicant
    *("uuid", "bytea", "bytea"),  # the partner
)
_SQL = "SELECT * FROM bookings_take({})".format(", ".join(f"%s::{kind}[]" for kind in TYPES))
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


def take_row(
    request: HoldRequest,
    *,
    by: VerifiedIdentity,
    key: str,
    at: datetime,
    keeps_address: bool = False,
) -> TakeRow:
    """Seal the people of a request and lay everything out for the storage.

    keeps_address: whether the office asks where the applicant is registered; else what was sent
    of it is not stored. The digest is of the request as it was sent.
    """
    partner = None
    if request.partner is not None:
        partner = seal_partner(request.partner)
    address = request.household_address if keeps_address else None
    return row_of(
        seal_applicant(by, phone=request.phone, household_address=address),
        partner,
        service=request.service,
        slot_id=request.slot_id,
        key=key,
        digest=request.digest(),
        eligibility_shown=eligibility.VERSION if request.eligibility_shown else None,
        at=at,
    )


def row_of(
    applicant: SealedParty,
    partner: SealedParty | None,
    *,
    service: str,
    slot_id: int,
    key: str,
    digest: bytes,
    eligibility_shown: str | None,
    at: datetime,
    predecessor: uuid.UUID | None = None,
) -> TakeRow:
    """The row for people who are sealed already."""
    return TakeRow(
        at=at,
        booking=uuid7(),
        code=new_code(),
        service=service,
        slot=slot_id,
        person=applicant.named,
        key=key,
        digest=digest,
        eligibility=eligibility_shown,
        predecessor=predecessor,
        applicant_id=applicant.id,
        applicant_details=applicant.details,
        partner_id=partner.id if partner else None,
        partner_named=partner.named if partner else None,
        partner_details=partner.details if partner else None,
    )


def take_places(rows: Sequence[TakeRow]) -> list[Answer]:
    """Take a place for each row, in order of arrival; an answer for each, in the same order.

    One statement, in the caller's transaction if there is one, else acknowledged when it returns.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, columns_of(rows))
        return answers_of(cursor.fetchall())


def columns_of(rows: Sequence[TakeRow]) -> list[list[Any]]:
    """The rows as arrays, one for each argument of `bookings_take`."""
    return [list(column) for column in zip(*rows, strict=True)]


def answers_of(found: Sequence[tuple[Any, ...]]) -> list[Answer]:
    """The rows that `bookings_take` returned."""
    return [
        Answer(_OUTCOMES[outcome], code, TakenPlace(*place) if outcome == Outcome.TAKEN else None)
        for outcome, code, *place in found
    ]


def refusal_of(outcome: Outcome, *, person: bytes, at: datetime) -> Refusal:
    """The refusal that stands behind an outcome other than taken and replayed."""
    match outcome:
        case Outcome.SLOT_FULL:
            return SlotFull()
        case Outcome.ALREADY_BOOKED:
            return AlreadyBooked()
        case Outcome.KEY_REUSED:
            return KeyReused()
        case Outcome.NO_SUCH_SLOT:
            return NotFound(_("没有找到这个时段，您的预约没有提交。请重新选择时间。"))
        case Outcome.OTHER_SERVICE:
            return InvalidInput(FieldError("slot_id", _("这个时段属于另一项业务，请重新选择。")))
        case Outcome.TOO_LATE:
            return TooLate()
        case Outcome.NOT_OPEN:
            return WrongState(_("这个时段还没有放号，您的预约没有提交。"), state="not_released")
        case Outcome.WITHDRAWN:
            return WrongState(
                _("登记处已不再开放这个时段，您的预约没有提交。请换一个时段。"), state="closed"
            )
        case Outcome.SUSPENDED:
            return _suspended(_suspended_until(person, at) or at)
        case Outcome.TAKEN | Outcome.REPLAYED:
            raise AssertionError("a booking that stands is no refusal")


def suspension_of(person: bytes, at: datetime) -> BookingSuspended | None:
    """Why this person holds no new place for two at a moment (UTC); None where they may."""
    until = _suspended_until(person, at)
    return _suspended(until) if until else None


def _suspended_until(person: bytes, at: datetime) -> datetime | None:
    return (
        Lapse.objects.filter(person=person, suspended_until__gt=at)
        .order_by("-suspended_until")
        .values_list("suspended_until", flat=True)
        .first()
    )


def _suspended(until: datetime) -> BookingSuspended:
    return BookingSuspended(until=words.moment_in_words(until), until_at=until)
