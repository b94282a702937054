"""The face check in a browser: Tencent Cloud looks, the verdict is read from its own word.

The person is sent to the vendor's page and back. That they came back, and what the address says
then, counts for nothing: the result is asked for by the server and compared with what was asked.
Of all there is to be had about a check only the text is fetched: no picture, no video.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.vendors import Tencent
from heli.identity.models import FaceIdCheck
from heli.identity.names import NameError_, clean_name
from heli.identity.tencent.codes import BEGIN_REFUSED, RESULT_REFUSED, face_verdict
from heli.identity.tencent.precheck import ended_early
from heli.identity.verification import Claim, Redirect, Verdict

CHECK_LIVES = timedelta(seconds=7200)  # BizToken; source: the SDK's text on DetectAuth
TEXT_ONLY = "1"
NAME_CHARACTERS_MAX = 32  # of DetectAuth

log = logging.getLogger(__name__)


class FaceIdInBrowser:
    """The adapter `faceid`."""

    name = "faceid"
    is_for_production = True
    needs_account = False

    def is_set_up(self) -> bool:
        """Whether there is a key and a rule, and not only for an emulator that is not there."""
        tencent: Tencent = settings.HELI.tencent
        is_set = bool(tencent.secret_id and tencent.faceid_rule_id)
        return is_set and not tencent.is_emulated_at_the_real_one

    def ask(self, claim: Claim, verification: uuid.UUID) -> Verdict | Redirect:
        """Begin a check at the vendor, and say where the person has to go for it."""
        if len(claim.name) > NAME_CHARACTERS_MAX:
            return Verdict.COUNTER
        begun = ended_early(claim) or _begin(settings.HELI.tencent, claim, verification)
        if isinstance(begun, Verdict):
            return begun
        url, biz_token = str(begun.Url or ""), str(begun.BizToken or "")
        if not biz_token or not _may_be_gone_to(url):
            log.warning("Tencent Cloud began a face check without an address")
            return Verdict.UNAVAILABLE
        FaceIdCheck.objects.create(
            verification=verification,
            biz_token=biz_token,
            expires_at=clock.real_now() + CHECK_LIVES,
        )
        return Redirect(url)

    def result(self, claim: Claim, verification: uuid.UUID) -> Verdict | None:
        """What the vendor says came of it; None while the person is not done."""
        begun = FaceIdCheck.objects.filter(verification=verification).first()
        if begun is None:
            return Verdict.AGAIN
        told = _result(settings.HELI.tencent, begun.biz_token)
        if isinstance(told, Verdict):
            return told
        if told.Text is None:
            return Verdict.UNAVAILABLE
        verdict = face_verdict(told.Text.ErrCode)
        if verdict is not Verdict.PASSED or _is_about(claim, verification, told.Text):
            return verdict
        log.error("a face check that passed is about another person than was asked")
        return Verdict.MISMATCH


def _begin(tencent: Tencent, claim: Claim, verification: uuid.UUID) -> Any:
    # The SDK is loaded where a check is made, and not in every process that knows this room.
    from tencentcloud.faceid.v20180301.models import DetectAuthRequest

    from heli.identity.tencent.cloud import answer_or_verdict, faceid

    asked = DetectAuthRequest()
    asked.RuleId, asked.Extra = tencent.faceid_rule_id, verification.hex
    asked.Name, asked.IdCard = claim.name, claim.id_number
    asked.RedirectUrl = claim.back_to
    return answer_or_verdict(lambda: faceid(tencent).DetectAuth(asked), BEGIN_REFUSED)


def _result(tencent: Tencent, biz_token: str) -> Any:
    from tencentcloud.faceid.v20180301.models import GetDetectInfoEnhancedRequest

    from heli.identity.tencent.cloud import answer_or_verdict, faceid

    asked = GetDetectInfoEnhancedRequest()
    asked.RuleId, asked.BizToken = tencent.faceid_rule_id, biz_token
    asked.InfoType = TEXT_ONLY
    return answer_or_verdict(lambda: faceid(tencent).GetDetectInfoEnhanced(asked), RESULT_REFUSED)


def _may_be_gone_to(url: str) -> bool:
    is_production = settings.HELI.environment is Environment.PRODUCTION
    return urlsplit(url).scheme in (("https",) if is_production else ("https", "http"))


def _is_about(claim: Claim, verification: uuid.UUID, text: Any) -> bool:
    """Whether the vendor says the check was of this attempt and of this person."""
    try:
        is_named = clean_name(str(text.Name or "")) == claim.name
    except NameError_:
        is_named = False
    is_numbered = str(text.IdCard or "").strip().upper() == claim.id_number
    return is_named and is_numbered and text.Extra == verification.hex
