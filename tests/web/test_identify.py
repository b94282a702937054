"""Proving who one is in a browser: the choice, the way to the vendor, and the way back."""

from __future__ import annotations

from random import Random

import httpx
import pytest
from django.test import Client

from heli.identity.models import Verification
from heli.identity.verified import read_token
from heli.ops.demo.people import fictional_person
from heli.web.checks import CHECK_COOKIE
from heli.web.visitor import IDENTITY_COOKIE
from tests.web.visitors import browser, html, text, title

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG = fictional_person(Random(3))
CLAIM = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone, "agrees": "on"}


def begin(visitor: Client, *, next: str = "/my") -> None:
    """Fill in the form and choose the face check."""
    answer = visitor.post("/identify", {**CLAIM, "method": "faceid", "next": next})
    assert (answer.status_code, answer["Location"]) == (302, "/identify/on")


def vendors_page(visitor: Client) -> str:
    """Where the page's one button leads."""
    page = html(visitor.get("/identify/on"))
    return page.split('class="btn" href="')[1].split('"')[0]


def way_back(visitor: Client, err_code: int = 0) -> str:
    """Do the check at the vendor with another program, and be sent back."""
    answer = httpx.post(vendors_page(visitor), data={"err_code": err_code}, trust_env=False)
    assert answer.status_code == 303
    return answer.headers["Location"]


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


class TestTheChoice:
    def test_the_first_way_is_there_and_the_others_below(self):
        page = text(browser().get("/identify?next=/my"))

        assert "演示验证" in page
        assert "人脸验证 打开腾讯云的页面，对着手机镜头" in page.split("换一种方式")[1]
        assert "到婚姻登记处当面核对" in page

    def test_another_way_keeps_where_one_wanted_to_go(self):
        page = html(browser().get("/identify?next=/my/inbox"))

        assert "/identify?method=faceid&amp;next=%2Fmy%2Finbox" in page
        chosen = html(browser().get("/identify?method=faceid&next=/my/inbox"))
        assert 'name="method" value="faceid"' in chosen
        assert "method=simulated" in chosen

    @pytest.mark.parametrize("method", ["", "nothing", "wechat_face"])
    def test_a_way_that_is_not_offered_is_the_first(self, method):
        page = html(browser().get(f"/identify?method={method}"))

        assert 'name="method" value="simulated"' in page

    def test_no_name_or_number_stands_in_an_address(self):
        visitor = browser()
        begin(visitor)

        back = way_back(visitor)

        for secret in (ZHANG.id_number, ZHANG.name, ZHANG.phone):
            assert secret not in vendors_page(browser_with(visitor)) + back


def browser_with(visitor: Client) -> Client:
    """The same browser, before it came back: the check there can be done once."""
    begin(visitor)
    return visitor


class TestThereAndBack:
    def test_the_page_says_what_happens_and_leads_there(self):
        visitor = browser()
        begin(visitor)

        page = visitor.get("/identify/on")

        assert "按页面上的提示做" in text(page)
        assert "让您替他刷脸，请关闭" in text(page)
        assert title(page) == "实名验证"

    def test_who_passed_goes_on_as_who_they_are(self):
        visitor = browser()
        begin(visitor, next="/my/inbox")

        answer = visitor.get(path_of(way_back(visitor)))

        assert (answer.status_code, answer["Location"]) == (302, "/my/inbox")
        identity = read_token(visitor.cookies[IDENTITY_COOKIE].value)
        assert (identity.name, identity.method) == (ZHANG.name, "faceid")
        assert visitor.cookies[CHECK_COOKIE].value == ""

    def test_loading_the_way_back_again_gives_nothing_more(self):
        visitor = browser()
        begin(visitor)
        back = path_of(way_back(visitor))
        visitor.get(back)

        again = visitor.get(back)

        assert "不是在这个浏览器里开始的" in text(again, 409)

    def test_the_vendors_token_in_the_address_is_not_believed(self):
        """Nobody did the check; the address says that they did."""
        visitor = browser()
        begin(visitor)
        back = path_of(way_back(visitor, err_code=17))

        answer = visitor.get(back + "&result=0&BizToken=PASSED")

        assert "验证还没有做完" in text(answer, 409)
        assert IDENTITY_COOKIE not in visitor.cookies
        assert 'href="/identify/on"' in html(answer, 409)

    @pytest.mark.parametrize(
        ("err_code", "said"),
        [
            (2016, "姓名和身份证号没有核对上"),
            (2005, "网上没能核实您的身份"),
            (1004, "可以再做一次，或者换一种方式"),
        ],
    )
    def test_who_did_not_pass_is_told_and_has_other_ways(self, err_code, said):
        visitor = browser()
        begin(visitor)

        answer = visitor.get(path_of(way_back(visitor, err_code)))

        assert said in text(answer, 409)
        assert "到婚姻登记处当面核对" in text(answer, 409)
        assert "/identify?method=faceid&amp;next=%2Fmy" in html(answer, 409)
        assert IDENTITY_COOKIE not in visitor.cookies

    def test_where_the_vendor_is_silent_the_result_can_be_asked_for_again(self, emulator):
        visitor = browser()
        begin(visitor)
        back = path_of(way_back(visitor))
        emulator.control.script_fault("GetDetectInfoEnhanced", status=500)

        answer = visitor.get(back)

        assert "还不知道结果" in text(answer, 503)
        assert answer["Retry-After"] == "60"
        assert visitor.get(back)["Location"] == "/my"


