"""What may be done about identity: prove who one is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.identity import codes, going_back, verification
from heli.identity.asking import Request, read_request
from heli.identity.attempts import count_check
from heli.identity.claims import claim_of, seal_claim
from heli.identity.errors import (
    AlreadyAnswered,
    CheckUnavailable,
    IdentityNotProven,
    StillPending,
)
from heli.identity.id_numbers import IdNumber
from heli.identity.models import FaceIdCheck, SentCode, Verification, VerificationState
from heli.identity.queries import find_verification
from heli.identity.verification import (
    AskedAgain,
    CardCheck,
    Claim,
    Handle,
    Redirect,
    Verdict,
)
from heli.identity.verified import VerifiedIdentity

CLAIM_KEPT = timedelta(hours=2)  # real time; twice as long as any vendor keeps a check open
WRONG_CODE = _("验证码不对。还可以再试{left}次。")


@dataclass(frozen=True)
class CodeSent:
    """The check goes on with a code that was sent to the telephone of the claim."""


@dataclass(frozen=True)
class PendingVerification:
    """The check goes on elsewhere. id: under which to ask for it.

    redirect_url: where to go. handle: what the app that asks starts it with. One of them is there,
    or neither where a code was sent to the telephone.
    key: what whoever began it shows to finish it, where no account of an app stands for them.
    """

    id: uuid.UUID
    redirect_url: str | None
    handle: str | None
    key: str | None = field(default=None, repr=False)


def verify_person(
    *,
    name: str,
    id_number: str,
    phone: str,
    method: str,
    account: str = "",
    address: str = "",
    from_an_app: bool = False,
    card: str = "",
) -> VerifiedIdentity | PendingVerification:
    """Have a real-name check find out whether this person is who they say.

    account: the asker's at the vendor, from the vendor's own word; empty in a browser. Only it can
    finish what is begun for it. address: the asker's, to count attempts. from_an_app: a program
    asks, to which a person who comes back from a check elsewhere carries the code themselves.
    card: the number of a bank card where the method asks for one; it is kept nowhere.
    The check may take seconds and is asked outside of any transaction; that it was asked, and
    what came of it, is recorded in one row, without name or number.
    Raises InvalidInput (with every field at fault), IdentityNotProven, CheckUnavailable,
    RateLimited.
    """
    request = read_request(
        name=name, id_number=id_number, phone=phone, method=method, account=account, card=card
    )
    attempt = Verification(
        id=uuid.uuid4(), method=request.adapter.name, requested_at=clock.real_now()
    )
    claim = request.claim(account)
    if request.adapter.is_for_production:
        count_check(request.id_number.blind_index(), "" if account else address)
    answer = _ask(request, claim, attempt, from_an_app=from_an_app)
    if isinstance(answer, Redirect | Handle | CodeSent):
        return _await_answer(attempt, claim, answer)
    answered_at = _record(attempt, answer, request.id_number)
    if answer is Verdict.UNAVAILABLE:
        raise CheckUnavailable()
    if answer is not Verdict.PASSED:
        raise IdentityNotProven(reason=answer.value)
    return _proven(claim, attempt.method, answered_at)


def finish_verification(id: str | uuid.UUID, *, account: str) -> VerifiedIdentity:
    """Who has proven who they are, by a check that went on in their app.

    account: whose session asks, as `verify_person` was told. The vendor is asked outside of any
    transaction; its answer ends the attempt, so that one check gives one proof.
    Raises NotFound (no such attempt, or of another account), StillPending, AlreadyAnswered,
    IdentityNotProven, and CheckUnavailable, after which it may be asked again.
    """
    attempt, claim = _pending(id)
    if not account or claim.account != account:
        raise NotFound()
    return _finish(attempt, claim)


def finish_redirected(id: str | uuid.UUID, *, key: str, code: str) -> VerifiedIdentity:
    """Who has proven who they are, by a check that they were sent to and came back from.

    key: of whoever began it. code: of the address they came back to (`going_back`). Otherwise as
    `finish_verification`: raises NotFound where either is another check's, StillPending,
    AlreadyAnswered, IdentityNotProven, CheckUnavailable.
    """
    attempt = find_verification(id)
    going_back.check_key(attempt.id, key)
    going_back.check_return_code(attempt.id, code)
    attempt, claim = _pending(attempt.id)
    if claim.account:
        raise NotFound()
    return _finish(attempt, claim)


def finish_by_code(id: str | uuid.UUID, *, key: str, code: str) -> VerifiedIdentity:
    """Who has proven who they are, by the code that was sent to their telephone.

    key: of whoever began it. Raises InvalidInput where the code is wrong, IdentityNotProven after
    the last try, NotFound, AlreadyAnswered.
    """
    attempt, claim = _pending_by_key(id, key)
    if not isinstance(verification.adapter_named(attempt.method), CardCheck):
        raise NotFound()
    left = codes.tries_left_after(attempt.id, code)
    if left:
        raise InvalidInput(FieldError("code", str(WRONG_CODE).format(left=left)))
    verdict = Verdict.PASSED if left is None else Verdict.AGAIN
    answered_at = _end(attempt, verdict, IdNumber.trusted(claim.id_number))
    if left is not None:
        codes.forget(attempt.id)
        raise IdentityNotProven(reason=verdict.value)
    return _proven(claim, attempt.method, answered_at)


def finish_by_key(id: str | uuid.UUID, *, key: str, code: str) -> VerifiedIdentity:
    """As `finish_by_code` or `finish_redirected`, whichever the check is."""
    adapter = verification.adapter_named(find_verification(id).method)
    finish = finish_by_code if isinstance(adapter, CardCheck) else finish_redirected
    return finish(id, key=key, code=code)


def send_code_again(id: str | uuid.UUID, *, key: str) -> None:
    """Send another code for a check that waits for one. Raises NotFound, AlreadyAnswered,
    RateLimited, CheckUnavailable."""
    attempt, claim = _pending_by_key(id, key)
    if not isinstance(verification.adapter_named(attempt.method), CardCheck):
        raise NotFound()
    if not codes.send(attempt.id, claim.phone):
        raise CheckUnavailable()


def _pending_by_key(id: str | uuid.UUID, key: str) -> tuple[Verification, Claim]:
    attempt = find_verification(id)
    going_back.check_key(attempt.id, key)
    return _pending(attempt.id)


def _ask(
    request: Request, claim: Claim, attempt: Verification, *, from_an_app: bool
) -> Verdict | Redirect | Handle | CodeSent:
    if not isinstance(request.adapter, CardCheck):
        back_to = going_back.address_back(attempt.id, to_an_app=from_an_app)
        return request.adapter.ask(replace(claim, back_to=back_to), attempt.id)
    verdict = request.adapter.ask_by_card(claim, request.card, attempt.id)
    if verdict is not Verdict.PASSED:
        return verdict
    return CodeSent() if codes.send(attempt.id, claim.phone) else Verdict.UNAVAILABLE


def _pending(id: str | uuid.UUID) -> tuple[Verification, Claim]:
    forget_old_claims(clock.real_now())
    attempt = find_verification(id)
    if attempt.request_sealed is None:
        raise AlreadyAnswered(state=attempt.state)
    return attempt, claim_of(attempt)


def _finish(attempt: Verification, claim: Claim) -> VerifiedIdentity:
    adapter = verification.adapter_named(attempt.method)
    if not isinstance(adapter, AskedAgain):
        raise NotFound()
    verdict = adapter.result(claim, attempt.id)
    if verdict is None:
        raise StillPending(state=attempt.state)
    if verdict is Verdict.UNAVAILABLE:
        raise CheckUnavailable()
    answered_at = _end(attempt, verdict, IdNumber.trusted(claim.id_number))
    if verdict is not Verdict.PASSED:
        raise IdentityNotProven(reason=verdict.value)
    return _proven(claim, attempt.method, answered_at)


def next_old_claim() -> datetime | None:
    """When a claim has waited too long for its answer, once it has (UTC); None while none has."""
    waiting = Verification.objects.filter(state=VerificationState.PENDING)
    first = waiting.order_by("requested_at").values_list("requested_at", flat=True).first()
    is_old = first is not None and first + CLAIM_KEPT <= clock.real_now()
    return first + CLAIM_KEPT if first is not None and is_old else None


def forget_old_claims(at: datetime) -> None:
    """End the attempts that nobody finished; what was sealed with them is gone.

    at: not looked at. What was typed is kept by the real clock, however far business time runs.
    """
    now = clock.real_now()
    Verification.objects.filter(
        state=VerificationState.PENDING, requested_at__lte=now - CLAIM_KEPT
    ).update(
        state=VerificationState.FAILED,
        reason=Verdict.UNAVAILABLE.value,
        request_sealed=None,
        answered_at=now,
    )
    FaceIdCheck.objects.filter(expires_at__lte=now).delete()
    SentCode.objects.filter(expires_at__lte=now - CLAIM_KEPT).delete()


def _proven(claim: Claim, method: str, verified_at: datetime) -> VerifiedIdentity:
    id_number = IdNumber.trusted(claim.id_number)
    return VerifiedIdentity(
        person=id_number.blind_index(),
        name=claim.name,
        id_number=id_number,
        phone=claim.phone,
        method=method,
        verified_at=verified_at,
    )


def _record(attempt: Verification, verdict: Verdict, id_number: IdNumber) -> datetime:
    answer = _answer(verdict, id_number)
    for column, value in answer.items():
        setattr(attempt, column, value)
    attempt.save(force_insert=True)
    answered_at: datetime = answer["answered_at"]
    return answered_at


def _end(attempt: Verification, verdict: Verdict, id_number: IdNumber) -> datetime:
    """Record the answer of a pending attempt; only the first of several is one."""
    answer = _answer(verdict, id_number)
    waiting = Verification.objects.filter(id=attempt.id, state=VerificationState.PENDING)
    if not waiting.update(**answer, request_sealed=None):
        raise AlreadyAnswered(state=find_verification(attempt.id).state)
    answered_at: datetime = answer["answered_at"]
    return answered_at


def _answer(verdict: Verdict, id_number: IdNumber) -> dict[str, Any]:
    has_passed = verdict is Verdict.PASSED
    return {
        "state": VerificationState.PASSED if has_passed else VerificationState.FAILED,
        "reason": "" if has_passed else verdict.value,
        "person": id_number.blind_index() if has_passed else None,
        "answered_at": clock.real_now(),
    }


def _await_answer(
    attempt: Verification, claim: Claim, answer: Redirect | Handle | CodeSent
) -> PendingVerification:
    attempt.state = VerificationState.PENDING
    seal_claim(attempt, claim)
    attempt.save(force_insert=True)
    if isinstance(answer, Handle):
        return PendingVerification(attempt.id, redirect_url=None, handle=answer.value)
    key = going_back.key_of(attempt.id)
    url = answer.url if isinstance(answer, Redirect) else None
    return PendingVerification(attempt.id, redirect_url=url, handle=None, key=key)
