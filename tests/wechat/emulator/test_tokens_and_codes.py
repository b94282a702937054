"""Tokens end, codes are good once."""

from __future__ import annotations

import re

import pytest

from heli.ground.vendors import App
from heli.wechat.emulator.tokens import Tokens
from heli.wechat.kinds import AppKind

ACCOUNT, MINI = AppKind.ACCOUNT, AppKind.MINI
TICKET = "/cgi-bin/ticket/getticket"
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


class TestAccessTokens:
    def test_the_same_token_is_given_until_five_minutes_before_its_end(self, asking):
        first = asking.token_answer(ACCOUNT)
        asking.emulated.control.move_clock(7200 - 301)
        again = asking.token_answer(ACCOUNT)
        asking.emulated.control.move_clock(2)
        renewed = asking.token_answer(ACCOUNT)

        assert first["expires_in"] == 7200
        assert again["access_token"] == first["access_token"]
        assert again["expires_in"] in (300, 301)
        assert renewed["access_token"] != first["access_token"]

    def test_a_forced_token_kills_the_one_before(self, asking):
        old = asking.token(ACCOUNT)
        new = asking.token_answer(ACCOUNT, force_refresh=True)["access_token"]

        refused = asking.get(TICKET, access_token=old, type="jsapi")
        assert refused["errcode"] == 40001
        assert "could get access_token by getStableAccessToken" in refused["errmsg"]
        assert asking.get(TICKET, access_token=new, type="jsapi")["errcode"] == 0

    def test_forcing_has_to_wait_thirty_seconds_and_ends_after_twenty_times_a_day(self, asking):
        assert "access_token" in asking.token_answer(ACCOUNT, force_refresh=True)
        assert asking.token_answer(ACCOUNT, force_refresh=True)["errcode"] == 45011
        for _ in range(19):
            asking.emulated.control.move_clock(31)
            assert "access_token" in asking.token_answer(ACCOUNT, force_refresh=True)
        asking.emulated.control.move_clock(31)

        assert asking.token_answer(ACCOUNT, force_refresh=True)["errcode"] == 45009

    def test_a_token_expires(self, asking):
        token = asking.token(ACCOUNT)
        asking.emulated.control.move_clock(7201)

        assert asking.get(TICKET, access_token=token, type="jsapi")["errcode"] == 42001

    @pytest.mark.parametrize(
        ("wrong", "errcode"),
        [
            ({"grant_type": "authorization_code"}, 40002),
            ({"appid": ""}, 41002),
            ({"appid": "wx1111111111111111"}, 40013),
            ({"secret": "not-the-secret"}, 40125),
            ({"force_refresh": "yes"}, 47001),
        ],
    )
    def test_what_is_wrong_is_named_and_has_a_request_id(self, asking, wrong, errcode):
        answer = asking.token_answer(ACCOUNT, **wrong)

        assert answer["errcode"] == errcode
        assert RID.search(answer["errmsg"])

    def test_no_call_without_a_token_nor_with_an_invented_one(self, asking):
        assert asking.get(TICKET, type="jsapi")["errcode"] == 41001
        assert asking.get(TICKET, access_token="invented", type="jsapi")["errcode"] == 40001

    def test_the_other_apps_token_is_for_other_calls(self, asking):
        assert asking.get(TICKET, access_token=asking.token(MINI), type="jsapi")["errcode"] == 48001


class TestTickets:
    def test_a_ticket_is_the_same_until_it_is_renewed(self, asking):
        def given() -> str:
            token = asking.token(ACCOUNT)
            return str(asking.get(TICKET, access_token=token, type="jsapi")["ticket"])

        first, again = given(), given()
        asking.emulated.control.expire_tokens()
        renewed = given()

        assert first == again != renewed

    def test_one_of_an_emulator_before_this_one_is_still_good(self):
        tokens, app = Tokens(), App("wx1111111111111111", "secret")
        ticket, _seconds = Tokens().ticket(app, 7200 * 10 + 7000)

        assert ticket in tokens.good_tickets(app, 7200 * 11 + 6000)
        assert ticket not in tokens.good_tickets(app, 7200 * 12 + 7100)

    def test_once_a_ticket_was_given_out_it_is_the_only_one(self):
        tokens, app = Tokens(), App("wx1111111111111111", "secret")
        ticket, _seconds = tokens.ticket(app, 7200.0)

        assert tokens.good_tickets(app, 14_399.0) == [ticket]
        assert tokens.good_tickets(app, 14_400.0) == []


