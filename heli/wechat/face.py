"""The face check in the mini program: WeChat looks, the verdict is read from WeChat's own word.

The telephone's word that a check went well counts for nothing, and no picture is ever fetched.
Source: facts on getVerifyId, wx.requestFacialVerify and queryVerifyInfo (face check 2.0), which
knows mainland identity cards alone.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import RateLimited
from heli.identity.id_numbers import PERMITS
from heli.identity.verification import Claim, Handle, Verdict
from heli.wechat.accounts import find_account
from heli.wechat.client import calls
from heli.wechat.client.errors import WeChatFault
from heli.wechat.client.face import IDENTITY_CARD, FaceOutcome
from heli.wechat.kinds import AppKind
from heli.wechat.models import FaceCheck
from heli.wechat.signing import cert_hash

VERDICTS = {
    FaceOutcome.PASSED: Verdict.PASSED,
    FaceOutcome.MISMATCH: Verdict.MISMATCH,
    FaceOutcome.COUNTER: Verdict.COUNTER,
    FaceOutcome.AGAIN: None,
}

CHECKS_MAX = 10  # that one account may have open, each for an hour: every one is paid for
TRY_AGAIN_SECONDS = 600
TOO_MANY = _("这个微信在一小时里开始了太多次人脸验证，这一次没有开始。请过一会儿再试。")

log = logging.getLogger(__name__)


class WeChatFace:
    """The adapter `wechat_face`. A claim's account is an openid of the mini program."""

    name = "wechat_face"
    is_for_production = True
    needs_account = True

    def is_set_up(self) -> bool:
        """An account of the mini program, which it needs, is only there where that is set up."""
        return True

    def ask(self, claim: Claim, verification: uuid.UUID) -> Verdict | Handle:
        """Begin a check at WeChat; the mini program starts it with the handle.

        Raises RateLimited: this account began too many within the hour.
        """
        if claim.id_number.startswith(PERMITS):
            return Verdict.COUNTER
        account = find_account(AppKind.MINI, claim.account)
        if account is None:
            return Verdict.UNAVAILABLE
        now = clock.real_now()
        FaceCheck.objects.filter(expires_at__lte=now).delete()
        if FaceCheck.objects.filter(account=account).count() >= CHECKS_MAX:
            raise RateLimited(TOO_MANY, retry_after_seconds=TRY_AGAIN_SECONDS)
        try:
            ticket = calls.begin_face(verification.hex, claim.name, claim.id_number, claim.account)
        except WeChatFault as fault:
            log.warning("a face check could not begin: %s", fault)
            return Verdict.UNAVAILABLE
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