class TestAnotherBrowser:
    def test_who_was_sent_the_link_gives_away_nothing(self):
        """Somebody began a check in this person's name and sent them the vendor's page."""
        jealous, victim = browser(), browser()
        begin(jealous)
        back = path_of(way_back(jealous))

        answer = victim.get(back)

        assert "结果只交给开始验证的那个浏览器" in text(answer, 409)
        assert IDENTITY_COOKIE not in victim.cookies
        assert Verification.objects.get().state == "pending"

    def test_and_who_sent_it_does_not_learn_the_address_back(self):
        jealous = browser()
        begin(jealous)
        back = way_back(jealous)
        id = str(Verification.objects.get().id)

        guess = jealous.get(f"/identify/back/{id}/aaaaaaaa")

        assert guess.status_code == 404
        assert back.split("/")[-1].split("?")[0] not in html(jealous.get("/identify/on"))

    def test_without_a_check_there_is_nowhere_to_go_on(self):
        assert browser().get("/identify/on")["Location"] == "/identify"

    def test_an_address_that_is_none_is_not_found(self):
        assert browser().get("/identify/back/1/abc").status_code == 404


class TestOutage:
    def test_a_vendor_that_is_away_leads_to_a_sentence_and_another_way(self, emulator):
        emulator.control.script_fault("DetectAuth", status=503)

        answer = browser().post("/identify", {**CLAIM, "method": "faceid", "next": "/my"})

        assert "实名验证暂时没有回应" in text(answer, 503)
        assert "换一种方式 演示验证" in text(answer, 503)
        assert ZHANG.name in html(answer, 503), "what was typed stays"
        assert answer["Retry-After"] == "60"

    def test_too_many_checks_lead_there_too(self):
        for _time in range(6):
            begin(browser_at("192.0.2.1"))

        answer = browser_at("192.0.2.1").post("/identify", {**CLAIM, "method": "faceid"})

        assert "实名验证的次数到了上限" in text(answer, 429)
        assert "到婚姻登记处当面核对" in text(answer, 429)
        assert int(answer["Retry-After"]) > 3000


def browser_at(address: str) -> Client:
    return Client(REMOTE_ADDR=address, headers={"Accept-Language": "zh-CN"})


class TestBankCard:
    """The card, then the code that comes to the telephone the bank has."""

    CARD = "6222000000000000005"

    def begin(self, **more: str) -> Client:
        visitor = browser()
        form = {**CLAIM, "card": self.CARD, "method": "bank_card", "next": "/my/inbox"} | more
        answer = visitor.post("/identify", form)
        assert (answer.status_code, answer["Location"]) == (302, "/identify/code")
        return visitor

    def test_the_form_asks_for_the_card_and_says_what_becomes_of_it(self):
        page = text(browser().get("/identify?method=bank_card"))

        assert "您本人的银行卡号 只用来核对这一次，不保存，也不会扣款" in page
        assert "银行留的手机号" in page

    def test_no_other_way_asks_for_one(self):
        assert "银行卡号" not in text(browser().get("/identify?method=faceid"))

    def test_with_the_code_one_goes_on_as_who_one_is(self, emulator):
        visitor = self.begin()
        assert "请填写手机收到的验证码" in text(visitor.get("/identify/code"))
        code = emulator.control.sms()[-1]["params"][0]

        answer = visitor.post("/identify/code", {"code": code})

        assert (answer.status_code, answer["Location"]) == (302, "/my/inbox")
        assert read_token(visitor.cookies[IDENTITY_COOKIE].value).method == "bank_card"

    def test_a_wrong_code_says_how_many_tries_are_left(self, emulator):
        visitor = self.begin()

        answer = visitor.post("/identify/code", {"code": "12"})

        assert "验证码不对。还可以再试4次。" in text(answer, 422)
        assert IDENTITY_COOKIE not in visitor.cookies

    def test_after_the_last_try_it_is_begun_anew(self):
        visitor = self.begin()
        for _time in range(4):
            visitor.post("/identify/code", {"code": "12"})

        answer = visitor.post("/identify/code", {"code": "12"})

        assert "这次没有验证成" in text(answer, 409)
        assert "/identify?method=bank_card&amp;next=%2Fmy%2Finbox" in html(answer, 409)

    def test_another_code_within_a_minute_is_too_soon(self):
        answer = self.begin().post("/identify/code", {"again": "1"})

        assert "刚才已经发过验证码" in text(answer, 429)
        assert 0 < int(answer["Retry-After"]) <= 61

    def test_a_card_that_the_bank_does_not_take_leads_to_other_ways(self, emulator):
        emulator.control.bank_card("-13")

        answer = browser().post(
            "/identify", {**CLAIM, "card": self.CARD, "method": "bank_card", "next": "/my"}
        )

        assert "请换一张卡，或者换一种方式" in text(answer, 422)
        assert "人脸验证" in text(answer, 422)

    def test_neither_card_nor_code_stands_in_an_address_or_a_cookie(self, emulator):
        visitor = self.begin()

        code = emulator.control.sms()[-1]["params"][0]
        kept = "".join(cookie.OutputString() for cookie in visitor.cookies.values())
        assert self.CARD not in kept
        assert code not in html(visitor.get("/identify/code"))

    def test_without_a_check_there_is_no_code_to_type(self):
        assert browser().get("/identify/code")["Location"] == "/identify"
