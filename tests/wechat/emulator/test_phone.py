"""The telephone of the demo, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from heli.wechat.emulator.pages.chat import with_links
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import MINI_ID
from heli.wechat.kinds import AppKind
from tests.journeys.accessibility import assert_accessible
from tests.journeys.browsing import chromium
from tests.wechat.emulator.asking import Asking

MENU = {
    "button": [
        {"name": "预约", "sub_button": [{"type": "click", "name": "附近", "key": "near"}]},
        {"type": "view", "name": "首页", "url": "https://heli.example.cn/"},
    ]
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[360, 1280], ids=["narrow", "wide"])
def page(browser: Browser, request) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def owner(emulator: Emulated):
    """Somebody who follows the account, to whom a message and a short message came."""
    person = emulator.control.add_person("阿澄", phone="13900001001", follows=True)
    emulator.control.say(person["account_openid"], Content="看 https://heli.example.cn/places")
    return person


def hold(page: Page, emulator: Emulated, person, then: str = "/phone") -> None:
    page.goto(emulator.control.phone_url(person["account_openid"], then))


class TestPages:
    @pytest.mark.parametrize(
        "path", ["", "/people", "/chat", "/messages", "/sms", "/scan", "/settings"]
    )
    def test_every_page_fits_and_is_accessible(self, page, emulator, owner, path):
        hold(page, emulator, owner, f"/phone{path}")

        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0
        assert_accessible(page)


class TestUse:
    def test_somebody_new_follows_writes_and_leaves(self, page, emulator):
        page.goto(f"{emulator.address}/phone")
        page.fill("#name", "小满")
        page.click("text=新建")
        page.click("text=公众号")
        page.click("button:has-text('关注')")
        page.fill("#text", "离婚预约")
        page.click("button:has-text('发送') >> nth=0")
        page.select_option("#place", "成都锦江")
        page.click("button:has-text('发送位置')")
        page.click("text=取消关注")

        events = [
            (push["fields"]["MsgType"], push["fields"].get("Event"))
            for push in emulator.control.pushes()
        ]
        assert events == [
            ("event", "subscribe"),
            ("text", None),
            ("location", None),
            ("event", "unsubscribe"),
        ]
        assert page.url == f"{emulator.address}/phone"

    def test_the_menu_asks_the_account(self, page, emulator, owner):
        set_menu(emulator)
        hold(page, emulator, owner, "/phone/chat")
        page.click("summary:has-text('预约')")
        page.click("button:has-text('附近')")

        push = emulator.control.pushes()[-1]
        assert (push["fields"]["Event"], push["fields"]["EventKey"]) == ("CLICK", "near")
        assert_accessible(page)

    def test_allowing_a_message(self, page, emulator, owner):
        hold(page, emulator, owner, "/phone/settings")
        page.click("button:has-text('允许一次') >> nth=0")
        page.click("button:has-text('允许一次') >> nth=1")

        told = page.inner_text("main")
        assert "小程序订阅消息，还可以收 1 条" in told
        assert "公众号订阅通知，还可以收 1 条" in told
        assert [push["fields"]["Event"] for push in emulator.control.pushes()[1:]] == [
            "subscribe_msg_popup_event"
        ]

    def test_a_message_that_arrived(self, page, emulator, owner, asking):
        emulator.control.grant(owner["mini_openid"], MINI_ID)
        asking.subscribe(owner["mini_openid"], page="pages/voucher/voucher")
        hold(page, emulator, owner, "/phone/messages")

        told = page.inner_text("main")
        assert "预约已确认" in told
        assert "pages/voucher/voucher" in told
        assert_accessible(page)


class TestBrowserOfAnother:
    def test_another_telephone_has_none_of_helis_cookies(self, emulator, owner):
        other = emulator.control.add_person()
        with httpx.Client(trust_env=False, base_url=emulator.address) as client:
            client.get(emulator.control.phone_url(owner["account_openid"]))
            client.cookies.set("heli_wechat", "a session", domain="127.0.0.1")
            kept = client.get(emulator.control.phone_url(owner["account_openid"]))
            gone = client.get(emulator.control.phone_url(other["account_openid"]))

        assert "heli_wechat" not in str(kept.headers.get_list("set-cookie"))
        assert 'heli_wechat=""' in str(gone.headers.get_list("set-cookie"))

    def test_a_link_is_opened_also_where_nobody_answers_the_login(self, emulator, owner):
        emulator.control.set_push(webhook="http://127.0.0.1:1/wechat/events")
        with httpx.Client(trust_env=False, base_url=emulator.address) as client:
            client.get(emulator.control.phone_url(owner["account_openid"]))
            found = [
                client.get("/phone/open", params={"url": url}).headers.get("location")
                for url in (
                    "http://127.0.0.1:1/my?a=1",
                    "http://127.0.0.1:1/wechat/enter?ticket=1",
                    "https://other.example/",
                    "javascript:alert(1)",
                )
            ]

        assert found == [
            "http://127.0.0.1:1/my?a=1",
            "http://127.0.0.1:1/wechat/enter?ticket=1",
            "https://other.example/",
            None,
        ]

    def test_nobody_has_no_telephone(self, emulator):
        for path in ("", "/chat", "/messages", "/sms", "/scan", "/settings", "/open"):
            answer = httpx.get(f"{emulator.address}/phone{path}", trust_env=False)
            assert answer.headers["location"] == "/phone/people"


class TestEscaping:
    def test_what_was_written_is_no_html(self):
        assert with_links('<img src=x>"') == "&lt;img src=x&gt;&quot;"

    def test_an_address_ends_where_chinese_begins(self):
        shown = with_links("见https://heli.example.cn/a。再见\n好")

        assert ">https://heli.example.cn/a</a>。再见<br>好" in shown

    def test_only_web_addresses_are_links(self):
        assert "<a" not in with_links('<a href="javascript:alert(1)">x</a>')

    def test_a_name_is_no_html(self, emulator):
        person = emulator.control.add_person("<b>名</b>")

        answer = httpx.get(f"{emulator.address}/phone/people", trust_env=False)

        assert person["name"] == "<b>名</b>"
        assert "<b>名" not in answer.text


def set_menu(emulator: Emulated) -> None:
    answer = Asking(emulator).call(AppKind.ACCOUNT, "/cgi-bin/menu/create", MENU)
    assert answer["errcode"] == 0
