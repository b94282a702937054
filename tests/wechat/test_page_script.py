"""What a page shows WeChat's script: signed by the shared ticket, for our own pages alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import httpx
import pytest
from django.conf import settings

from heli.ground.refusals import InvalidInput
from heli.wechat import page_script
from heli.wechat.emulator.running import Emulated
from heli.wechat.errors import WeChatSilent
from heli.wechat.page_script import page_config
from tests.api.world import NOBODY

pytestmark = pytest.mark.usefixtures("database", "in_peace")

TOKEN, TICKET = "/cgi-bin/stable_token", "/cgi-bin/ticket/getticket"
OURS = "http://127.0.0.1:8000"


@pytest.fixture
def in_peace() -> Iterator[None]:
    """No fault of an earlier test keeps anybody from asking."""
    page_script.PAUSE.end()
    yield
    page_script.PAUSE.end()


def let_in(emulated: Emulated, url: str, *, signed: str | None = None) -> str:
    """What WeChat's script says to the page at this address. signed: the address that was signed,
    the same where none is given."""
    config = page_config(url if signed is None else signed)
    asked = {
        "appId": config.appid,
        "timestamp": config.timestamp,
        "nonceStr": config.noncestr,
        "signature": config.signature,
        "url": url,
    }
    query = {"do": "config", "n": "a1", "with": json.dumps(asked)}
    answer = httpx.get(emulated.js, params=query, trust_env=False).text
    return str(json.loads(answer.partition(",")[2].rpartition(")")[0])["errMsg"])


class TestPageConfig:
    @pytest.mark.parametrize(
        "url", [OURS, f"{OURS}/", f"{OURS}/places?q=广州&service=marriage", f"{OURS}/in/a_b-c"]
    )
    def test_lets_a_page_of_ours_in(self, emulator, url):
        assert let_in(emulator, url) == "config:ok"

    def test_is_of_that_page_alone(self, emulator):
        said = let_in(emulator, f"{OURS}/check", signed=f"{OURS}/places")

        assert said == "config:fail,invalid signature"

    def test_passes_over_what_follows_the_number_sign(self, emulator):
        assert let_in(emulator, f"{OURS}/about", signed=f"{OURS}/about#contact") == "config:ok"

    def test_all_pages_share_one_ticket(self, emulator):
        for path in ("/", "/about", "/check"):
            page_config(OURS + path)

        assert len(emulator.control.calls(TICKET)) == 1

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "https://elsewhere.example/",
            "http://127.0.0.1:80001/",
            "http://127.0.0.1:8000@elsewhere.example/",
            "http://127.0.0.1:8000.elsewhere.example/",
            "https://127.0.0.1:8000/",
            "//127.0.0.1:8000/",
            " http://127.0.0.1:8000/",
            "http://127.0.0.1:8000\\@elsewhere.example/",
        ],
    )
    def test_refuses_anybody_elses_page_and_asks_nobody(self, emulator, url):
        with pytest.raises(InvalidInput):
            page_config(url)

        assert emulator.control.calls() == []


class TestWhenWeChatFails:
    @pytest.mark.parametrize("path", [TOKEN, TICKET])
    @pytest.mark.parametrize(
        "fault",
        [
            {"errcode": -1},
            {"errcode": 45009},
            {"errcode": 40001},
            {"status": 502},
            {"body": "<html>"},
            {"body": "{}"},
            {"cut": True},
        ],
        ids=str,
    )
    def test_it_says_so_and_the_next_page_does_not_ask_again(self, emulator, path, fault):
        emulator.control.script_fault(path, **fault, times=None)

        with pytest.raises(WeChatSilent):
            page_config(f"{OURS}/")
        asked = len(emulator.control.calls())
        with pytest.raises(WeChatSilent):
            page_config(f"{OURS}/")

        assert len(emulator.control.calls()) == asked

    def test_after_the_pause_it_asks_again(self, emulator):
        emulator.control.script_fault(TICKET, errcode=45009, times=None)
        with pytest.raises(WeChatSilent):
            page_config(f"{OURS}/")
        emulator.control.clear_faults()

        page_script.PAUSE.end()

        assert let_in(emulator, f"{OURS}/") == "config:ok"

    def test_where_too_many_wait_already_the_next_one_is_told_at_once(self, emulator):
        for _ in range(page_script.WAITING_MAX):
            page_script.PAUSE.waiting.acquire()
        try:
            with pytest.raises(WeChatSilent):
                page_config(f"{OURS}/")
        finally:
            for _ in range(page_script.WAITING_MAX):
                page_script.PAUSE.waiting.release()

        assert emulator.control.calls() == []

    def test_without_an_account_there_is_none(self, emulator):
        wechat = dataclasses.replace(settings.HELI.wechat, account=None)
        settings.HELI = dataclasses.replace(settings.HELI, wechat=wechat)

        with pytest.raises(WeChatSilent):
            page_config(f"{OURS}/")


class TestOverHttp:
    def test_gives_what_the_script_takes(self, emulator):
        answer = NOBODY.get("/wechat/js-config", url=f"{OURS}/places")

        assert answer.status_code == 200
        config = answer.json()
        assert set(config) == {"appid", "timestamp", "noncestr", "signature"}
        assert config["appid"] == emulator.registered.apps["account"].appid

    def test_a_foreign_page_names_the_field(self, emulator):
        for query in ({}, {"url": ""}, {"url": "https://elsewhere.example/"}, {"url": "x" * 3000}):
            answer = NOBODY.get("/wechat/js-config", **query)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
            assert [error["field"] for error in answer.json()["errors"]] == ["url"]

    def test_a_fault_of_wechats_is_unavailable_and_says_when_to_come_again(self, emulator):
        emulator.control.script_fault(TICKET, errcode=45009, times=None)

        answer = NOBODY.get("/wechat/js-config", url=f"{OURS}/")

        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer["Retry-After"]) > 0
