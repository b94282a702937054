"""What a page has in WeChat's browser besides, and what it shows when it is passed on."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client

from heli.ground import clock
from heli.places.models import Office
from tests.bookings.factories import a_couple, an_office
from tests.web.test_pages import OPEN_PAGES
from tests.web.visitors import browser, confirmed, held

pytestmark = pytest.mark.usefixtures("database")

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/126.0 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MicroMessenger/8.0.50"
)
POLICY = "Content-Security-Policy"
ASKED = "一项政务预约需要您确认"
ATTRIBUTE = re.compile(r'data-(share-)?(title|text|link|picture)="([^"]*)"')


def get(path: str, visitor: Client | None = None, agent: str = WECHAT) -> HttpResponse:
    """The page as a browser with this User-Agent is shown it."""
    return (visitor or browser()).get(path, headers={"User-Agent": agent})


def shown_when_shared(page: HttpResponse) -> dict[str, str]:
    """What wechat.js tells WeChat to show: a part's own words before the page's."""
    found: dict[str, str] = {}
    for own, name, value in ATTRIBUTE.findall(page.content.decode()):
        if own or f"own {name}" not in found:
            found[name] = unescape(value)
        if own:
            found[f"own {name}"] = "yes"
    return {name: value for name, value in found.items() if " " not in name}


def host_of_the_script() -> str:
    parts = urlsplit(settings.HELI.wechat.js)
    return f"{parts.scheme}://{parts.netloc}"


class TestTheScript:
    @pytest.mark.parametrize("path", OPEN_PAGES)
    def test_is_in_every_page_in_wechat_and_in_none_elsewhere(self, path):
        here, elsewhere = get(path), get(path, agent="Mozilla/5.0 Chrome/126.0 Safari/537.36")

        assert f'src="{settings.HELI.wechat.js}" defer' in here.content.decode()
        assert f"script-src 'self' {host_of_the_script()};" in here[POLICY]
        assert "wechat.js" not in elsewhere.content.decode()
        assert "script-src 'self';" in elsewhere[POLICY]
        assert settings.HELI.wechat.js not in elsewhere.content.decode()

    def test_is_nowhere_without_an_account(self):
        before = settings.HELI
        settings.HELI = dataclasses.replace(
            before, wechat=dataclasses.replace(before.wechat, account=None)
        )
        try:
            page = get("/")
        finally:
            settings.HELI = before

        assert "wechat.js" not in page.content.decode()
        assert "script-src 'self';" in page[POLICY]

    def test_is_none_of_the_desks(self):
        page = get("/desk/login")

        assert "wechat.js" not in page.content.decode()
        assert "script-src 'self';" in page[POLICY]

    def test_needs_nothing_else_allowed(self):
        policy = get("/")[POLICY].replace(f" {host_of_the_script()}", "")

        assert policy.replace(f" {settings.HELI.wechat.open}", "") == get("/", agent="x")[POLICY]

    def test_lets_a_form_lead_on_to_the_silent_login_and_nowhere_else(self):
        here, elsewhere = get("/")[POLICY], get("/", agent="x")[POLICY]

        assert f"form-action 'self' {settings.HELI.wechat.open};" in here
        assert "form-action 'self';" in elsewhere


class TestWhatIsShared:
    def test_a_link_for_the_other_spouse_says_only_that_somebody_asks(self):
        shown = shown_when_shared(get("/c/ACDE23467999"))

        assert shown["title"] == ASKED
        assert shown["link"] == f"{settings.HELI.base_url}/c/ACDE23467999"

    def test_the_page_with_the_link_shares_the_link(self):
        couple = a_couple()
        booking = held(couple)

        shown = shown_when_shared(get(f"/my/{booking.code}", browser(couple.applicant)))

        assert (shown["title"], shown["link"]) == (ASKED, booking.consent.url)

    @pytest.mark.parametrize("path", OPEN_PAGES)
    def test_a_page_for_everybody_shares_itself_without_what_was_typed(self, path):
        shown = shown_when_shared(get(f"{path}?q=x"))

        is_public = path not in (
            "/two-visits",
            "/calculator",
            "/check/report",
            "/check/report/sent",
        )
        assert shown["link"] == settings.HELI.base_url + (path if is_public else "/")

    @pytest.mark.parametrize("path", ["", "/voucher", "/cancel", "/move"])
    def test_what_is_somebodys_own_shares_the_front_page(self, path):
        couple = a_couple()
        booking = confirmed(couple)

        shown = shown_when_shared(get(f"/my/{booking.code}{path}", browser(couple.applicant)))

        assert shown["link"] == f"{settings.HELI.base_url}/"

    def test_nothing_shared_names_people_offices_times_or_what_it_is_about(self):
        couple, office = a_couple(), an_office()
        code, asked = confirmed(couple).code, held(a_couple()).code
        paths = [*OPEN_PAGES, f"/offices/{office.id}", "/no/such/page"]
        paths += ["/my", "/my/inbox", "/in", f"/my/{code}", f"/my/{code}/voucher"]
        paths += [f"/c/{asked}/answer", "/in/x"]
        visitor = browser(couple.applicant)

        for path in paths:
            shown = shown_when_shared(get(path, visitor))
            said = shown["title"] + shown["text"]
            assert "离婚" not in said, path
            assert not re.search(r"\d|[上下]午", said), path
            for name in (couple.one.name, couple.other.name, *Office.objects.values_list("name")):
                assert str(name) not in said, path

    def test_its_picture_is_there(self):
        picture = urlsplit(shown_when_shared(get("/"))["picture"]).path

        assert finders.find(picture.removeprefix("/static/"))


class TestWhatWorksWithIt:
    def test_an_office_with_a_known_place_can_be_opened_in_wechats_map(self):
        office = an_office()
        Office.objects.filter(id=office.id).update(latitude_gcj02=23.125, longitude_gcj02=113.25)

        here, elsewhere = get(f"/offices/{office.id}"), get(f"/offices/{office.id}", agent="x")

        assert 'data-latitude="23.125000" data-longitude="113.250000"' in here.content.decode()
        assert "data-latitude" not in elsewhere.content.decode()
        assert 'href="https://apis.map.qq.com/' in here.content.decode()

    def test_scanning_is_hidden_until_wechat_lets_the_page_in(self):
        couple = a_couple()
        booking = confirmed(couple)
        clock.move_to(booking.slot.starts_at)

        page = get("/in", browser(couple.applicant)).content.decode()

        assert re.search(r'(?s)<div data-scan="[^"]+/in/"[^>]* hidden>', page)
