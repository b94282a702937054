"""The check by bank card: the bank on the card, and a code to the telephone it has."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from datetime import timedelta
from random import Random

import pytest
from django.apps import apps
from django.conf import settings

from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotFound, RateLimited
from heli.identity import going_back
from heli.identity.bank_cards import CardError, clean_card
from heli.identity.errors import AlreadyAnswered, CheckUnavailable, IdentityNotProven
from heli.identity.models import CountedAttempt, SentCode, Verification
from heli.identity.services import (
    PendingVerification,
    finish_by_code,
    finish_redirected,
    send_code_again,
    verify_person,
)
from heli.identity.tencent.bank_card import BankCard
from heli.identity.verification import Claim, Verdict, offered_methods
from heli.ops.demo.people import fictional_person
from tests.identity.test_faceid import FAULTS

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG = fictional_person(Random(3))
CARD = "6222000000000000005"
ASK = "BankCard4EVerification"


def begin(**more: str) -> PendingVerification:
    claim = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
    pending = verify_person(**(claim | {"method": "bank_card", "card": CARD} | more))
    assert isinstance(pending, PendingVerification)
    return pending


def the_code(emulator) -> str:
    code, minutes = emulator.control.sms()[-1]["params"]
    assert minutes == "10"
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def row() -> Verification:
    return Verification.objects.get()


def a_minute_passes() -> None:
    CountedAttempt.objects.update(at=clock.real_now() - timedelta(minutes=1))


class TestBegin:
    def test_the_bank_is_asked_and_a_code_is_on_its_way(self, emulator):
        pending = begin()

        (call,) = emulator.control.calls(ASK)
        assert call["body"] == {
            "Name": ZHANG.name,
            "IdCard": ZHANG.id_number,
            "BankCard": CARD,
            "Phone": ZHANG.phone,
            "CertType": 0,
        }
        (message,) = emulator.control.sms()
        assert message["phone"] == f"+86{ZHANG.phone}"
        assert message["template"] == settings.HELI.tencent.sms_code_template
        assert "不要告诉任何人" in message["text"]
        assert (pending.redirect_url, pending.handle) == (None, None)
        assert row().state == "pending"

    @pytest.mark.parametrize(
        ("result", "reason"),
        [("-1", "mismatch"), ("-6", "mismatch"), ("-13", "card"), ("-20", "counter")],
    )
    def test_no_code_is_sent_where_the_bank_says_no(self, emulator, result, reason):
        emulator.control.bank_card(result)

        with pytest.raises(IdentityNotProven) as refused:
            begin()

        assert refused.value.facts == {"reason": reason}
        assert emulator.control.sms() == []

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_where_the_vendor_does_not_say_nothing_is_decided(self, emulator, fault):
        emulator.control.script_fault(ASK, **fault)

        with pytest.raises(CheckUnavailable):
            begin()

        assert (row().state, row().reason) == ("failed", "unavailable")
        assert emulator.control.sms() == []

    def test_an_answer_that_takes_too_long_is_none(self, emulator, monkeypatch):
        monkeypatch.setattr("heli.identity.tencent.cloud.ANSWER_SECONDS_MAX", 0.2)
        emulator.control.script_fault(ASK, delay=1.0)

        with pytest.raises(CheckUnavailable):
            begin()

        assert emulator.control.sms() == []

    def test_a_bank_that_is_busy_is_no_answer(self, emulator):
        emulator.control.bank_card("-18")

        with pytest.raises(CheckUnavailable):
            begin()

    def test_a_code_that_cannot_be_sent_begins_nothing(self, emulator):
        emulator.control.script_sms("FailedOperation.InsufficientBalanceInSmsPackage")

        with pytest.raises(CheckUnavailable):
            begin()

        assert (row().state, row().request_sealed) == ("failed", None)

    def test_a_permit_of_hong_kong_macao_or_taiwan_is_for_the_counter(self, emulator):
        claim = Claim("张三丰", "810000189001010001", "+8613900001234")

        assert BankCard().ask_by_card(claim, CARD, uuid.uuid4()) is Verdict.COUNTER
        assert emulator.control.calls(ASK) == []

    @pytest.mark.parametrize("card", ["", "12", "六二二二", "6222 0000 0000 0000 000 5 5 5"])
    def test_a_card_number_that_is_none_is_refused_before_anything_is_paid(self, emulator, card):
        with pytest.raises(InvalidInput) as refused:
            begin(card=card)

        assert [error.field for error in refused.value.errors] == ["card"]
        assert (emulator.control.calls(ASK), CountedAttempt.objects.count()) == ([], 0)

    def test_a_telephone_that_gets_no_codes_is_refused(self):
        with pytest.raises(InvalidInput) as refused:
            begin(phone="020-83301234")

        assert [error.field for error in refused.value.errors] == ["phone"]


class TestFinishByCode:
    def test_the_code_proves_it_once(self, emulator):
        pending = begin()
        code = the_code(emulator)

        identity = finish_by_code(pending.id, key=pending.key, code=f" {code[:3]} {code[3:]}")

        assert (identity.name, identity.method) == (ZHANG.name, "bank_card")
        assert (row().state, row().request_sealed) == ("passed", None)
        assert not SentCode.objects.exists()
        with pytest.raises(AlreadyAnswered):
            finish_by_code(pending.id, key=pending.key, code=code)

    def test_a_wrong_one_says_how_many_tries_are_left(self, emulator):
        pending = begin()
        code = the_code(emulator)

        with pytest.raises(InvalidInput) as refused:
            finish_by_code(pending.id, key=pending.key, code=wrong(code))

        (error,) = refused.value.errors
        assert (error.field, str(error.text)) == ("code", "验证码不对。还可以再试4次。")
        assert finish_by_code(pending.id, key=pending.key, code=code).name == ZHANG.name

    def test_the_fifth_wrong_one_ends_the_check(self, emulator):
        pending = begin()
        code = the_code(emulator)
        for _time in range(4):
            with pytest.raises(InvalidInput):
                finish_by_code(pending.id, key=pending.key, code=wrong(code))

        with pytest.raises(IdentityNotProven) as refused:
            finish_by_code(pending.id, key=pending.key, code=wrong(code))

        assert refused.value.facts == {"reason": "again"}
        with pytest.raises(AlreadyAnswered):
            finish_by_code(pending.id, key=pending.key, code=code)

    def test_after_ten_minutes_it_is_wrong(self, emulator):
        pending = begin()
        SentCode.objects.update(expires_at=clock.real_now())

        with pytest.raises(InvalidInput):
            finish_by_code(pending.id, key=pending.key, code=the_code(emulator))

    def test_the_key_of_another_check_finishes_nothing(self, emulator):
        pending = begin()

        with pytest.raises(NotFound):
            finish_by_code(pending.id, key=going_back.key_of(uuid.uuid4()), code=the_code(emulator))

    def test_it_is_not_finished_as_if_one_had_come_back_from_elsewhere(self):
        pending = begin()

        with pytest.raises(NotFound):
            finish_redirected(pending.id, key=pending.key, code=going_back.return_code(pending.id))


class TestSendCodeAgain:
    def test_the_new_one_counts_and_the_old_one_does_not(self, emulator):
        pending = begin()
        old = the_code(emulator)
        a_minute_passes()

        send_code_again(pending.id, key=pending.key)

        new = the_code(emulator)
        if new != old:
            with pytest.raises(InvalidInput):
                finish_by_code(pending.id, key=pending.key, code=old)
        assert finish_by_code(pending.id, key=pending.key, code=new).name == ZHANG.name

    def test_a_telephone_gets_one_a_minute(self, emulator):
        pending = begin()

        with pytest.raises(RateLimited) as refused:
            send_code_again(pending.id, key=pending.key)

        assert "刚才已经发过验证码" in refused.value.sentence()
        assert len(emulator.control.sms()) == 1

    def test_it_gives_back_no_tries(self, emulator):
        pending = begin()
        with pytest.raises(InvalidInput):
            finish_by_code(pending.id, key=pending.key, code=wrong(the_code(emulator)))
        a_minute_passes()

        send_code_again(pending.id, key=pending.key)

        assert SentCode.objects.get().tries == 1


class TestWhatIsKept:
    def test_the_number_of_the_card_is_nowhere(self, emulator, caplog):
        with caplog.at_level(logging.DEBUG):
            begin()

        models = apps.get_app_config("identity").models.values()
        rows = [str(list(model.objects.values())) for model in models]
        assert CARD not in caplog.text + "".join(rows)
        assert the_code(emulator) not in caplog.text + "".join(rows)

    def test_no_refusal_repeats_it(self, emulator):
        emulator.control.bank_card("-13")

        with pytest.raises(IdentityNotProven) as refused:
            begin()

        assert CARD not in repr(vars(refused.value)) + refused.value.sentence()


class TestSetUp:
    def test_it_is_offered_where_codes_can_be_sent(self):
        assert offered_methods() == ("simulated", "bank_card", "faceid")

    def test_it_is_not_without_a_template_for_codes(self, monkeypatch):
        tencent = dataclasses.replace(settings.HELI.tencent, sms_code_template="")
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, tencent=tencent))

        assert not BankCard().is_set_up()


class TestCleanCard:
    def test_what_people_copy_is_put_right(self):
        assert clean_card("６２２２-0000 0000 0000 005") == CARD

    @pytest.mark.parametrize("text", ["", "   ", "abc", "1" * 11, "1" * 20, "1" * 999, "٣" * 16])
    def test_what_is_none_is_refused(self, text):
        with pytest.raises(CardError):
            clean_card(text)
