"""Messages arrive where they are allowed, as they are allowed."""

from __future__ import annotations

import json

import pytest

from heli.wechat.emulator.fields import RULES, is_allowed
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID, MINI_ID, templates_file
from heli.wechat.kinds import AppKind
from heli.wechat.templates import read_templates
from tests.wechat.emulator.asking import DATA

ACCOUNT, MINI = AppKind.ACCOUNT, AppKind.MINI
BIZSEND, TEMPLATE = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/template/send"


@pytest.fixture
def person(emulator):
    return emulator.control.add_person()


class TestSubscriptions:
    def test_one_yes_is_one_message(self, asking, person):
        openid = person["mini_openid"]
        asking.emulated.control.grant(openid, MINI_ID)

        codes = [asking.subscribe(openid)["errcode"] for _ in range(2)]

        assert codes == [0, 43101]
        [sent] = asking.emulated.control.messages(openid)
        assert (sent["way"], sent["data"]["thing3"]) == ("mini_subscribe", "演示登记处")

    def test_a_lasting_yes_is_for_any_number(self, asking, person):
        asking.emulated.control.grant(person["mini_openid"], MINI_ID, times=None)

        assert [asking.subscribe(person["mini_openid"])["errcode"] for _ in range(3)] == [0] * 3

    def test_a_refused_field_costs_no_yes(self, asking, person):
        openid = person["mini_openid"]
        asking.emulated.control.grant(openid, MINI_ID)

        refused = asking.subscribe(openid, data={**DATA, "thing3": {"value": "长" * 21}})

        assert refused["errcode"] == 47003
        assert "data.thing3.value invalid" in refused["errmsg"]
        assert asking.subscribe(openid)["errcode"] == 0

    def test_an_empty_or_missing_field_is_named(self, asking, person):
        missing = {key: value for key, value in DATA.items() if key != "time2"}

        for data in (missing, {**DATA, "time2": {"value": ""}}):
            refused = asking.subscribe(person["mini_openid"], data=data)
            assert refused["errcode"] == 47003
            assert "data.time2.value is emtpy" in refused["errmsg"]

    def test_who_and_what_is_unknown(self, asking, person):
        assert asking.subscribe("nobody")["errcode"] == 40003
        assert asking.subscribe(person["account_openid"])["errcode"] == 40003
        assert asking.subscribe(person["mini_openid"], template_id=CLASSIC_ID)["errcode"] == 40037

    def test_a_page_that_the_mini_program_does_not_have(self, asking, person):
        asking.emulated.control.set_pages(["pages/front/front"])

        refused = asking.subscribe(person["mini_openid"], page="pages/none/none")

        assert refused["errcode"] == 41030

    def test_escapes_are_refused(self, asking, person):
        body = json.dumps({"touser": person["mini_openid"], "data": {"a": "预约"}})
        url = f"{asking.emulated.api}/cgi-bin/message/subscribe/send"

        answer = asking.client.post(url, params={"access_token": asking.token(MINI)}, content=body)

        assert answer.json()["errcode"] == 40033

    def test_the_accounts_way_tells_no_number(self, asking, person):
        openid = person["account_openid"]
        asking.emulated.control.grant(openid, ACCOUNT_ID)
        body = {"touser": openid, "template_id": ACCOUNT_ID, "data": DATA, "page": "https://x.cn/a"}

        answer = asking.call(ACCOUNT, BIZSEND, body)

        assert (answer["errcode"], "msgid" in answer) == (0, False)
        assert asking.call(MINI, BIZSEND, body)["errcode"] == 48001


class TestTemplateMessages:
    def test_only_to_those_who_follow(self, asking, person):
        body = {"touser": person["account_openid"], "template_id": CLASSIC_ID, "data": DATA}

        before = asking.call(ACCOUNT, TEMPLATE, body)
        asking.emulated.control.follow(person["account_openid"])
        after = asking.call(ACCOUNT, TEMPLATE, body)

        assert (before["errcode"], after["errcode"]) == (43004, 0)
        assert asking.call(MINI, TEMPLATE, body)["errcode"] == 45109

    def test_the_same_number_of_ours_is_sent_once(self, asking, person):
        openid = person["account_openid"]
        asking.emulated.control.follow(openid)
        body = {"touser": openid, "template_id": CLASSIC_ID, "data": DATA, "client_msg_id": "n-1"}

        first, again = (asking.call(ACCOUNT, TEMPLATE, body) for _ in range(2))

        assert first["msgid"] == again["msgid"]
        assert len(asking.emulated.control.messages(openid)) == 1


class TestCityServices:
    def test_one_order_is_one_record_and_the_result_page_shows_it(self, asking, person):
        body = {
            "openid": person["mini_openid"],
            "biz_template_id": "t",
            "order_no": "order-1",
            "data": {"state": {"value": "已预约"}},
            "result_page_style_id": "s",
        }
        answer = asking.call(ACCOUNT, "/cityservice/sendmsgdata", body)

        assert "已预约" in asking.client.get(answer["result_page_url"]).text
        assert asking.call(MINI, "/cityservice/sendmsgdata", body)["errcode"] == 48001
        nobody = asking.call(ACCOUNT, "/cityservice/sendmsgdata", {**body, "openid": "x"})
        assert nobody["errcode"] == 40003


class TestFieldRules:
    @pytest.mark.parametrize(
        ("key", "value", "fits"),
        [
            ("thing1", "字" * 20, True),
            ("thing1", "字" * 21, False),
            ("character_string2", "AB-12", True),
            ("character_string2", "预约", False),
            ("character_string2", "a" * 33, False),
            ("number1", "9" * 32, True),
            ("number1", "9" * 33, False),
            ("time1", "15:01", True),
            ("time1", "25:01", False),
            ("time1", "2019年10月1日 15:01", True),
            ("time1", "2019-10-01", False),
            ("date1", "2019年10月1日", True),
            ("date1", "2019年13月1日", False),
            ("phone_number1", "010-12345678", True),
            ("phone_number1", "1" * 18, False),
            ("amount1", "¥100.5", True),
            ("name1", "某" * 11, False),
            ("name1", "A" * 20, True),
            ("phrase1", "已经确认", True),
            ("phrase1", "六个字也不行", False),
            ("symbol1", "!?", True),
            ("letter1", "abc1", False),
            ("unknown1", "x", False),
            ("thing", "x", False),
        ],
    )
    def test_the_official_table(self, key, value, fits):
        assert is_allowed(key, value) is fits

    def test_every_kind_refuses_the_empty_text(self):
        assert [kind for kind in RULES if is_allowed(f"{kind}1", "")] == []


def test_heli_reads_the_emulators_file_of_templates():
    found = read_templates(templates_file())

    assert {str(section): one.id for section, one in found.items()} == {
        "mini": MINI_ID,
        "subscribe": ACCOUNT_ID,
        "template": CLASSIC_ID,
    }
