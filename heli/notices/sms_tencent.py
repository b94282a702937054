"""Short messages through Tencent Cloud, by its SDK."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models
from tencentcloud.sms.v20210111.sms_client import SmsClient
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from heli.ground.vendors import Tencent
from heli.notices.sms import answer_of_code
from heli.notices.ways import Answer, Said

# It would write down telephones and texts.
logging.getLogger("tencentcloud_sdk_common").setLevel(logging.INFO)

REGION = "ap-guangzhou"
CONNECT_SECONDS_MAX = 3
ANSWER_SECONDS_MAX = 10

_REFUSED_BY_THE_CONNECTION = "ClientNetworkError"


@dataclass(frozen=True)
class TencentShortMessages:
    """Tencent Cloud, or the emulator where the settings say so."""

    tencent: Tencent

    def send(self, telephone: str, gaps: Sequence[str], number: int) -> Answer:
        """Send one."""
        return self._send(telephone, self.tencent.sms_template, gaps, str(number))

    def send_code(self, telephone: str, code: str, minutes: int) -> Answer:
        """Send one that carries a code, good for so many minutes."""
        return self._send(telephone, self.tencent.sms_code_template, (code, str(minutes)), "")

    def _send(self, telephone: str, template: str, gaps: Sequence[str], context: str) -> Answer:
        asked = models.SendSmsRequest()
        asked.PhoneNumberSet = [telephone]
        asked.SmsSdkAppId, asked.SignName = self.tencent.sms_app_id, self.tencent.sms_sign
        asked.TemplateId, asked.TemplateParamSet = template, list(gaps)
        asked.SessionContext = context
        try:
            answered = self._client().SendSms(asked)
        except TencentCloudSDKException as refused:
            return answer_of_refusal(refused)
        if not answered.SendStatusSet:
            return Answer(Said.NOT_KNOWN, "no status")
        (status,) = answered.SendStatusSet
        return answer_of_code(str(status.Code), serial=str(status.SerialNo or ""))

    def _client(self) -> SmsClient:
        http = HttpProfile(reqTimeout=(CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX))
        if self.tencent.endpoint is not None:
            http.scheme, _, http.endpoint = self.tencent.endpoint.partition("://")
        key = Credential(self.tencent.secret_id, self.tencent.secret_key)
        return SmsClient(key, REGION, ClientProfile(httpProfile=http))


def answer_of_refusal(refused: TencentCloudSDKException) -> Answer:
    """What an exception of the SDK means, which keeps that of the connection behind it.

    Its own text is not used: it may repeat what was sent.
    """
    code = str(refused.get_code())
    if code == _REFUSED_BY_THE_CONNECTION:
        if _was_never_connected(refused):
            return Answer(Said.LATER, "no connection", is_silence=True)
        return Answer(Said.NOT_KNOWN, code, is_silence=True)
    return answer_of_code(code)


def _was_never_connected(fault: BaseException) -> bool:
    behind = fault.__context__
    for cause in (behind, *getattr(behind, "args", ())):
        reason = cause.reason if isinstance(cause, MaxRetryError) else cause
        if isinstance(reason, NewConnectionError | ConnectTimeoutError):
            return True
    return False
