"""The face check in a browser: begun by the SDK, its result read by the server and compared."""

from __future__ import annotations

import dataclasses
import logging
import socket
import uuid
from random import Random

import pytest
from django.conf import settings

from heli.ground.configuration import Environment
from heli.ground.refusals import InvalidInput, NotFound
from heli.identity import going_back
from heli.identity.errors import (
    AlreadyAnswered,
    CheckUnavailable,
    IdentityNotProven,
    StillPending,
)
from heli.identity.models import FaceIdCheck, Verification
from heli.identity.services import (
    PendingVerification,
    finish_redirected,
    finish_verification,
    forget_old_claims,
    verify_person,
)
from heli.identity.tencent.face import FaceIdInBrowser
from heli.identity.verification import Claim, Verdict, offered_methods
from heli.ops.demo.people import fictional_person
from tests.identity.test_finish_verification import grow_old

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG, WANG = fictional_person(Random(3)), fictional_person(Random(4))
BEGIN, RESULT = "DetectAuth", "GetDetectInfoEnhanced"
FAULTS = {
    "5xx": {"status": 502},
    "broken JSON": {"body": "{"},
    "no document": {"body": "[]"},
    "cut off": {"cut": True},
    "arrears": {"errcode": "UnauthorizedOperation.Arrears"},
    "not activated": {"errcode": "UnauthorizedOperation.Nonactivated"},
    "too many": {"errcode": "RequestLimitExceeded"},
    "internal": {"errcode": "InternalError"},
    "no rule": {"errcode": "InvalidParameterValue.RuleIdNotExist"},
    "a new word": {"errcode": "SomethingNew.Of2030"},
}


def begin(**more: str) -> PendingVerification:
    claim = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
    pending = verify_person(**claim, method="faceid", **more)
    assert isinstance(pending, PendingVerification)
    return pending


def finish(pending: PendingVerification, **instead: str):
    way = {"key": pending.key, "code": going_back.return_code(pending.id)} | instead
    return finish_redirected(pending.id, **way)


def row() -> Verification:
    return Verification.objects.get()


class TestBegin:
    def test_the_person_is_sent_to_the_vendor_and_the_vendor_back_to_us(self, emulator):
        pending = begin()

        (call,) = emulator.control.calls(BEGIN)
        check = FaceIdCheck.objects.get()
        assert pending.redirect_url == f"{emulator.address}/faceid/{check.biz_token}"
        assert check.verification == pending.id
        assert call["body"] == {
            "RuleId": emulator.registered.faceid_rule_id,
            "Name": ZHANG.name,
            "IdCard": ZHANG.id_number,
            "Extra": pending.id.hex,
            "RedirectUrl": f"{settings.HELI.base_url}/identify/back/{pending.id}/"
            f"{going_back.return_code(pending.id)}",
        }

    def test_a_program_is_told_of_by_the_address(self, emulator):
        begin(from_an_app=True)

        assert emulator.control.calls(BEGIN)[0]["body"]["RedirectUrl"].endswith("?show")

    def test_the_address_back_is_not_in_what_whoever_began_gets(self):
        pending = begin()

        assert going_back.return_code(pending.id) not in f"{pending.redirect_url} {pending.key}"

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_where_the_vendor_cannot_begin_nothing_is_begun(self, emulator, fault):
        emulator.control.script_fault(BEGIN, **fault)

        with pytest.raises(CheckUnavailable):
            begin()

        assert not FaceIdCheck.objects.exists()
        assert (row().state, row().reason, row().request_sealed) == ("failed", "unavailable", None)

    @pytest.mark.parametrize("told", ['{"Response": {}}', '{"Response": {"Url": "javascript:1"}}'])
    def test_an_answer_without_an_address_begins_nothing(self, emulator, told):
        emulator.control.script_fault(BEGIN, body=told)

        with pytest.raises(CheckUnavailable):
            begin()

    def test_where_nobody_answers_nothing_is_begun(self, emulator, monkeypatch):
        monkeypatch.setattr(settings, "HELI", at_endpoint(nobody_listens()))

        with pytest.raises(CheckUnavailable):
            begin()

    def test_an_answer_that_takes_too_long_begins_nothing(self, emulator, monkeypatch):
        monkeypatch.setattr("heli.identity.tencent.cloud.ANSWER_SECONDS_MAX", 0.2)
        emulator.control.script_fault(BEGIN, delay=1.0)

        with pytest.raises(CheckUnavailable):
            begin()

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("FailedOperation.IdNameMisMatch", "mismatch"),
            ("FailedOperation.IdNoExistSystem", "counter"),
            ("FailedOperation.IdentityAuthLimitExceeded", "counter"),
        ],
    )
    def test_a_refusal_that_is_about_the_person(self, emulator, code, reason):
        emulator.control.script_fault(BEGIN, errcode=code)

        with pytest.raises(IdentityNotProven) as refused:
            begin()

        assert refused.value.facts == {"reason": reason}

    def test_neither_log_nor_refusal_repeats_who_it_is(self, emulator, caplog):
        with caplog.at_level(logging.DEBUG):
            begin()
            emulator.control.script_fault(BEGIN, status=500, body=ZHANG.id_number)
            with pytest.raises(CheckUnavailable):
                begin()

        for secret in (ZHANG.name, ZHANG.id_number, ZHANG.phone):
            assert secret not in caplog.text


