"""At home in WeChat: recognised one reads and never acts; an account is bound by one's word."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from heli.bookings.models import Booking, Party
from heli.cases.models import Case
from heli.notices.models import Notice
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from heli.wechat.models import Account
from tests.bookings.factories import Couple, a_couple
from tests.notices.factories import delivered
from tests.web.reading import Page
from tests.web.visitors import browser, confirmed, html, text
from tests.web.walking import Visitor, a_slot
from tests.web.wechat import (
    MINI_PROGRAM,
    bound,
    logged_in,
    wechat,
)

pytestmark = pytest.mark.usefixtures("database")

ACTS_WHEN_RECOGNISED = {"in/<str:hall>"}  # checking in at the hall by its code


def rows() -> list[Any]:
    """What a citizen's deed could change."""
    kinds = (Booking, Party, Notice, Case, Slot, Account)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


class TestRecognised:
    def test_reads_their_own(self):
        couple, client = a_couple(), wechat()
        booking = confirmed(couple)
        delivered(couple.applicant)
        bound(client, couple.applicant)

        assert booking.code in html(client.get("/my"))
        for path in (f"/my/{booking.code}", f"/my/{booking.code}/voucher", "/my/inbox"):
            assert client.get(path).status_code == 200, path
        assert client.get(f"/my/{booking.code}/voucher.png").status_code == 200
        assert "现在没有" not in text(client.get("/my"))

    def test_is_told_what_that_is_enough_for(self):
        client = wechat()
        bound(client, a_couple().applicant)

        said = text(client.get("/my"))

        assert (
            "这个微信认得您，所以可以直接查看。预约、同意、改时间和取消，还要先实名验证。" in said
        )
        assert "用的是别人的手机" not in said

    def test_reads_nobody_elses(self):
        client, booking = wechat(), confirmed(a_couple())
        bound(client, a_couple().applicant)

        assert booking.code not in html(client.get("/my"))
        assert client.get(f"/my/{booking.code}").status_code == 404

    def test_the_proof_goes_first(self):
        """On one telephone: the one who has just proven who they are sees their own."""
        mine, other = a_couple(), a_couple()
        client = wechat(other.applicant)
        bound(client, mine.applicant)
        booking, theirs = confirmed(mine), confirmed(other)

        seen = html(client.get("/my"))

        assert theirs.code in seen
        assert booking.code not in seen

    def test_no_page_that_acts_takes_an_account_for_a_proof(self):
        """Every page of the citizen's that asks who one is, with a bound account alone."""
        couple, client = a_couple(), wechat()
        booking = confirmed(couple)
        delivered(couple.applicant)
        bound(client, couple.applicant)
        slot = a_slot()
        before, asked = rows(), []

        for route, view in _pages(get_resolver()):
            if route.startswith(("api/", "desk/")) or route in ACTS_WHEN_RECOGNISED:
                continue
            if not (hasattr(view, "is_identified") or hasattr(view, "is_recognised")):
                continue
            path = "/" + re.sub(r"<str:code>", booking.code, route)
            path = re.sub(r"<str:[a-z_]+>", "x", path)
            answer = client.post(path, {"slot": slot.id, "latest": "99", "choice": "yes"})
            led_to_check = answer.status_code == 302 and answer["Location"].startswith("/identify")
            is_only_read = answer.status_code == 405
            has_no_draft = answer.status_code == 404 and route.startswith("book/")
            assert led_to_check or is_only_read or has_no_draft, (path, answer.status_code)
            asked.append(route)

        assert {"my/<str:code>/cancel", "c/<str:code>/agree", "my/inbox"} <= set(asked)
        assert rows() == before

    def test_a_draft_is_sent_by_nobody_but_the_verified(self):
        couple, slot = a_couple(), a_slot()
        visitor = Visitor()
        visitor.reaches_check(couple, slot)
        visitor.proof_expires()
        bound(visitor.client, couple.applicant)

        visitor.sends()

        assert visitor.here.startswith("/identify?next=")
        assert not Booking.objects.exists()


