"""Out of WeChat with what one began, and from the mini program into a page: once, or not at all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from heli.ground import clock
from heli.identity.verified import issue_token
from heli.web.draft import COOKIE as DRAFT_COOKIE
from heli.web.visitor import IDENTITY_COOKIE, SESSION_COOKIE, identity_of
from heli.wechat.accounts import WeChatSession, bind_account, person_of, read_session
from heli.wechat.entering import web_view_url
from heli.wechat.handovers import hand_over
from heli.wechat.kinds import AppKind, HandoverKind
from heli.wechat.models import Handover
from tests.bookings.factories import Couple, a_couple
from tests.web.visitors import browser, html, text, title
from tests.web.walking import Visitor
from tests.web.wechat import (
    MINI_PROGRAM,
    WECHAT,
    an_account,
    logged_in,
    wechat,
)

pytestmark = pytest.mark.usefixtures("database")

GONE = "这个链接已经用过，或者已经过期，现在什么都没有改变。请回到原来的页面，再打开一次。"


class TestOut:
    """From WeChat's browser to a common one: a draft goes along, who one is does not."""

    def leaves(self, visitor: Visitor) -> str:
        path = f"/book/{visitor.draft}/elsewhere"
        answer = visitor.client.post(path, {"next": visitor.here})
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def in_wechat(self) -> Visitor:
        visitor = Visitor()
        visitor.client = wechat()
        return visitor

    def half_way(self, couple: Couple) -> Visitor:
        visitor = self.in_wechat().proves(couple.applicant)
        visitor.sends("/book/divorce_application")
        visitor.sends()
        visitor.sends()
        visitor.types(couple)
        return visitor

    def test_every_page_in_wechat_offers_it_and_no_other_does(self):
        offer = "换到浏览器里继续"

        assert offer in text(wechat().get("/about"))
        assert offer not in text(browser().get("/about"))
        assert offer not in text(wechat(agent=MINI_PROGRAM).get("/about"))

    def test_in_wechat_one_is_told_how(self):
        visitor = self.half_way(a_couple())
        link = self.leaves(visitor)

        said = text(visitor.client.get(link))

        assert "点屏幕右上角的「···」。" in said
        assert "选「在浏览器打开」" in said
        assert f"{settings.HELI.base_url}{link}" in html(visitor.client.get(link))

    def test_what_was_chosen_and_typed_goes_along(self):
        couple = a_couple()
        visitor = self.half_way(couple)
        here, link = visitor.here, self.leaves(visitor)
        there = browser()
        offered = html(there.get(link))

        ticket = re.search(r'name="ticket" value="([^"]+)"', offered)[1]
        answer = there.post("/wechat/continue", {"ticket": ticket})

        assert answer["Location"] == here
        assert there.cookies[DRAFT_COOKIE]["path"] == f"/book/{visitor.draft}/"
        assert there.get(here)["Location"].startswith("/identify"), "who one is went along"
        there.cookies[IDENTITY_COOKIE] = issue_token(couple.applicant)[0]
        assert there.get(here).status_code == 200

    def test_nobody_elses_typing_is_shown_to_another_person(self):
        couple = a_couple()
        link = self.leaves(self.half_way(couple))
        there = browser(a_couple().applicant)

        answer = there.post("/wechat/continue", {"ticket": link.partition("=")[2]})
        page = there.get(there.get(answer["Location"])["Location"])

        assert couple.other.name not in html(page)

    def test_opening_the_link_uses_nothing(self):
        visitor = self.half_way(a_couple())
        link = self.leaves(visitor)
        for _time in range(3):
            assert browser().get(link).status_code == 200

        assert Handover.objects.get().used_at is None

    def test_a_page_without_a_draft_goes_along_as_its_address(self):
        client = wechat()
        link = client.post("/wechat/elsewhere", {"next": "/channels/440106?x=1"})["Location"]

        answer = browser().post("/wechat/continue", {"ticket": link.partition("=")[2]})

        assert answer["Location"] == "/channels/440106?x=1"
        assert DRAFT_COOKIE not in answer.cookies

    @pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil", ""])
    def test_a_foreign_next_leads_to_the_front_page(self, wanted):
        link = wechat().post("/wechat/elsewhere", {"next": wanted})["Location"]

        answer = browser().post("/wechat/continue", {"ticket": link.partition("=")[2]})

        assert answer["Location"] == "/"

    def test_a_draft_leads_nowhere_but_to_itself(self):
        visitor = self.half_way(a_couple())
        answer = visitor.client.post(f"/book/{visitor.draft}/elsewhere", {"next": "/my"})

        there = browser().post("/wechat/continue", {"ticket": answer["Location"].partition("=")[2]})

        assert there["Location"] == f"/book/{visitor.draft}/check"

    def test_a_link_used_twice_is_gone(self):
        link = self.leaves(self.half_way(a_couple()))
        ticket = {"ticket": link.partition("=")[2]}
        browser().post("/wechat/continue", ticket)
        before = Handover.objects.values().get()

        again = browser().post("/wechat/continue", ticket)

        assert GONE in text(again, 404)
        assert DRAFT_COOKIE not in again.cookies
        assert GONE in text(browser().get(link), 404)
        assert GONE in text(wechat().get(link), 404)
        assert Handover.objects.values().get() == before

    def test_an_expired_link_is_gone(self):
        link = self.leaves(self.half_way(a_couple()))
        Handover.objects.update(expires_at=clock.real_now())

        assert GONE in text(browser().get(link), 404)
        assert GONE in text(
            browser().post("/wechat/continue", {"ticket": link.partition("=")[2]}), 404
        )

    @pytest.mark.parametrize("ticket", ["", "x", "中文", "\x00"], ids=["empty", "x", "zh", "NUL"])
    def test_what_is_no_ticket_is_gone(self, ticket):
        assert GONE in text(browser().get("/wechat/continue", {"ticket": ticket}), 404)
        assert GONE in text(browser().post("/wechat/continue", {"ticket": ticket}), 404)

    def test_a_ticket_of_the_mini_program_opens_nothing_here(self):
        ticket = hand_over(HandoverKind.WEB_VIEW, {"path": "/my", "account": 1, "identity": None})

        assert GONE in text(browser().post("/wechat/continue", {"ticket": ticket}), 404)
        assert Handover.objects.get().used_at is None

    def test_the_draft_of_another_browser_cannot_be_taken_out(self):
        visitor = self.half_way(a_couple())

        answer = browser().post(f"/book/{visitor.draft}/elsewhere", {"next": visitor.here})

        assert "这份填写的内容已经过期" in text(answer, 404)
        assert not Handover.objects.exists()

    def test_titles_give_nothing_away(self):
        visitor = self.half_way(a_couple())
        link = self.leaves(visitor)

        for page in (visitor.client.get(link), browser().get(link)):
            assert "离婚" not in title(page)


