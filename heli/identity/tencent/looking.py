"""Whether what the settings say of Tencent Cloud's real-name checks holds: the service is asked.

Nobody is checked, and nothing is paid for.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from heli.ground.vendors import Tencent
from heli.identity.verification import adapter_named, offered_methods

NO_CHECK = "00000000-0000-0000-0000-000000000000"
_KEY_REFUSED = ("AuthFailure", "UnauthorizedOperation")
_RULE_REFUSED = ("InvalidParameterValue.RuleId",)
_NOT_REACHED = ("ClientNetworkError", "ServerNetworkError", "JSONDecodeError")
NAMES_A_WAY_THAT_IS_NOT_SET_UP = (
    "HELI_IDENTITY names {method}, which is not set up here; browsers are offered {offered}"
)


@dataclass(frozen=True)
class Look:
    """What was seen. is_bad: whether nothing works before it is mended."""

    is_bad: bool
    text: str


def look_at_method() -> Look:
    """Whether the check that HELI_IDENTITY names can be chosen."""
    method, offered = settings.HELI.identity, offered_methods()
    known = ", ".join(offered) or "none"
    if method and adapter_named(method) is None:
        text = NAMES_A_WAY_THAT_IS_NOT_SET_UP.format(method=method, offered=known)
        return Look(True, text)
    return Look(False, f"in a browser: {known}")


def look_at_faceid() -> Look:
    """Whether the key and the rule of the face check are accepted."""
    tencent: Tencent = settings.HELI.tencent
    if not tencent.faceid_rule_id:
        return Look(False, "not set up")
    if not tencent.secret_id:
        return Look(True, "HELI_TENCENT_SECRET_ID is not set; nobody can be checked")
    if tencent.is_emulated_at_the_real_one:
        return Look(False, "the emulator's own key, and no emulator is set; nothing is called")
    code = _code_for_no_check(tencent)
    if code.startswith(_KEY_REFUSED):
        text = f"{code}; look at HELI_TENCENT_SECRET_ID, HELI_TENCENT_SECRET_KEY and their rights"
        return Look(True, text)
    if code.startswith(_RULE_REFUSED):
        return Look(True, f"{code}; look at HELI_FACEID_RULE_ID")
    if code.startswith(_NOT_REACHED):
        return Look(True, "no answer; look at the network and HELI_TENCENT_ENDPOINT")
    return Look(False, "the key and the rule are accepted")


def _code_for_no_check(tencent: Tencent) -> str:
    """What is said of a check that never was: the key and the rule are looked at first."""
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.faceid.v20180301.models import GetDetectInfoEnhancedRequest

    from heli.identity.tencent.cloud import faceid

    asked = GetDetectInfoEnhancedRequest()
    asked.RuleId, asked.BizToken, asked.InfoType = tencent.faceid_rule_id, NO_CHECK, "1"
    try:
        faceid(tencent).GetDetectInfoEnhanced(asked)
    except TencentCloudSDKException as refused:
        return str(refused.get_code())
    return ""