class TestResult:
    def test_passed_is_proven_from_what_was_typed(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)

        identity = finish(pending)

        assert (identity.name, identity.id_number.value) == (ZHANG.name, ZHANG.id_number)
        assert (identity.phone, identity.method) == (f"+86{ZHANG.phone}", "faceid")
        assert (row().state, row().request_sealed) == ("passed", None)

    def test_only_the_text_is_asked_for_and_never_a_picture(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)

        finish(pending)

        (call,) = emulator.control.calls(RESULT)
        assert call["body"]["InfoType"] == "1"
        assert set(call["body"]) == {"BizToken", "RuleId", "InfoType"}

    def test_who_comes_back_without_having_done_it_may_go_on(self, emulator):
        pending = begin()
        with pytest.raises(StillPending):
            finish(pending)

        emulator.control.cloud_face(0)

        assert finish(pending).name == ZHANG.name

    @pytest.mark.parametrize(
        ("err_code", "reason"), [(2006, "mismatch"), (2005, "counter"), (1004, "again")]
    )
    def test_no_ends_the_attempt(self, emulator, err_code, reason):
        pending = begin()
        emulator.control.cloud_face(err_code)

        with pytest.raises(IdentityNotProven) as refused:
            finish(pending)

        assert refused.value.facts == {"reason": reason}
        assert (row().state, row().reason, row().request_sealed) == ("failed", reason, None)
        with pytest.raises(AlreadyAnswered):
            finish(pending)

    @pytest.mark.parametrize(
        "said",
        [{"Name": WANG.name}, {"IdCard": WANG.id_number}, {"Extra": "f" * 32}, {"Name": ""}],
        ids=["another name", "another number", "another attempt", "no name"],
    )
    def test_a_check_of_somebody_else_that_passed_is_no_proof(self, emulator, said):
        pending = begin()
        emulator.control.cloud_face(0, **said)

        with pytest.raises(IdentityNotProven) as refused:
            finish(pending)

        assert refused.value.facts == {"reason": "mismatch"}

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_where_the_vendor_does_not_say_nothing_is_decided(self, emulator, fault):
        pending = begin()
        emulator.control.cloud_face(0, biz_token=FaceIdCheck.objects.get().biz_token)
        emulator.control.script_fault(RESULT, **fault)

        with pytest.raises(CheckUnavailable):
            finish(pending)

        assert row().state == "pending"
        assert finish(pending).name == ZHANG.name

    def test_an_answer_that_takes_too_long_decides_nothing(self, emulator, monkeypatch):
        pending = begin()
        emulator.control.cloud_face(0)
        monkeypatch.setattr("heli.identity.tencent.cloud.ANSWER_SECONDS_MAX", 0.2)
        emulator.control.script_fault(RESULT, delay=1.0)

        with pytest.raises(CheckUnavailable):
            finish(pending)

        assert row().state == "pending"

    def test_a_check_that_the_vendor_has_forgotten_is_begun_anew(self, emulator):
        pending = begin()
        emulator.control.script_fault(RESULT, errcode="InvalidParameterValue.BizTokenExpired")

        with pytest.raises(IdentityNotProven) as refused:
            finish(pending)

        assert refused.value.facts == {"reason": "again"}

    def test_one_check_gives_one_proof(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)
        finish(pending)

        with pytest.raises(AlreadyAnswered):
            finish(pending)

        assert len(emulator.control.calls(RESULT)) == 1


