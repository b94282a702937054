"""The face check in the mini program: begun for one account, the verdict from WeChat's own word."""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random

import pytest

from heli.ground import clock
from heli.ground.refusals import NotFound, RateLimited
from heli.identity.errors import (
    AlreadyAnswered,
    CheckUnavailable,
    IdentityNotProven,
    StillPending,
)
from heli.identity.models import Verification
from heli.identity.services import PendingVerification, finish_verification, verify_person
from heli.identity.verification import Claim, Verdict, offered_methods
from heli.ops.demo.people import fictional_person
from heli.wechat.accounts import see_account
from heli.wechat.face import CHECKS_MAX, WeChatFace
from heli.wechat.kinds import AppKind
from heli.wechat.models import FaceCheck
from heli.wechat.signing import cert_hash

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG = fictional_person(Random(3))
BEGIN, RESULT = (
    "/cityservice/face/identify/getverifyid",
    "/cityservice/face/identify/queryverifyinfo",
)


@pytest.fixture
def openid(emulator) -> str:
    openid = emulator.control.add_person()["mini_openid"]
    see_account(AppKind.MINI, openid)
    return openid


def begin(openid: str, **changes: str) -> PendingVerification:
    given = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
    pending = verify_person(**({**given, "method": "wechat_face", "account": openid} | changes))
    assert isinstance(pending, PendingVerification)
    return pending


class TestTheHash:
    def test_is_the_published_one(self):
        """Checked against the vector of the documentation, of nobody."""
        assert (
            cert_hash("IDENTITY_CARD", "张三", "310101199801011234")
            == "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"
        )


class TestBegin:
    def test_the_mini_program_gets_wechats_own_id(self, openid):
        pending = begin(openid)

        check = FaceCheck.objects.get()
        assert (pending.redirect_url, pending.handle) == (None, check.verify_id)
        assert check.verification == pending.id
        left = check.expires_at - clock.real_now()
        assert timedelta(minutes=55) < left <= timedelta(hours=1)

    def test_wechat_knows_it_by_the_attempts_own_number(self, openid, emulator):
        pending = begin(openid)

        (call,) = emulator.control.calls(BEGIN)
        assert call["body"]["out_seq_no"] == pending.id.hex
        assert call["body"]["openid"] == openid

    def test_it_is_not_offered_in_a_browser(self):
        assert "wechat_face" not in offered_methods()

    def test_residents_of_hong_kong_macao_and_taiwan_are_sent_to_the_counter(self, emulator):
        claim = Claim("张三丰", "810000189001010001", "+8613900001234", "o-1")

        assert WeChatFace().ask(claim, uuid.uuid4()) is Verdict.COUNTER
        assert emulator.control.calls(BEGIN) == []

    @pytest.mark.parametrize(
        "fault",
        [{"errcode": -1, "times": 9}, {"status": 502}, {"body": "{"}, {"errcode": 84006}],
        ids=["busy", "5xx", "broken JSON", "refused"],
    )
    def test_where_wechat_cannot_begin_nothing_is_begun(self, openid, emulator, fault):
        emulator.control.script_fault(BEGIN, **fault)

        with pytest.raises(CheckUnavailable):
            begin(openid)

        assert not FaceCheck.objects.exists()
        row = Verification.objects.get()
        assert (row.state, row.reason, row.request_sealed) == ("failed", "unavailable", None)

    def test_an_account_that_was_never_seen_begins_nothing(self):
        with pytest.raises(CheckUnavailable):
            begin("o-nobody")

        assert not FaceCheck.objects.exists()

    def test_one_account_does_not_begin_checks_without_end(self, openid, emulator):
        for _time in range(CHECKS_MAX):
            begin(openid)
        begun = len(emulator.control.calls(BEGIN))

        with pytest.raises(RateLimited) as refused:
            begin(openid)

        assert refused.value.sentence() == (
            "这个微信在一小时里开始了太多次人脸验证，这一次没有开始。请过一会儿再试。"
        )
        assert (refused.value.status, refused.value.retry_after_seconds) == (429, 600)
        assert len(emulator.control.calls(BEGIN)) == begun
        assert Verification.objects.count() == CHECKS_MAX

    def test_old_checks_are_forgotten_when_another_begins(self, openid):
        begin(openid)
        FaceCheck.objects.update(expires_at=clock.real_now())

        pending = begin(openid)

        assert FaceCheck.objects.get().verification == pending.id


