"""Short messages by Tencent's own SDK."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign
from tencentcloud.sms.v20210111 import models, sms_client

from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.tc3 import signature_of

NUMBER = "+8613900001001"


def send(emulator: Emulated, *, key: str = "", id: str = "", **changes: Any) -> Any:
    """The status of the message. Raises what the SDK raises."""
    known = emulator.registered
    endpoint = urlsplit(emulator.address).netloc
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=endpoint))
    owner = credential.Credential(id or known.secret_id, key or known.secret_key)
    request = models.SendSmsRequest()
    asked = {
        "PhoneNumberSet": [NUMBER],
        "SmsSdkAppId": known.sms_app_id,
        "SignName": known.sms_sign,
        "TemplateId": known.sms_template,
        "TemplateParamSet": ["预约已确认", "12月24日 9:00"],
    }
    for name, value in (asked | changes).items():
        setattr(request, name, value)
    client = sms_client.SmsClient(owner, "ap-guangzhou", profile)
    return client.SendSms(request).SendStatusSet[0]


def test_it_arrives(emulator):
    status = send(emulator)

    assert (status.Code, status.Fee) == ("Ok", 1)
    [sms] = emulator.control.sms()
    assert sms["phone"] == NUMBER
    assert sms["params"] == ["预约已确认", "12月24日 9:00"]
    assert sms["text"].startswith("【")
    assert sms["serial"] == status.SerialNo


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key": "not-the-key"}, "AuthFailure.SignatureFailure"),
        ({"id": "not-the-id"}, "AuthFailure.SecretIdNotFound"),
        ({"PhoneNumberSet": []}, "MissingParameter"),
        ({"PhoneNumberSet": [NUMBER] * 201}, "LimitExceeded.PhoneNumberCountLimit"),
    ],
    ids=["key", "id", "nobody", "many"],
)
def test_a_call_that_is_refused_as_a_whole(emulator, wrong, code):
    with pytest.raises(TencentCloudSDKException) as refused:
        send(emulator, **wrong)

    assert refused.value.get_code() == code
    assert emulator.control.sms() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"PhoneNumberSet": ["123"]}, "InvalidParameterValue.IncorrectPhoneNumber"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"SmsSdkAppId": "9"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
    ],
    ids=["number", "sign", "template", "application"],
)
def test_a_message_that_is_refused(emulator, wrong, code):
    assert send(emulator, **wrong).Code == code
    assert emulator.control.sms() == []


def test_scripted_refusals_of_a_number_and_of_the_call(emulator):
    emulator.control.script_sms("LimitExceeded.PhoneNumberDailyLimit", phone=NUMBER)
    assert send(emulator).Code == "LimitExceeded.PhoneNumberDailyLimit"

    emulator.control.script_fault("SendSms", errcode="RequestLimitExceeded")
    with pytest.raises(TencentCloudSDKException):
        send(emulator)

    assert send(emulator).Code == "Ok"


def test_an_old_signature_and_a_body_that_was_changed(emulator):
    emulator.control.move_clock(3600)
    with pytest.raises(TencentCloudSDKException, match="SignatureExpire"):
        send(emulator)

    headers = {"X-TC-Action": "SendSms"}
    answer = httpx.post(f"{emulator.address}/", json={}, headers=headers, trust_env=False)
    assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"


def test_the_signature_is_that_of_the_sdk():
    for text in ("TC3-HMAC-SHA256\n1\n2\n3", ""):
        ours = signature_of("key", "2026-11-26", "sms", text)
        assert ours == Sign.sign_tc3("key", "2026-11-26", "sms", text)
