"""At home in WeChat: recognised one reads and never acts; bound by one's word; out and in again."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from heli.bookings.models import Booking, Party
from heli.cases.models import Case
from heli.ground import clock
from heli.identity.verified import issue_token
from heli.notices.models import Notice
from heli.places.models import Region
from heli.slots.models import Slot
from heli.web.draft import COOKIE as DRAFT_COOKIE
from heli.web.visitor import IDENTITY_COOKIE, SESSION_COOKIE, identity_of
from heli.wechat.accounts import WeChatSession, bind_account, person_of, read_session
from heli.wechat.entering import web_view_url
from heli.wechat.handovers import hand_over
from heli.wechat.kinds import AppKind, HandoverKind
from heli.wechat.models import Account, Handover
from tests.bookings.factories import Couple, a_couple
from tests.notices.factories import delivered
from tests.web.reading import Page
from tests.web.visitors import browser, confirmed, html, text, title
from tests.web.walking import Visitor, a_slot
from tests.web.wechat import (
    MINI_PROGRAM,
    WECHAT,
    an_account,
    bound,
    logged_in,
    wechat,
)

pytestmark = pytest.mark.usefixtures("database")

GONE = "这个链接已经用过，或者已经过期，现在什么都没有改变。请回到原来的页面，再打开一次。"


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


CLASSIFIED = "nobody may read this"
ACTS_WHEN_RECOGNISED = {"in/<str:hall>"}  # checking in at the hall by its code


class TestBindPage:
    def verified_in_wechat(self, client: Client, couple: Couple, back_to: str = "/my") -> str:
        person = couple.one
        answer = client.post(
            f"/identify?next={back_to}",
            {"name": person.name, "id_number": person.id_number, "phone": person.phone},
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


@pytest.fixture(scope="module")
def regions(django_db_setup: None, django_db_blocker: Any) -> None:
    """The country's regions are there in every test."""
    with django_db_blocker.unblock():
        assert Region.objects.filter(name="广州市").exists()


@pytest.mark.usefixtures("regions")
class TestCity:
    @pytest.mark.parametrize("city", ["广州", "广州市", "440100", " 广州 "])
    def test_leads_to_the_guide_of_the_city(self, city):
        answer = browser().get("/wechat/city", {"city": city})

        assert answer["Location"] == "/channels/440100"

    def test_leads_to_its_offices_where_one_takes_bookings(self):
        a_slot()  # of an office in Guangzhou

        answer = browser().get("/wechat/city", {"city": "广州"})

        assert answer["Location"] == "/places?region=440100"

    @pytest.mark.parametrize("city", ["阿特兰蒂斯", "广", "x" * 500, "<b>", "\x00"])
    def test_an_unknown_one_leads_to_the_search(self, city):
        answer = browser().get("/wechat/city", {"city": city})

        assert answer["Location"].startswith("/places?q=")
        assert browser().get(answer["Location"]).status_code == 200

    def test_none_at_all_leads_to_the_search(self):
        assert browser().get("/wechat/city")["Location"] == "/places"


class TestCheckFiles:
    @pytest.fixture
    def files(self, tmp_path, monkeypatch):
        directory = tmp_path / "files"
        directory.mkdir()
        (tmp_path / "secret.txt").write_text(CLASSIFIED)
        (directory / "MP_verify_abc123.txt").write_text("abc123")
        (directory / "big.txt").write_text("x" * 5000)
        (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
        (directory / "other.key").write_text(CLASSIFIED)
        wechat = dataclasses.replace(settings.HELI.wechat, files=directory)
        monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, wechat=wechat))
        return directory

    def test_is_at_the_root_as_it_lies_in_the_directory(self, files):
        answer = browser().get("/MP_verify_abc123.txt")

        assert (answer.status_code, answer.content) == (200, b"abc123")
        assert answer["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize(
        "path",
        [
            "/missing.txt",
            "/big.txt",
            "/link.txt",
            "/other.key",
            "/..%2Fsecret.txt",
            "/../secret.txt",
            "/%2e%2e%2fsecret.txt",
            "/other.key%00.txt",
            "/.txt",
            "/中文.txt",
        ],
    )
    def test_nothing_else_is(self, files, path):
        answer = browser().get(path)

        assert answer.status_code == 404
        assert CLASSIFIED not in answer.content.decode()

    def test_without_a_directory_there_is_none(self):
        assert browser().get("/MP_verify_abc123.txt").status_code == 404


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
