"""The mini program: its session, its messages, whose account it is, where it goes on."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from heli.ground import clock
from heli.identity.models import Verification
from heli.identity.verified import LIFETIME, issue_token
from heli.ops.demo.people import fictional_person
from heli.wechat.handovers import take_up
from heli.wechat.kinds import AppKind, HandoverKind
from heli.wechat.models import Account, Allowance, Handover
from tests import people
from tests.api.wechat import MiniUser, a_code, opens_mini_program
from tests.api.world import (
    NOBODY,
    Caller,
    claim_of,
    shanghai,
    verified,
)

pytestmark = pytest.mark.usefixtures("database", "emulator")

SPENT = "微信没有接受这个代码：它已经用过，或者过期了。请重新取一个再试。"
SILENT = "微信暂时没有回应，这一步没有完成，什么都没有改变。请过一会儿再试。"


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def the_only_error(answer: Any) -> tuple[str, str]:
    assert refused(answer) == (422, "invalid_input")
    (error,) = answer.json()["errors"]
    return error["field"], error["text"]


def the_account() -> Account:
    return Account.objects.get()


class TestSession:
    def test_who_opens_the_mini_program_gets_one_for_twelve_hours(self, emulator):
        openid = emulator.control.add_person()["mini_openid"]

        answer = NOBODY.post("/wechat/session", {"js_code": a_code(emulator, openid)})

        assert answer.status_code == 200
        left = shanghai(answer.json()["expires_at"]) - clock.real_now()
        assert timedelta(hours=11) < left <= timedelta(hours=12)
        assert answer.json()["bound"] is False
        assert the_account().person is None

    def test_neither_openid_nor_session_key_come_out_of_it(self, emulator):
        openid = emulator.control.add_person()["mini_openid"]

        answer = NOBODY.post("/wechat/session", {"js_code": a_code(emulator, openid)})

        assert set(answer.json()) == {"token", "expires_at", "bound"}
        assert openid.encode() not in answer.content
        assert openid.encode() not in bytes(the_account().openid_sealed)

    def test_says_whether_the_account_recognises_somebody(self, emulator):
        user = opens_mini_program(emulator).binds(people.verified(fictional_person()))

        answer = NOBODY.post("/wechat/session", {"js_code": a_code(emulator, user.openid)})

        assert answer.json()["bound"] is True
        assert Account.objects.count() == 1

    def test_a_code_is_good_once(self, emulator):
        code = a_code(emulator, emulator.control.add_person()["mini_openid"])
        NOBODY.post("/wechat/session", {"js_code": code})
        before = list(Account.objects.values())

        answer = NOBODY.post("/wechat/session", {"js_code": code})

        assert the_only_error(answer) == ("js_code", SPENT)
        assert code.encode() not in answer.content
        assert list(Account.objects.values()) == before

    @pytest.mark.parametrize("code", ["x", "中文", "x" * 513, ""], ids=["x", "zh", "long", "empty"])
    def test_what_is_no_code_is_refused(self, code):
        field, _text = the_only_error(NOBODY.post("/wechat/session", {"js_code": code}))

        assert field == "js_code"
        assert not Account.objects.exists()

    def test_a_code_of_the_other_app_is_refused(self, emulator):
        openid = emulator.control.add_person()["account_openid"]
        code = emulator.control.mint_code(AppKind.ACCOUNT, openid)

        assert the_only_error(NOBODY.post("/wechat/session", {"js_code": code}))[1] == SPENT

    def test_where_wechat_is_silent_nothing_is_begun(self, emulator):
        code = a_code(emulator, emulator.control.add_person()["mini_openid"])
        emulator.control.script_fault("/sns/jscode2session", status=502)

        answer = NOBODY.post("/wechat/session", {"js_code": code})

        assert refused(answer) == (503, "unavailable")
        assert (answer.json()["detail"], answer["Retry-After"]) == (SILENT, "30")
        assert not Account.objects.exists()

    def test_without_a_mini_program_it_is_the_same_answer(self, monkeypatch):
        wechat = dataclasses.replace(settings.HELI.wechat, mini=None)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, wechat=wechat))

        assert refused(NOBODY.post("/wechat/session", {"js_code": "x"})) == (503, "unavailable")

    @pytest.mark.parametrize("path", ["/wechat/phone", "/wechat/bind", "/wechat/handover"])
    def test_a_proof_of_identity_is_no_session(self, path):
        answer = verified(fictional_person()).post(path, {})

        assert refused(answer) == (401, "identity_required")


class TestPhone:
    def test_fills_in_a_form_and_is_stored_nowhere(self, emulator):
        user = opens_mini_program(emulator)
        code = emulator.control.mint_phone_code("19900001234")

        answer = user.post("/wechat/phone", {"code": code})

        assert (answer.status_code, answer.json()) == (200, {"phone": "+8619900001234"})

    def test_a_code_is_good_once(self, emulator):
        user = opens_mini_program(emulator)
        code = emulator.control.mint_phone_code("19900001234")
        user.post("/wechat/phone", {"code": code})

        assert the_only_error(user.post("/wechat/phone", {"code": code})) == ("code", SPENT)


class TestSubscriptions:
    def answers(self, user: MiniUser, *words: str) -> None:
        (template,) = user.get("/wechat/templates").json()
        for word in words:
            answer = user.post("/wechat/subscriptions", {"answers": {template["id"]: word}})
            assert answer.status_code == 204, answer.content

    @pytest.mark.parametrize(
        ("words", "left"),
        [
            (("accept",), 1),
            (("accept", "accept"), 2),
            (("accept", "reject"), 0),
            (("ban",), 0),
            (("reject", "accept"), 1),
        ],
    )
    def test_each_yes_allows_one_message_and_a_no_takes_them_back(self, emulator, words, left):
        user = opens_mini_program(emulator)

        self.answers(user, *words)

        allowance = Allowance.objects.get()
        assert (allowance.word, allowance.left) == (words[-1], left)

    def test_a_template_that_is_none_of_ours_is_refused_with_all_the_rest(self, emulator):
        user = opens_mini_program(emulator)
        (ours,) = user.get("/wechat/templates").json()
        body = {"answers": {ours["id"]: "accept", "somebody-elses": "accept"}}

        answer = user.post("/wechat/subscriptions", body)

        assert the_only_error(answer) == ("answers", "没有这个消息模板。请更新小程序后再试。")
        assert not Allowance.objects.exists()

    @pytest.mark.parametrize("word", ["yes", "", None, 1], ids=str)
    def test_another_word_is_refused(self, emulator, word):
        user = opens_mini_program(emulator)
        (ours,) = user.get("/wechat/templates").json()

        answer = user.post("/wechat/subscriptions", {"answers": {ours["id"]: word}})

        assert refused(answer) == (422, "invalid_input")
        assert not Allowance.objects.exists()


class TestBind:
    def test_only_a_proof_of_identity_binds(self, emulator):
        user, identity = opens_mini_program(emulator), people.verified(fictional_person())

        user.binds(identity)

        assert bytes(the_account().person) == identity.person

    def test_an_old_proof_binds_nothing(self, emulator):
        old = people.verified(fictional_person())._replace(verified_at=clock.real_now() - LIFETIME)
        user = opens_mini_program(emulator)

        answer = user.post("/wechat/bind", {"identity_token": issue_token(old)[0]})

        assert refused(answer) == (401, "identity_required")
        assert the_account().person is None

    def test_a_session_is_no_proof(self, emulator):
        user = opens_mini_program(emulator)

        answer = user.post("/wechat/bind", {"identity_token": user.token})

        assert refused(answer) == (401, "identity_required")
        assert the_account().person is None

    def test_is_let_go_without_a_check(self, emulator):
        user = opens_mini_program(emulator).binds(people.verified(fictional_person()))

        assert user.delete("/wechat/bind").status_code == 204
        assert user.delete("/wechat/bind").status_code == 204

        assert the_account().person is None
        assert refused(user.get("/bookings")) == (401, "identity_required")


class TestHandover:
    def payload(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 201, answer.content
        address, _mark, ticket = answer.json()["url"].partition("?ticket=")
        assert address == f"{settings.HELI.base_url}/wechat/enter"
        return take_up(HandoverKind.WEB_VIEW, ticket)

    def test_goes_on_as_the_account(self, emulator):
        user = opens_mini_program(emulator)

        payload = self.payload(user.post("/wechat/handover", {"path": "/my?x=1"}))

        assert payload == {"path": "/my?x=1", "account": the_account().id, "identity": None}

    def test_goes_on_as_who_has_proven_who_they_are(self, emulator):
        user, token = opens_mini_program(emulator), verified(fictional_person()).token

        answer = user.post("/wechat/handover", {"path": "/my", "identity_token": token})

        assert token not in answer.json()["url"]
        assert self.payload(answer)["identity"] == token

    def test_a_forged_proof_is_refused(self, emulator):
        user = opens_mini_program(emulator)

        answer = user.post("/wechat/handover", {"path": "/my", "identity_token": "forged"})

        assert refused(answer) == (401, "identity_required")
        assert not Handover.objects.exists()

    @pytest.mark.parametrize(
        "path", ["https://evil.example/", "//evil.example", "/\\evil", "my", "/ x", "/" + "x" * 500]
    )
    def test_only_a_page_of_ours(self, emulator, path):
        answer = opens_mini_program(emulator).post("/wechat/handover", {"path": path})

        assert the_only_error(answer)[0] == "path"
        assert not Handover.objects.exists()


class TestFace:
    def test_gives_a_token_to_the_session_that_began(self, emulator):
        user, person = opens_mini_program(emulator), fictional_person()
        begun = user.post("/identity/verifications", claim_of(person, method="wechat_face"))
        assert begun.status_code == 202, begun.content
        assert begun.json()["redirect_url"] is None
        assert begun.json()["handle"]
        path = f"/identity/verifications/{begun.json()['id']}/result"
        still = user.post(path)
        emulator.control.face(10000)

        answer = user.post(path)

        assert (*refused(still), still.json()["state"]) == (409, "wrong_state", "pending")
        assert answer.status_code == 201, answer.content
        assert Caller(answer.json()["token"]).get("/bookings").status_code == 200
        again = user.post(path)
        assert (*refused(again), again.json()["state"]) == (409, "wrong_state", "passed")

    def test_another_session_finds_nothing(self, emulator):
        user, other = opens_mini_program(emulator), opens_mini_program(emulator)
        begun = user.post(
            "/identity/verifications", claim_of(fictional_person(), method="wechat_face")
        )
        emulator.control.face(10000)

        answer = other.post(f"/identity/verifications/{begun.json()['id']}/result")

        assert refused(answer) == (404, "not_found")
        assert Verification.objects.get().state == "pending"

    @pytest.mark.parametrize("token", ["", "forged"])
    def test_without_a_session_it_is_refused(self, token):
        claim = claim_of(fictional_person(), method="wechat_face")

        answer = Caller(token).post("/identity/verifications", claim)

        assert the_only_error(answer) == (
            "method",
            "这种验证方式要在微信小程序里进行。请换一种方式。",
        )
        assert not Verification.objects.exists()
