"""The script that stands in for WeChat's, in a page of another origin and in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from heli.wechat.emulator.pages.script import js_signature
from heli.wechat.kinds import AppKind
from tests.journeys.browsing import chromium

APIS = ["getLocation", "scanQRCode", "updateAppMessageShareData", "openLocation"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def here(emulator) -> Iterator[str]:
    """A page of another origin that allows scripts of the emulator's one address and no other
    request."""
    policy = f"default-src 'none'; script-src {emulator.js}"
    body = f"<!doctype html><html><head><script src='{emulator.js}'></script></head></html>"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/page?x=1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, here: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(here)
    yield page
    context.close()


def configured(page: Page, asking, url: str = "", **changes: object) -> dict[str, str]:
    """What became of wx.config, signed as Heli signs it."""
    appid = asking.emulated.registered.apps[AppKind.ACCOUNT].appid
    ticket = asking.get(
        "/cgi-bin/ticket/getticket", access_token=asking.token(AppKind.ACCOUNT), type="jsapi"
    )["ticket"]
    given = {
        "appId": appid,
        "timestamp": 1,
        "nonceStr": "n",
        "signature": js_signature(ticket, "n", "1", url or page.url),
        "jsApiList": APIS,
    }
    told = page.evaluate(
        """(given) => new Promise((done) => {
            wx.ready(() => done({errMsg: "ready"}));
            wx.error(done);
            wx.config(given);
        })""",
        given | changes,
    )
    return dict(told)


def called(page: Page, api: str, **given: object) -> dict[str, object]:
    """How a call ended, and with what."""
    told = page.evaluate(
        """([api, given]) => new Promise((done) => {
            for (const how of ["success", "fail", "cancel"]) {
                given[how] = (answer) => done({how, ...answer});
            }
            wx[api](given);
        })""",
        [api, given],
    )
    return dict(told)


class TestConfig:
    def test_a_page_that_signed_its_own_address_is_ready(self, page, asking):
        assert configured(page, asking) == {"errMsg": "ready"}

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"url": "http://127.0.0.1/other"}, "invalid signature"),
            ({"nonceStr": "m"}, "invalid signature"),
            ({"appId": "wx1111111111111111"}, "invalid appid"),
        ],
        ids=["url", "nonce", "appid"],
    )
    def test_what_was_not_signed_is_an_error(self, page, asking, changes, why):
        assert configured(page, asking, **changes) == {"errMsg": f"config:fail,{why}"}

    def test_a_domain_that_is_not_registered(self, page, asking):
        asking.emulated.control.set_redirect_names(["heli.example.cn"])

        assert configured(page, asking) == {"errMsg": "config:fail,invalid url domain"}


class TestCalls:
    def test_nothing_before_the_page_was_let_in(self, page):
        assert called(page, "getLocation")["how"] == "fail"

    def test_only_what_the_page_asked_for(self, page, asking):
        configured(page, asking, jsApiList=["openLocation"])

        assert called(page, "getLocation") == {
            "how": "fail",
            "errMsg": "getLocation:permission denied",
        }

    def test_the_position_that_was_set(self, page, asking):
        configured(page, asking)
        asking.emulated.control.set_position(31.2, 121.5)

        found = called(page, "getLocation", type="wgs84")

        assert (found["how"], found["latitude"], found["longitude"]) == ("success", 31.2, 121.5)

    def test_the_code_that_was_set_and_then_none(self, page, asking):
        configured(page, asking)
        asking.emulated.control.set_scans("http://127.0.0.1/in/TOKEN")
        page.on("dialog", lambda dialog: dialog.dismiss())

        first, second = (called(page, "scanQRCode", needResult=1) for _ in range(2))

        assert first["resultStr"] == "http://127.0.0.1/in/TOKEN"
        assert second["how"] == "cancel"

    def test_what_would_be_shared_is_kept(self, page, asking):
        configured(page, asking)
        shown = {"title": "一项政务预约需要您确认", "link": page.url}

        called(page, "updateAppMessageShareData", **shown)

        [act] = asking.emulated.control.page_acts("updateAppMessageShareData")
        assert act["url"] == page.url
        assert {name: act["arguments"][name] for name in shown} == shown

    def test_back_to_the_mini_program(self, page, emulator):
        page.evaluate("wx.miniProgram.navigateTo({url: '/pages/front/front'})")
        expect(page.locator("script")).to_have_count(1)  # the page's policy forbids eval

        [act] = emulator.control.page_acts("miniProgram.navigateTo")
        assert json.dumps(act["arguments"]) == '{"url": "/pages/front/front"}'