class TestResult:
    def test_passed(self, openid, emulator):
        pending = begin(openid)
        emulator.control.face(10000)

        identity = finish_verification(pending.id, account=openid)

        assert (identity.name, identity.method) == (ZHANG.name, "wechat_face")
        assert identity.id_number.value == ZHANG.id_number

    @pytest.mark.parametrize(
        ("verify_ret", "reason"), [(10003, "mismatch"), (10004, "mismatch"), (90001, "counter")]
    )
    def test_no(self, openid, emulator, verify_ret, reason):
        pending = begin(openid)
        emulator.control.face(verify_ret)

        with pytest.raises(IdentityNotProven) as refused:
            finish_verification(pending.id, account=openid)

        assert refused.value.facts == {"reason": reason}
        with pytest.raises(AlreadyAnswered):
            finish_verification(pending.id, account=openid)

    def test_who_cancelled_may_try_again(self, openid, emulator):
        pending = begin(openid)
        emulator.control.face(90002)
        with pytest.raises(StillPending):
            finish_verification(pending.id, account=openid)

        emulator.control.face(10000)

        assert finish_verification(pending.id, account=openid).name == ZHANG.name

    def test_the_telephones_word_alone_counts_for_nothing(self, openid):
        """Nobody did anything, and the mini program asks for the token all the same."""
        pending = begin(openid)

        with pytest.raises(StillPending):
            finish_verification(pending.id, account=openid)

    def test_another_account_finds_nothing(self, openid, emulator):
        pending = begin(openid)
        emulator.control.face(10000)
        another = emulator.control.add_person()["mini_openid"]
        see_account(AppKind.MINI, another)

        with pytest.raises(NotFound) as refused:
            finish_verification(pending.id, account=another)

        assert refused.value.sentence() == "没有找到。可能链接已经失效，或者不属于您。"
        assert Verification.objects.get().state == "pending"
        assert emulator.control.calls(RESULT) == []

    def test_after_an_hour_it_has_to_be_begun_anew(self, openid, emulator):
        pending = begin(openid)
        emulator.control.face(10000)
        FaceCheck.objects.update(expires_at=clock.real_now())

        with pytest.raises(StillPending):
            finish_verification(pending.id, account=openid)

        assert emulator.control.calls(RESULT) == []

    @pytest.mark.parametrize(
        "fault",
        [{"errcode": -1, "times": 9}, {"status": 502, "times": 9}, {"body": "{", "times": 9}],
        ids=["busy", "5xx", "broken JSON"],
    )
    def test_where_wechat_does_not_say_nothing_is_decided(self, openid, emulator, fault):
        pending = begin(openid)
        emulator.control.face(10000)
        emulator.control.script_fault(RESULT, **fault)

        with pytest.raises(CheckUnavailable):
            finish_verification(pending.id, account=openid)

        assert Verification.objects.get().state == "pending"
        emulator.control.clear_faults()
        assert finish_verification(pending.id, account=openid).name == ZHANG.name

    def test_what_wechat_keeps_is_compared_with_what_was_typed(self, openid, emulator):
        """A check of one card is no proof of another."""
        pending = begin(openid)
        emulator.control.face(10000)
        other = fictional_person(Random(4))
        claim = Claim(other.name, other.id_number, f"+86{other.phone}", openid)

        assert WeChatFace().result(claim, pending.id) is not Verdict.PASSED