class TestBindPage:
    def verified_in_wechat(self, client: Client, couple: Couple, back_to: str = "/my") -> str:
        person = couple.one
        answer = client.post(
            f"/identify?next={back_to}",
            {
                "name": person.name,
                "id_number": person.id_number,
                "phone": person.phone,
                "agrees": "on",
            },
        )
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def test_is_asked_after_a_check_with_two_equal_choices(self):
        couple, client = a_couple(), wechat()
        logged_in(client)

        where = self.verified_in_wechat(client, couple)
        page = html(client.get(where))

        assert where == "/wechat/bind?next=%2Fmy"
        buttons = re.findall(
            r'<button class="([^"]+)" form="bind" name="choice" value="(\w+)"', page
        )
        assert buttons == [("btn plain", "yes"), ("btn plain", "no")]
        assert "离婚" not in page

    def test_yes_binds_and_leads_on(self):
        couple, client = a_couple(), wechat()
        account = logged_in(client)

        answer = client.post(self.verified_in_wechat(client, couple), {"choice": "yes"})

        assert answer["Location"] == "/my"
        account.refresh_from_db()
        assert bytes(account.person) == couple.applicant.person
        del client.cookies[IDENTITY_COOKIE]
        assert client.get("/my").status_code == 200

    @pytest.mark.parametrize("choice", [{"choice": "no"}, {}, {"choice": "YES"}], ids=str)
    def test_no_and_anything_else_changes_nothing_and_leads_on(self, choice):
        couple, client = a_couple(), wechat()
        account = logged_in(client)

        answer = client.post(self.verified_in_wechat(client, couple), choice)

        assert answer["Location"] == "/my"
        account.refresh_from_db()
        assert account.person is None

    def test_is_asked_once(self):
        couple, client = a_couple(), wechat()
        logged_in(client)
        client.get(self.verified_in_wechat(client, couple))

        assert self.verified_in_wechat(client, couple) == "/my"

    def test_another_person_is_asked_for_themselves(self):
        client = wechat()
        logged_in(client)
        client.get(self.verified_in_wechat(client, a_couple()))

        assert self.verified_in_wechat(client, a_couple()).startswith("/wechat/bind")

    def test_who_uses_somebody_elses_account_is_not_asked_and_learns_nothing(self):
        client, owner = wechat(), a_couple()
        account = bound(client, owner.applicant)

        assert self.verified_in_wechat(client, a_couple()) == "/my"

        account.refresh_from_db()
        assert bytes(account.person) == owner.applicant.person

    def test_outside_of_wechat_nobody_is_asked(self):
        assert self.verified_in_wechat(browser(), a_couple()) == "/my"

    def test_without_a_session_it_leads_on(self):
        assert wechat(a_couple().applicant).get("/wechat/bind?next=/my")["Location"] == "/my"

    def test_without_a_proof_it_leads_to_the_check(self):
        client = wechat()
        account = logged_in(client)

        answer = client.post("/wechat/bind", {"choice": "yes"})

        assert answer["Location"].startswith("/identify")
        account.refresh_from_db()
        assert account.person is None

    def test_a_foreign_next_leads_to_ones_own(self):
        client = wechat(a_couple().applicant)
        logged_in(client)

        answer = client.post("/wechat/bind", {"choice": "no", "next": "https://evil.example"})

        assert answer["Location"] == "/my"


class TestMine:
    def test_offers_reminders_in_wechat_to_who_has_none(self):
        client = wechat(a_couple().applicant)
        logged_in(client)

        page = Page(html(client.get("/my")))

        assert "/wechat/bind" in page.addresses

    def test_offers_to_have_no_more_of_them(self):
        client, couple = wechat(), a_couple()
        account = bound(client, couple.applicant)
        assert "不再用这个微信" in text(client.get("/my"))

        answer = client.post("/wechat/let-go")

        assert answer["Location"] == "/my"
        account.refresh_from_db()
        assert account.person is None
        assert client.get("/my")["Location"].startswith("/identify")

    def test_to_let_go_without_a_session_changes_nothing(self):
        account = bound(wechat(), a_couple().applicant)

        assert browser().post("/wechat/let-go")["Location"] == "/my"

        account.refresh_from_db()
        assert account.person is not None

    def test_says_nothing_of_it_elsewhere(self):
        said = text(browser(a_couple().applicant).get("/my"))

        assert "微信" not in said


class TestWithoutACheckInTheBrowser:
    """Where the only way to prove who one is, is the mini program's."""

    @pytest.fixture
    def only_face(self, monkeypatch):
        from heli.identity import verification

        register = {"wechat_face": verification._register["wechat_face"]}
        monkeypatch.setattr(verification, "_register", register)

    @pytest.mark.usefixtures("only_face")
    def test_the_check_says_where_it_can_be_made(self):
        said = text(browser().get("/identify?next=/my"))

        assert "实名验证在我们的微信小程序里做，这个浏览器里做不了。" in said
        assert "请返回小程序首页" in text(wechat(agent=MINI_PROGRAM).get("/identify"))


@pytest.mark.parametrize(
    "path", ["/wechat/snapshot?next=/my", "/wechat/bind?next=/my", "/wechat/login?state=x"]
)
def test_each_page_in_wechat_has_its_landmarks_and_gives_nothing_away(path):
    client = wechat(a_couple().applicant)
    logged_in(client)
    answer = client.get(path)

    page = Page(answer.content.decode())

    assert page.landmarks == ["header", "main", "footer"]
    assert len(page.h1) == 1
    assert "离婚" not in page.title
    assert ("/leave", "快速离开") in page.links
    assert "no-store" in answer["Cache-Control"]


def _pages(resolver: URLResolver, before: str = "") -> Any:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _pages(pattern, route)
