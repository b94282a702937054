"""The silent login: whose account is looking, once, and the check as the way on whatever fails."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from urllib.parse import quote, urlsplit

import httpx
import pytest
from django.conf import settings

from heli.ground import clock
from heli.web.visitor import LOGIN_COOKIE, SESSION_COOKIE
from heli.wechat.accounts import SESSION, openid_of, read_session
from heli.wechat.models import Account
from tests.bookings.factories import a_couple
from tests.web.visitors import browser, confirmed, text
from tests.web.wechat import (
    MINI_PROGRAM,
    a_code,
    begins_login,
    bound,
    comes_back,
    logged_in,
    query_of,
    wechat,
)

pytestmark = pytest.mark.usefixtures("database", "emulator")

READING = ("/my", "/my/inbox", "/my/cases", "/my/ACDE23467999", "/my/ACDE23467999/voucher")
CHECK = "/identify?next=%2Fmy"


def has_no_session(client) -> bool:
    cookie = client.cookies.get(SESSION_COOKIE)
    return cookie is None or not cookie.value


class TestTheWay:
    @pytest.mark.parametrize("path", READING)
    def test_an_unknown_visitor_is_led_through_wechat_first(self, path):
        answer = wechat().get(path)

        assert answer["Location"] == f"/wechat/login?next={quote(path, safe='')}"

    def test_what_stood_in_the_address_is_kept(self):
        answer = wechat().get("/my?aside")

        assert answer["Location"] == "/wechat/login?next=%2Fmy%3Faside"

    def test_elsewhere_it_is_the_check_as_ever(self):
        assert browser().get("/my")["Location"] == CHECK

    def test_in_the_mini_programs_web_view_too(self):
        assert wechat(agent=MINI_PROGRAM).get("/my")["Location"] == CHECK

    def test_without_an_official_account_too(self, monkeypatch):
        none = dataclasses.replace(settings.HELI.wechat, account=None)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, wechat=none))

        assert wechat().get("/my")["Location"] == CHECK

    def test_an_account_that_is_nobodys_leads_to_the_check(self):
        client = wechat()
        logged_in(client)

        assert client.get("/my")["Location"] == CHECK

    def test_the_check_itself_asks_wechat_first_so_that_it_can_ask_afterwards(self):
        answer = wechat().get("/identify?next=/c/ACDE23467999/answer")

        assert answer["Location"] == (
            "/wechat/login?next=%2Fidentify%3Fnext%3D%2Fc%2FACDE23467999%2Fanswer"
        )

    def test_it_is_begun_by_itself_once(self):
        client = wechat()
        begins_login(client)

        assert client.get("/my")["Location"] == CHECK
        assert client.get("/identify").status_code == 200

    def test_outside_of_wechat_the_login_leads_back_at_once(self):
        assert browser().get("/wechat/login?next=/my")["Location"] == "/my"

    def test_who_is_logged_in_is_led_back_at_once(self):
        client = wechat()
        logged_in(client)

        assert client.get("/wechat/login?next=/my")["Location"] == "/my"

    @pytest.mark.parametrize(
        "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil", ""]
    )
    def test_a_foreign_next_leads_to_the_front_page(self, emulator, wanted):
        client = wechat()
        state = begins_login(client, wanted)

        assert comes_back(client, state, a_code(emulator))["Location"] == "/"


class TestToWeChat:
    def test_asks_for_nothing_but_the_account(self):
        response = wechat().get("/wechat/login?next=/my")

        asked = query_of(response)
        assert asked["scope"] == "snsapi_base"
        assert asked["redirect_uri"] == f"{settings.HELI.base_url}/wechat/login"
        assert asked["state"].isalnum()
        assert "my" not in asked["state"]
        assert urlsplit(response["Location"]).fragment == "wechat_redirect"

    def test_each_state_is_another(self):
        assert begins_login(wechat()) != begins_login(wechat())

    def test_what_is_kept_meanwhile_is_unreadable_and_short_lived(self):
        client = wechat()
        state = begins_login(client)

        cookie = client.cookies[LOGIN_COOKIE]
        assert state not in cookie.value
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert cookie["max-age"] == 600

    def test_the_emulators_consent_page_takes_it_and_sends_the_browser_back(self, emulator):
        client = wechat()
        openid = emulator.control.add_person()["account_openid"]
        emulator.control.set_visitor(openid)
        host = urlsplit(settings.HELI.base_url).hostname or ""
        emulator.control.set_redirect_names([host])
        away = client.get("/wechat/login?next=/my")["Location"].partition("#")[0]

        there = httpx.get(away, follow_redirects=False, trust_env=False)
        back = client.get(f"/wechat/login?{urlsplit(there.headers['Location']).query}")

        assert back["Location"] == "/my"
        assert openid_of(Account.objects.get()) == openid


class TestBack:
    def test_the_account_is_remembered_for_twelve_hours_and_the_way_goes_on(self, emulator):
        client = wechat()
        openid = emulator.control.add_person()["account_openid"]

        answer = comes_back(client, begins_login(client), a_code(emulator, openid))

        assert answer["Location"] == "/my"
        cookie = client.cookies[SESSION_COOKIE]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert 0 < SESSION.total_seconds() - cookie["max-age"] < 60
        account = Account.objects.get()
        assert read_session(cookie.value) == (account.id, "account")
        assert account.person is None
        assert openid not in cookie.value

    def test_a_bound_account_reads_without_a_check(self, emulator):
        couple, client = a_couple(), wechat()
        booking = confirmed(couple)
        openid = emulator.control.add_person()["account_openid"]
        comes_back(client, begins_login(client), a_code(emulator, openid))
        Account.objects.update(person=couple.applicant.person, bound_at=clock.real_now())

        assert booking.code[:4] in text(client.get(f"/my/{booking.code}"))

    def test_the_same_account_is_one_row(self, emulator):
        openid = emulator.control.add_person()["account_openid"]
        for _time in range(2):
            client = wechat()
            comes_back(client, begins_login(client), a_code(emulator, openid))

        assert Account.objects.count() == 1


class TestRefused:
    """Each shows its sentence, logs nobody in, changes nothing, and has a way on."""

    def seen(self, client, answer, status: int = 200) -> str:
        said = text(answer, status)
        assert has_no_session(client)
        assert not Account.objects.exists()
        assert client.get("/my")["Location"] == CHECK, "a page began another login by itself"
        return said

    @pytest.mark.parametrize("state", ["0" * 32, "", "中文", "x" * 5000], ids=len)
    def test_a_forged_state(self, emulator, state):
        client = wechat()
        begins_login(client)

        answer = comes_back(client, state, a_code(emulator))

        assert "这次登录不是在这个浏览器里开始的" in self.seen(client, answer, 403)
        assert emulator.control.calls("/sns/oauth2/access_token") == []

    def test_a_state_of_another_browser(self, emulator):
        client, other = wechat(), wechat()
        begins_login(client)

        answer = comes_back(client, begins_login(other), a_code(emulator))

        assert "什么都没有改变" in self.seen(client, answer, 403)

    def test_without_a_login_under_way(self, emulator):
        client = wechat()

        answer = comes_back(client, "0" * 32, a_code(emulator))

        assert "这次登录不是在这个浏览器里开始的" in self.seen(client, answer, 403)

    def test_a_state_is_good_once(self, emulator):
        client = wechat()
        state = begins_login(client)
        comes_back(client, state, None)

        answer = comes_back(client, state, a_code(emulator))

        assert "这次登录不是在这个浏览器里开始的" in self.seen(client, answer, 403)

    def test_a_login_begun_too_long_ago(self, emulator, monkeypatch):
        client = wechat()
        state = begins_login(client)
        later = clock.real_now() + timedelta(minutes=10)
        monkeypatch.setattr(clock, "real_now", lambda: later)

        assert "已经过了十分钟" in text(comes_back(client, state, a_code(emulator)), 403)

    def test_who_denies(self):
        client = wechat()

        answer = comes_back(client, begins_login(client), None)

        said = self.seen(client, answer)
        assert "微信没有告诉我们是哪个微信在看，什么都没有改变。" in said
        assert "去实名验证" in said

    def test_a_used_code_begins_once_more_and_then_says_so(self, emulator):
        client, code = wechat(), a_code(emulator)
        other = wechat()
        comes_back(other, begins_login(other), code)
        Account.objects.all().delete()

        again = comes_back(client, begins_login(client), code)
        assert query_of(again)["scope"] == "snsapi_base"
        answer = comes_back(client, query_of(again)["state"], code)

        assert "微信给的登录代码已经用过，所以没有登录，什么都没有改变。" in self.seen(
            client, answer
        )

    def test_a_second_code_after_a_used_one_is_taken(self, emulator):
        client = wechat()
        again = comes_back(client, begins_login(client), "used-already")

        answer = comes_back(client, query_of(again)["state"], a_code(emulator))

        assert answer["Location"] == "/my"
        assert not has_no_session(client)

    @pytest.mark.parametrize(
        "fault", [{"status": 502}, {"body": "{"}, {"errcode": 45011}, {"cut": True}], ids=str
    )
    def test_where_wechat_is_silent(self, emulator, fault):
        client = wechat()
        emulator.control.script_fault("/sns/oauth2/access_token", **fault)

        answer = comes_back(client, begins_login(client), a_code(emulator))

        assert "微信暂时没有回应，所以没有登录，什么都没有改变。" in self.seen(client, answer, 503)

    def test_a_snapshot_is_nobody_and_is_told_what_to_do(self, emulator):
        client = wechat()

        answer = comes_back(client, begins_login(client), a_code(emulator, is_snapshot=True))

        assert answer["Location"] == "/wechat/snapshot?next=%2Fmy"
        page = client.get(answer["Location"])
        assert "请点右下角「使用完整服务」" in self.seen(client, page)
        assert 'href="/wechat/login?next=%2Fmy"' in page.content.decode()

    def test_a_tap_begins_another(self):
        client = wechat()
        comes_back(client, begins_login(client), None)

        assert begins_login(client)

    def test_who_has_proven_who_they_are_goes_on(self):
        client = wechat(a_couple().applicant)

        answer = comes_back(client, begins_login(client), None)

        assert "您已经实名验证过，可以接着办理。" in text(answer)
        assert client.get("/my").status_code == 200


class TestForgotten:
    @pytest.mark.parametrize("leaving", ["/leave", "/sign-off"])
    def test_leaving_takes_the_session_out_of_the_browser(self, leaving):
        client = wechat()
        bound(client, a_couple().applicant)

        client.post(leaving) if leaving == "/sign-off" else client.get(leaving)

        assert has_no_session(client)