class TestCodes:
    def test_a_login_code_is_good_once(self, asking):
        code = asking.emulated.control.mint_code(MINI, "openid-1")

        first = asking.login("/sns/jscode2session", MINI, js_code=code)
        again = asking.login("/sns/jscode2session", MINI, js_code=code)

        assert (first["openid"], "errcode" in first) == ("openid-1", False)
        assert again["errcode"] == 40029

    def test_a_code_is_good_for_five_minutes(self, asking):
        control = asking.emulated.control
        login, web = control.mint_code(MINI, "o1"), control.mint_code(ACCOUNT, "o2")
        control.move_clock(301)

        assert asking.login("/sns/jscode2session", MINI, js_code=login)["errcode"] == 40029
        assert asking.login("/sns/oauth2/access_token", ACCOUNT, code=web)["errcode"] == 42003

    def test_a_code_of_another_kind_or_app_is_none(self, asking):
        control = asking.emulated.control
        web, phone = control.mint_code(ACCOUNT, "o1"), control.mint_phone_code("13900001001")

        assert asking.login("/sns/jscode2session", MINI, js_code=web)["errcode"] == 40029
        assert asking.login("/sns/jscode2session", MINI, js_code=phone)["errcode"] == 40029

    def test_a_page_code_says_that_it_was_used(self, asking):
        code = asking.emulated.control.mint_code(ACCOUNT, "openid-2")

        first = asking.login("/sns/oauth2/access_token", ACCOUNT, code=code)
        again = asking.login("/sns/oauth2/access_token", ACCOUNT, code=code)

        assert (first["openid"], first["scope"]) == ("openid-2", "snsapi_base")
        assert "unionid" not in first
        assert again["errcode"] == 40163
        assert asking.login("/sns/oauth2/access_token", ACCOUNT, code="")["errcode"] == 41008

    def test_a_snapshot_is_nobody(self, asking):
        code = asking.emulated.control.mint_code(ACCOUNT, "openid-3", is_snapshot=True)

        found = asking.login("/sns/oauth2/access_token", ACCOUNT, code=code)

        assert found["is_snapshotuser"] == 1
        assert found["openid"] != "openid-3"

    def test_a_profile_only_for_who_agreed_to_show_it(self, asking):
        control = asking.emulated.control
        silent = control.mint_code(ACCOUNT, "o4")
        agreed = control.mint_code(ACCOUNT, "o4", scope="snsapi_userinfo")

        tokens = [
            asking.login("/sns/oauth2/access_token", ACCOUNT, code=code)["access_token"]
            for code in (silent, agreed)
        ]
        answers = [asking.get("/sns/userinfo", access_token=one, openid="o4") for one in tokens]

        assert answers[0]["errcode"] == 48001
        assert answers[1]["openid"] == "o4"

    def test_a_telephone_number_once_and_only_as_json(self, asking):
        code = asking.emulated.control.mint_phone_code("13900001009")
        path, token = "/wxa/business/getuserphonenumber", asking.token(MINI)
        url = f"{asking.emulated.api}{path}"

        form = asking.client.post(url, params={"access_token": token}, data={"code": code})
        first = asking.post(path, {"code": code}, token=token)
        again = asking.post(path, {"code": code}, token=token)

        assert form.json()["errcode"] == 47001
        assert first["phone_info"]["purePhoneNumber"] == "13900001009"
        assert again["errcode"] == 40029
