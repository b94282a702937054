"""A check that goes on elsewhere, begun by a program: 202, how it stands, and its result."""

from __future__ import annotations

import httpx
import pytest

from heli.identity.verified import read_token
from heli.ops.demo.people import fictional_person
from tests.api.world import NOBODY, Caller, claim_of
from tests.web.visitors import browser, html, text

pytestmark = pytest.mark.usefixtures("database", "emulator")


def begin(person=None) -> dict:
    answer = NOBODY.post(
        "/identity/verifications", claim_of(person or fictional_person(), method="faceid")
    )
    assert answer.status_code == 202, answer.content
    return answer.json()


def does_it(begun: dict, err_code: int = 0) -> str:
    """Do the check at the vendor; the path one is sent back to."""
    answer = httpx.post(begun["redirect_url"], data={"err_code": err_code}, trust_env=False)
    return "/" + answer.headers["Location"].split("/", 3)[3]


def code_shown(path: str) -> str:
    return html(browser().get(path)).split("<b>")[1].split("</b>")[0]


def result(begun: dict, code: str, key: str | None = None):
    path = f"/identity/verifications/{begun['id']}/result"
    return Caller(key or begun["key"]).post(path, {"code": code})


class TestFaceCheck:
    def test_from_the_redirect_to_the_token(self):
        person = fictional_person()
        begun = begin(person)
        assert set(begun) == {"id", "redirect_url", "handle", "key"}

        answer = result(begun, code_shown(does_it(begun)))

        assert answer.status_code == 201, answer.content
        assert read_token(answer.json()["token"]).name == person.name
        standing = NOBODY.get(f"/identity/verifications/{begun['id']}").json()
        assert (standing["method"], standing["state"]) == ("faceid", "passed")

    def test_the_page_warns_of_whoever_wants_the_code(self):
        path = does_it(begin())

        assert "不要告诉任何人" in text(browser().get(path))

    def test_before_it_is_done_it_is_pending(self):
        begun = begin()
        code = code_shown(does_it(begun, err_code=17))

        answer = result(begun, code)

        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert NOBODY.get(f"/identity/verifications/{begun['id']}").json()["state"] == "pending"

    def test_no_is_said_with_its_reason(self):
        begun = begin()

        answer = result(begun, code_shown(does_it(begun, err_code=2006)))

        assert (answer.status_code, answer.json()["code"]) == (409, "not_eligible")
        assert answer.json()["reason"] == "mismatch"

    def test_without_having_come_back_there_is_nothing(self):
        begun = begin()
        does_it(begun)

        for code in ("aaaaaaaa", "x"):
            assert result(begun, code).status_code == 404
        path = f"/identity/verifications/{begun['id']}/result"
        assert Caller(begun["key"]).post(path).status_code == 404

    def test_with_the_key_of_another_check_there_is_nothing(self):
        begun, another = begin(), begin()
        code = code_shown(does_it(begun))

        assert result(begun, code, key=another["key"]).status_code == 404
        assert result(begun, code).status_code == 201

    @pytest.mark.parametrize("token", ["x", "Zm9v", "é"])
    def test_a_token_that_is_none_is_refused(self, token):
        begun = begin()

        assert result(begun, "abcdefgh", key=token).status_code == 401

    def test_a_vendor_that_is_away_is_unavailable(self, emulator):
        emulator.control.script_fault("DetectAuth", errcode="UnauthorizedOperation.Arrears")

        answer = NOBODY.post(
            "/identity/verifications", claim_of(fictional_person(), method="faceid")
        )

        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer["Retry-After"] == "60"


class TestBankCard:
    def begin(self, **more: str) -> dict:
        claim = claim_of(fictional_person(), method="bank_card", card="6222000000000000005")
        answer = NOBODY.post("/identity/verifications", claim | more)
        assert answer.status_code == 202, answer.content
        return answer.json()

    def test_from_the_card_to_the_token(self, emulator):
        begun = self.begin()
        assert (begun["redirect_url"], begun["handle"]) == (None, None)

        answer = result(begun, emulator.control.sms()[-1]["params"][0])

        assert answer.status_code == 201, answer.content
        assert read_token(answer.json()["token"]).method == "bank_card"

    def test_a_wrong_code_is_said_at_its_field(self):
        answer = result(self.begin(), "12")

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        assert answer.json()["errors"][0]["field"] == "code"

    def test_without_a_card_it_is_said_at_its_field(self):
        answer = NOBODY.post(
            "/identity/verifications", claim_of(fictional_person(), method="bank_card")
        )

        assert answer.json()["errors"][0]["field"] == "card"
