"""What may be done about identity: prove who one is."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput
from heli.identity import verification
from heli.identity.errors import CheckUnavailable, IdentityNotProven
from heli.identity.id_numbers import IdNumber, read_allowed
from heli.identity.malformed import Malformed
from heli.identity.models import Verification, VerificationState
from heli.identity.names import clean_name
from heli.identity.phones import clean_phone
from heli.identity.verification import Claim, RealNameCheck, Redirect, Verdict
from heli.identity.verified import VerifiedIdentity
from heli.vault.sealing import Spot, seal


@dataclass(frozen=True)
class PendingVerification:
    """The check goes on elsewhere. id: under which to ask for it; redirect_url: where to go."""

    id: uuid.UUID
    redirect_url: str


@dataclass(frozen=True, repr=False)
class _Request:
    name: str
    id_number: IdNumber
    phone: str
    adapter: RealNameCheck


def verify_person(
    *, name: str, id_number: str, phone: str, method: str
) -> VerifiedIdentity | PendingVerification:
    """Have a real-name check find out whether this person is who they say.

    The check may take seconds and is asked outside of any transaction; that it was asked, and
    what came of it, is recorded in one row, without name or number.
    Raises InvalidInput (with every field at fault), IdentityNotProven, CheckUnavailable.
    """
    request = _read(name=name, id_number=id_number, phone=phone, method=method)
    attempt = Verification(
        id=uuid.uuid4(), method=request.adapter.name, requested_at=clock.real_now()
    )
    claim = Claim(name=request.name, id_number=request.id_number.value, phone=request.phone)
    answer = request.adapter.ask(claim, attempt.id)
    if isinstance(answer, Redirect):
        return _await_answer(attempt, claim, answer)
    answered_at = _record(attempt, answer, request.id_number)
    if answer is Verdict.UNAVAILABLE:
        raise CheckUnavailable()
    if answer is not Verdict.PASSED:
        raise IdentityNotProven(reason=answer.value)
    return VerifiedIdentity(
        person=request.id_number.blind_index(),
        name=request.name,
        id_number=request.id_number,
        phone=request.phone,
        method=attempt.method,
        verified_at=answered_at,
    )


def _read(*, name: str, id_number: str, phone: str, method: str) -> _Request:
    errors: list[FieldError] = []
    clean: dict[str, str] = {}
    number: IdNumber | None = None
    try:
        clean["name"] = clean_name(name)
    except Malformed as fault:
        errors.append(fault.at("name"))
    try:
        number = read_allowed(id_number, clock.today())
    except Malformed as fault:
        errors.append(fault.at("id_number"))
    try:
        clean["phone"] = clean_phone(phone)
    except Malformed as fault:
        errors.append(fault.at("phone"))
    adapter = verification.adapter_named(method)
    if adapter is None:
        errors.append(FieldError("method", _("这里没有这种验证方式。请换一种方式。")))
    if errors:
        raise InvalidInput(*errors)
    assert number is not None
    assert adapter is not None
    return _Request(name=clean["name"], id_number=number, phone=clean["phone"], adapter=adapter)


def _record(attempt: Verification, verdict: Verdict, id_number: IdNumber) -> datetime:
    answered_at = clock.real_now()
    attempt.answered_at = answered_at
    if verdict is Verdict.PASSED:
        attempt.state = VerificationState.PASSED
        attempt.person = id_number.blind_index()
    else:
        attempt.state = VerificationState.FAILED
        attempt.reason = verdict.value
    attempt.save(force_insert=True)
    return answered_at


def _await_answer(attempt: Verification, claim: Claim, answer: Redirect) -> PendingVerification:
    attempt.state = VerificationState.PENDING
    attempt.request_sealed = seal(
        json.dumps(asdict(claim), ensure_ascii=False),
        spot=Spot("identity_verification", "request_sealed", str(attempt.id)),
    )
    attempt.save(force_insert=True)
    return PendingVerification(id=attempt.id, redirect_url=answer.url)