class TestEnter:
    """From the mini program to a page in it, as who one is there."""

    def session(self) -> WeChatSession:
        return WeChatSession(an_account("o-mini", AppKind.MINI).id, AppKind.MINI)

    def enters(self, url: str, client: Client | None = None) -> Any:
        client = client or wechat(agent=MINI_PROGRAM)
        return client.get(url.removeprefix(settings.HELI.base_url)), client

    def test_goes_on_as_the_account(self):
        session, couple = self.session(), a_couple()
        bind_account(session, by=couple.applicant)

        answer, client = self.enters(web_view_url(session, path="/my?x=1", identity_token=None))

        assert answer["Location"] == "/my?x=1"
        assert read_session(client.cookies[SESSION_COOKIE].value) == session
        assert client.get("/my").status_code == 200

    def test_goes_on_as_who_has_proven_who_they_are(self):
        session, couple = self.session(), a_couple()
        token = issue_token(couple.applicant)[0]

        _answer, client = self.enters(web_view_url(session, path="/my", identity_token=token))

        request = client.get("/my").wsgi_request
        assert identity_of(request).person == couple.applicant.person
        assert person_of(session) is None, "a proof alone bound the account"

    def test_the_cookies_are_private(self):
        session = self.session()
        token = issue_token(a_couple().applicant)[0]

        answer, _client = self.enters(web_view_url(session, path="/my", identity_token=token))

        for name in (SESSION_COOKIE, IDENTITY_COOKIE):
            assert (answer.cookies[name]["httponly"], answer.cookies[name]["samesite"]) == (
                True,
                "Lax",
            )

    def test_whoever_was_there_before_with_another_account_is_not_taken_along(self):
        client = wechat(a_couple().applicant, agent=MINI_PROGRAM)
        logged_in(client, an_account("o-before", AppKind.MINI))

        self.enters(web_view_url(self.session(), path="/my", identity_token=None), client)

        assert client.get("/my")["Location"].startswith("/identify")

    def test_a_proof_that_ran_out_on_the_way_is_asked_for_again(self, monkeypatch):
        session, couple = self.session(), a_couple()
        old = couple.applicant._replace(verified_at=clock.real_now() - timedelta(minutes=58))
        url = web_view_url(session, path="/my", identity_token=issue_token(old)[0])
        later = clock.real_now() + timedelta(minutes=3)
        monkeypatch.setattr(clock, "real_now", lambda: later)

        answer, client = self.enters(url)

        assert answer.status_code == 302
        assert client.get("/my")["Location"].startswith("/identify")

    def test_used_twice(self):
        url = web_view_url(self.session(), path="/my", identity_token=None)
        self.enters(url)

        answer, client = self.enters(url)

        assert GONE in text(answer, 404)
        assert SESSION_COOKIE not in client.cookies

    def test_expired(self):
        url = web_view_url(self.session(), path="/my", identity_token=None)
        Handover.objects.update(expires_at=clock.real_now())

        answer, client = self.enters(url)

        assert GONE in text(answer, 404)
        assert SESSION_COOKIE not in client.cookies

    def test_of_another_kind(self):
        ticket = hand_over(HandoverKind.BROWSER, {"path": "/", "draft": None})

        answer, _client = self.enters(f"/wechat/enter?ticket={ticket}")

        assert GONE in text(answer, 404)
        assert Handover.objects.get().used_at is None

    @pytest.mark.parametrize("agent", [WECHAT, "Mozilla/5.0 miniProgram"], ids=["WeChat", "none"])
    def test_a_link_that_somebody_sent_makes_nobody_somebody_else(self, agent):
        token = issue_token(a_couple().applicant)[0]
        url = web_view_url(self.session(), path="/my", identity_token=token)

        answer, client = self.enters(url, wechat(agent=agent))

        assert GONE in text(answer, 404)
        assert (SESSION_COOKIE in client.cookies, IDENTITY_COOKIE in client.cookies) == (
            False,
            False,
        )
        assert Handover.objects.get().used_at is None
