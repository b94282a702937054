"""Face checks in a browser and bank cards, by Tencent's own SDK."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import models
from tencentcloud.faceid.v20180301.faceid_client import FaceidClient

from heli.wechat.emulator.running import Emulated

NAME, NUMBER, CARD = "张三丰", "110105188001010025", "6222000000000000005"
BACK = "http://testserver/back?show"
HOURS = 3600


def client(emulator: Emulated, key: str = "") -> FaceidClient:
    scheme, _, endpoint = emulator.address.partition("://")
    known = emulator.registered
    profile = ClientProfile(httpProfile=HttpProfile(protocol=scheme, endpoint=endpoint))
    return FaceidClient(Credential(known.secret_id, key or known.secret_key), "", profile)


def begin(emulator: Emulated, *, key: str = "", **changes: Any) -> Any:
    request = models.DetectAuthRequest()
    asked = {
        "RuleId": emulator.registered.faceid_rule_id,
        "Name": NAME,
        "IdCard": NUMBER,
        "RedirectUrl": BACK,
        "Extra": "mark",
    }
    for name, value in (asked | changes).items():
        setattr(request, name, value)
    return client(emulator, key).DetectAuth(request)


def result(emulator: Emulated, token: str) -> Any:
    request = models.GetDetectInfoEnhancedRequest()
    request.RuleId, request.BizToken = emulator.registered.faceid_rule_id, token
    request.InfoType = "1"
    return client(emulator).GetDetectInfoEnhanced(request)


def refused(call: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(TencentCloudSDKException) as fault:
        call(*arguments, **more)
    return str(fault.value.get_code())


class TestFaceCheck:
    def test_from_the_page_to_the_result(self, emulator):
        begun = begin(emulator)

        answer = httpx.post(begun.Url, data={"err_code": "0"}, trust_env=False)

        assert answer.headers["Location"] == f"{BACK}&BizToken={begun.BizToken}"
        text = result(emulator, begun.BizToken).Text
        assert (text.ErrCode, text.Name, text.IdCard, text.Extra) == (0, NAME, NUMBER, "mark")

    def test_of_one_that_nobody_did_nothing_is_said(self, emulator):
        assert result(emulator, begin(emulator).BizToken).Text.ErrCode is None

    def test_there_is_no_picture(self, emulator):
        begun = begin(emulator)
        emulator.control.cloud_face(0)

        told = result(emulator, begun.BizToken)

        assert (told.BestFrame, told.VideoData, told.IdCardData) == (None, None, None)

    def test_the_page_is_there_once_and_for_two_hours(self, emulator):
        done, old = begin(emulator), begin(emulator)
        httpx.post(done.Url, data={"err_code": "0"}, trust_env=False)
        assert httpx.get(done.Url, trust_env=False).status_code == 410

        emulator.control.move_clock(2 * HOURS)

        assert httpx.get(old.Url, trust_env=False).status_code == 410

    def test_the_result_may_be_read_again_by_its_token_alone(self, emulator):
        begun = begin(emulator)
        emulator.control.cloud_face(0)

        for _time in range(2):
            assert result(emulator, begun.BizToken).Text.ErrCode == 0
        assert refused(result, emulator, "x") == "InvalidParameterValue.BizTokenIllegal"

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"key": "not-the-key"}, "AuthFailure.SignatureFailure"),
            ({"RuleId": ""}, "MissingParameter"),
            ({"RuleId": "9"}, "InvalidParameterValue.RuleIdNotExist"),
            ({"IdCard": "11010518800101002x"}, "InvalidParameterValue"),
            ({"Name": "张" * 33}, "InvalidParameterValue"),
            ({"RedirectUrl": "http://x/" + "a" * 1024}, "InvalidParameterValue"),
        ],
        ids=["key", "no rule", "another rule", "a small x", "a long name", "a long address"],
    )
    def test_what_is_wrong_begins_nothing(self, emulator, wrong, code):
        assert refused(begin, emulator, **wrong) == code


class TestBankCard:
    def ask(self, emulator: Emulated, **changes: str) -> str:
        request = models.BankCard4EVerificationRequest()
        asked = {"Name": NAME, "IdCard": NUMBER, "BankCard": CARD, "Phone": "13900001001"}
        for name, value in (asked | changes).items():
            setattr(request, name, value)
        return str(client(emulator).BankCard4EVerification(request).Result)

    def test_it_says_what_it_was_told_to_say(self, emulator):
        assert self.ask(emulator) == "0"

        emulator.control.bank_card("-1")
        emulator.control.bank_card("-13", number=CARD)

        assert self.ask(emulator) == "-13"
        assert self.ask(emulator, BankCard="6222000000000000006") == "-1"

    def test_forms_that_are_wrong(self, emulator):
        assert self.ask(emulator, BankCard="1") == "-4"
        assert self.ask(emulator, Phone="+8613900001001") == "-5"
        assert refused(self.ask, emulator, Name="") == "MissingParameter"


class TestIdCard:
    def ask(self, emulator: Emulated, **changes: str) -> str:
        request = models.IdCardVerificationRequest()
        for name, value in ({"Name": NAME, "IdCard": NUMBER} | changes).items():
            setattr(request, name, value)
        return str(client(emulator).IdCardVerification(request).Result)

    def test_it_says_what_it_was_told_to_say(self, emulator):
        assert self.ask(emulator) == "0"

        emulator.control.id_card("-4")
        emulator.control.id_card("-1", number=NUMBER)

        assert self.ask(emulator) == "-1"
        assert self.ask(emulator, IdCard="110105188001010033") == "-4"

    def test_forms_that_are_wrong(self, emulator):
        assert self.ask(emulator, IdCard="1") == "-2"
        assert refused(self.ask, emulator, Name="") == "MissingParameter"
