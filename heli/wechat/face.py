"""The face check in the mini program: WeChat looks, the verdict is read from WeChat's own word.

The telephone's word that a check went well counts for nothing, and no picture is ever fetched.
Source: facts on getVerifyId, wx.requestFacialVerify and queryVerifyInfo (face check 2.0), which
knows mainland identity cards alone.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from heli.ground import clock
from heli.identity.verification import Claim, Handle, Verdict
from heli.wechat.accounts import find_account
from heli.wechat.client import calls
from heli.wechat.client.errors import WeChatFault
from heli.wechat.client.face import IDENTITY_CARD, FaceOutcome
from heli.wechat.kinds import AppKind
from heli.wechat.models import FaceCheck
from heli.wechat.signing import cert_hash

PERMITS = ("81", "82", "83")  # residents of Hong Kong, Macao and Taiwan; no identity card
VERDICTS = {
    FaceOutcome.PASSED: Verdict.PASSED,
    FaceOutcome.MISMATCH: Verdict.MISMATCH,
    FaceOutcome.COUNTER: Verdict.COUNTER,
    FaceOutcome.AGAIN: None,
}

log = logging.getLogger(__name__)


class WeChatFace:
    """The adapter `wechat_face`. A claim's account is an openid of the mini program."""

    name = "wechat_face"
    is_for_production = True
    needs_account = True

    def ask(self, claim: Claim, verification: uuid.UUID) -> Verdict | Handle:
        """Begin a check at WeChat; the mini program starts it with the handle."""
        if claim.id_number.startswith(PERMITS):
            return Verdict.COUNTER
        account = find_account(AppKind.MINI, claim.account)
        if account is None:
            return Verdict.UNAVAILABLE
        try:
            ticket = calls.begin_face(verification.hex, claim.name, claim.id_number, claim.account)
        except WeChatFault as fault:
            log.warning("a face check could not begin: %s", fault)
            return Verdict.UNAVAILABLE
        now = clock.real_now()
        FaceCheck.objects.filter(expires_at__lte=now).delete()
        FaceCheck.objects.create(
            verification=verification,
            account=account,
            verify_id=ticket.verify_id,
            expires_at=now + timedelta(seconds=ticket.expires_in),
        )
        return Handle(ticket.verify_id)

    def result(self, claim: Claim, verification: uuid.UUID) -> Verdict | None:
        """What WeChat says came of it; None while it can still be done, or has to be begun anew."""
        begun = FaceCheck.objects.filter(verification=verification).first()
        if begun is None or begun.expires_at <= clock.real_now():
            return None
        document = cert_hash(IDENTITY_CARD, claim.name, claim.id_number)
        try:
            found = calls.face_result(begun.verify_id, verification.hex, document, claim.account)
        except WeChatFault as fault:
            log.warning("the result of a face check could not be read: %s", fault)
            return Verdict.UNAVAILABLE
        return VERDICTS[found.outcome]
