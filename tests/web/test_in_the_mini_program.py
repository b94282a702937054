"""What a page of ours does in the mini program's web-view that only the mini program can."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import settings as django_settings
from django.test import Client

from heli.ground.configuration import Environment
from heli.web.visitor import IDENTITY_COOKIE
from tests.web.visitors import text, title
from tests.web.wechat import MINI_PROGRAM, WECHAT

pytestmark = pytest.mark.usefixtures("database")

SCRIPT = "web/mini_program.js"


def opened(path: str, agent: str = MINI_PROGRAM):
    return Client(headers={"User-Agent": agent, "Accept-Language": "zh-CN"}).get(path)


@pytest.fixture
def nothing_works_in_a_browser(settings):
    """Production without a check that works in a browser."""
    settings.HELI = dataclasses.replace(
        django_settings.HELI, environment=Environment.PRODUCTION, identity=""
    )


class TestLeaving:
    def test_shows_an_empty_page_and_lets_the_mini_program_close_it(self):
        page = opened("/leave")

        assert page.status_code == 200
        assert title(page) == "已经离开"
        assert "离婚" not in page.content.decode()
        assert 'data-gives-way-to="/pages/front/front?left=1"' in page.content.decode()
        assert SCRIPT in page.content.decode()
        assert page.cookies[IDENTITY_COOKIE].value == ""

    def test_leads_elsewhere_in_every_other_browser(self):
        assert opened("/leave", WECHAT)["Location"].startswith("https://www.baidu.com")


@pytest.mark.usefixtures("nothing_works_in_a_browser")
class TestTheCheck:
    def test_is_one_tap_away_and_leads_back_to_the_page(self):
        page = opened("/identify?next=/my/inbox%3Fall%3D1")

        assert (
            'data-opens="/pages/identity/identity?web=%2Fmy%2Finbox%3Fall%3D1"'
            in page.content.decode()
        )
        assert "请返回小程序首页，点「实名验证」" in text(page)

    def test_is_not_offered_where_there_is_no_mini_program(self):
        page = opened("/identify?next=/my", "Mozilla/5.0 Chrome/126.0 Safari/537.36")

        assert "data-opens" not in page.content.decode()
        assert SCRIPT not in page.content.decode()