class TestWhoMayFinish:
    def test_not_who_has_no_key(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)

        for key in ("", "x", going_back.key_of(uuid.uuid4())):
            with pytest.raises(NotFound):
                finish(pending, key=key)

        assert emulator.control.calls(RESULT) == []

    def test_not_who_began_it_and_did_not_come_back(self, emulator):
        """Somebody began it in another's name and got them to pass it."""
        pending = begin()
        emulator.control.cloud_face(0)

        for code in ("", "aaaaaaaa", going_back.return_code(uuid.uuid4())):
            with pytest.raises(NotFound):
                finish(pending, code=code)

        assert (row().state, emulator.control.calls(RESULT)) == ("pending", [])

    def test_no_account_of_an_app_finishes_it(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)

        with pytest.raises(NotFound):
            finish_verification(pending.id, account="o-1")

    def test_the_code_may_be_typed_as_it_is_shown(self, emulator):
        pending = begin()
        emulator.control.cloud_face(0)
        code = going_back.return_code(pending.id)

        typed = f" {code[:4]} {code[4:]}".upper().replace("O", "0").replace("I", "1")

        assert finish(pending, code=typed).name == ZHANG.name


class TestSetUp:
    def test_it_is_offered_where_there_is_a_rule(self):
        assert "faceid" in offered_methods()

    def test_it_is_not_offered_without_a_rule(self, monkeypatch):
        tencent = dataclasses.replace(settings.HELI.tencent, faceid_rule_id="")
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, tencent=tencent))

        assert "faceid" not in offered_methods()
        with pytest.raises(InvalidInput):
            begin()

    def test_the_emulators_own_key_is_shown_to_no_real_service(self, monkeypatch):
        monkeypatch.setattr(settings, "HELI", at_endpoint(None))

        assert not FaceIdInBrowser().is_set_up()

    def test_production_has_it_first_where_the_settings_say_so(self, monkeypatch):
        heli = dataclasses.replace(
            settings.HELI, environment=Environment.PRODUCTION, identity="faceid"
        )
        monkeypatch.setattr(settings, "HELI", heli)

        assert offered_methods() == ("faceid", "bank_card")

    def test_production_sends_nobody_to_an_open_address(self, emulator, monkeypatch):
        heli = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", heli)
        claim = Claim(ZHANG.name, ZHANG.id_number, f"+86{ZHANG.phone}")

        assert FaceIdInBrowser().ask(claim, uuid.uuid4()) is Verdict.UNAVAILABLE


class TestForgotten:
    def test_what_nobody_finished_is_gone(self):
        pending = begin()
        grow_old()
        FaceIdCheck.objects.update(expires_at=row().requested_at)

        forget_old_claims(row().requested_at)

        assert not FaceIdCheck.objects.exists()
        with pytest.raises(AlreadyAnswered):
            finish(pending)


def at_endpoint(endpoint: str | None):
    tencent = dataclasses.replace(settings.HELI.tencent, endpoint=endpoint)
    return dataclasses.replace(settings.HELI, tencent=tencent)


def nobody_listens() -> str:
    """An address on this machine at which nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
