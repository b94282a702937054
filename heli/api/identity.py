"""Proving who one is: the first step of everything that needs a token."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from ninja.params import functions as params

from heli.api.auth import asking_openid
from heli.api.check_bearer import CheckBearer, CheckRequest
from heli.api.openapi import refuses, refuses_strangers
from heli.api.people import phone_given
from heli.api.schemas import (
    DeskCodeIn,
    PendingVerificationOut,
    ReturnIn,
    TokenOut,
    VerificationIn,
    VerificationOut,
)
from heli.ground import clock
from heli.ground.callers import address_of
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.hall.errors import DeskCodeGone
from heli.hall.in_person import take_up
from heli.identity import queries
from heli.identity.errors import AlreadyAnswered, IdentityNotProven, StillPending
from heli.identity.services import (
    PendingVerification,
    finish_by_key,
    finish_verification,
    verify_person,
)
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.keeping.consents import current_texts
from heli.keeping.words_of_checks import note_word_of

router = Router(tags=["identity"])

NO_BODY = params.Body(None)
OLD_TEXT = _("这不是现在的同意书版本。请重新显示给本人看，再提交。")


@router.post(
    "/verifications",
    response={201: TokenOut, 202: PendingVerificationOut},
    openapi_extra=refuses(IdentityNotProven),
)
def post_verification(request: HttpRequest, body: VerificationIn) -> Status[object]:
    """Check name and number. 201 with a token, or 202 where the check goes on elsewhere.

    `wechat_face` is for the mini program and wants its session as Bearer. `data_consent` that is
    not the version shown today is `invalid_input`."""
    has_agreed = _agreed(body.data_consent)
    proof = verify_person(
        **body.model_dump(exclude={"data_consent"}),
        account=asking_openid(request),
        address=address_of(request),
        from_an_app=True,
    )
    if has_agreed:
        note_word_of(proof)
    return proof_out(proof)


@router.post("/desk", response={201: TokenOut}, openapi_extra=refuses(DeskCodeGone))
def post_desk_code(request: HttpRequest, body: DeskCodeIn) -> Status[object]:
    """Go on with the code that a clerk gave: a token that is good at that office alone, until an
    hour after the clerk looked at the card. Once; a wrong `number_end` is `invalid_input`, and the
    fifth ends the code."""
    has_agreed = _agreed(body.data_consent)
    identity = take_up(
        body.code,
        number_end=body.number_end,
        phone=phone_given(body.phone),
        address=address_of(request),
        at=clock.now(),
    )
    if has_agreed:
        note_word_of(identity)
    return proof_out(identity)


@router.get("/verifications/{id}", response=VerificationOut, openapi_extra=refuses(NotFound))
def get_verification(request: HttpRequest, id: UUID) -> VerificationOut:
    """How a check that went on elsewhere stands."""
    return VerificationOut.reading(queries.verification(id))


@router.post(
    "/verifications/{id}/result",
    auth=CheckBearer(),
    response={201: TokenOut},
    openapi_extra=refuses_strangers(NotFound, StillPending, AlreadyAnswered, IdentityNotProven),
)
def post_verification_result(
    request: CheckRequest, id: UUID, body: ReturnIn | None = NO_BODY
) -> Status[object]:
    """What came of a check, asked at the vendor: a token, once. Bearer is the mini program's
    session, or else the check's `key`, and then with the `code` that the page shows on which the
    person arrives, or that came to their telephone. Another's is `not_found`; one that is not
    finished is `wrong_state`; a wrong code from the telephone is `invalid_input`."""
    if request.openid:
        return proof_out(finish_verification(id, account=request.openid))
    code = body.code if body else ""
    return proof_out(finish_by_key(id, key=request.key, code=code))


def _agreed(version: str | None) -> bool:
    """Whether the texts of today were agreed to. Raises InvalidInput for any other version."""
    if version is None:
        return False
    if version not in {text.version for text in current_texts().values()}:
        raise InvalidInput(FieldError("data_consent", OLD_TEXT))
    return True


def proof_out(proof: VerifiedIdentity | PendingVerification) -> Status[object]:
    """The answer to a check: a token, or where to go on."""
    if isinstance(proof, PendingVerification):
        return Status(202, PendingVerificationOut.reading(proof))
    token, expires_at = issue_token(proof)
    return Status(201, TokenOut(token=token, expires_at=expires_at))
