"""The client of the SDK, and what is told of its refusals: a code, never what was sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301.faceid_client import FaceidClient

from heli.ground.vendors import Tencent
from heli.identity.verification import Verdict

# It would write down names and numbers.
logging.getLogger("tencentcloud_sdk_common").setLevel(logging.INFO)

CONNECT_SECONDS_MAX = 3
ANSWER_SECONDS_MAX = 8

T = TypeVar("T")
log = logging.getLogger(__name__)


def faceid(tencent: Tencent, *, answer_seconds_max: float | None = None) -> FaceidClient:
    """The client, or one of the emulator's where the settings say so.

    answer_seconds_max: how long an answer may take; None: ANSWER_SECONDS_MAX.
    """
    answer_seconds_max = answer_seconds_max or ANSWER_SECONDS_MAX
    http = HttpProfile(reqTimeout=(CONNECT_SECONDS_MAX, answer_seconds_max))
    if tencent.endpoint is not None:
        http.scheme, _, http.endpoint = tencent.endpoint.partition("://")
    key = Credential(tencent.secret_id, tencent.secret_key)
    return FaceidClient(key, "", ClientProfile(httpProfile=http))


def answer_or_verdict(call: Callable[[], T], refused: Mapping[str, Verdict]) -> T | Verdict:
    """What the call answers; or what its refusal means: UNAVAILABLE for all that is not listed.

    Nothing is tried again here: each call is paid for, and the person can.
    """
    try:
        return call()
    except TencentCloudSDKException as fault:
        code = str(fault.get_code())
        verdict = refused.get(code, Verdict.UNAVAILABLE)
        if verdict is Verdict.UNAVAILABLE:
            log.warning("Tencent Cloud refused a real-name check: %s", code)
        return verdict
