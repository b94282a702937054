"""The first page, and what the service says of itself."""

from __future__ import annotations

import pytest

from tests.web.reading import read

pytestmark = pytest.mark.usefixtures("database")


class TestFront:
    def test_asks_what_one_would_like_to_do_and_leads_there(self):
        page = read("/")

        assert page.h1 == ["您想办什么？"]
        assert [address for address in page.addresses if address.startswith("/book/")] == [
            "/book/divorce_application",
            "/book/marriage",
            "/book/replacement",
            "/book/counselling",
        ]

    def test_leads_to_what_is_mine_to_the_offices_and_to_what_it_means(self):
        wanted = {"/my", "/my/inbox", "/places", "/two-visits", "/glossary", "/about"}

        assert wanted <= set(read("/").addresses)

    def test_says_that_a_booking_is_no_divorce_and_costs_nothing(self):
        html = read("/").html

        assert "预约只是排一个到场办理的时间，不等于离婚。" in html
        assert "预约不收费" in html


class TestAbout:
    def test_says_what_is_kept_and_that_the_other_spouse_never_sees_it(self):
        html = read("/about").html

        assert "加密保存" in html
        assert "对方永远看不到您的手机号和地址" in html

    def test_has_an_accessibility_statement(self):
        assert "accessibility" in read("/about").ids

    def test_leads_integrators_to_the_api(self):
        assert {"/api/v1/docs", "/api/v1/openapi.json"} <= set(read("/about").addresses)
