"""The pages offer the real-name checks that the office accepts, and say where another is needed."""

from __future__ import annotations

import dataclasses
from datetime import date, time
from random import Random

import pytest
from django.test import Client

from heli.bookings.states import State
from heli.ground.configuration import Environment
from heli.identity.verified import read_token
from heli.ops.demo.people import fictional_person
from heli.places.models import Office, Policy
from heli.slots.models import Slot
from heli.web.visitor import IDENTITY_COOKIE
from tests.bookings.factories import Couple, a_couple, an_office, state_of
from tests.web.test_identify import path_of, way_back
from tests.web.visitors import browser, held, html, text
from tests.web.walking import Visitor, a_slot
from tests.web.wechat import MINI_PROGRAM

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG = fictional_person(Random(3))


def accepts(office: Office, *methods: str) -> None:
    Policy.objects.create(
        office=office,
        starts_on=date(2026, 1, 1),
        release_at=time(9),
        real_name_checks=list(methods),
    )


def ways_of(page: str) -> list[str]:
    """The methods of a page of the check, the chosen one first."""
    chosen = page.split('name="method" value="')[1].split('"')[0]
    return [chosen, *(part.split("&")[0] for part in page.split("/identify?method=")[1:])]


@pytest.fixture
def couple() -> Couple:
    return a_couple()


@pytest.fixture
def strict() -> Slot:
    """A slot of an office that accepts the face check alone."""
    slot = a_slot()
    accepts(slot.office, "faceid")
    return slot


@pytest.fixture
def production(settings) -> None:
    """An installation for real people in which no check works in a browser."""
    settings.HELI = dataclasses.replace(
        settings.HELI,
        environment=Environment.PRODUCTION,
        identity="",
        tencent=dataclasses.replace(settings.HELI.tencent, secret_id=""),
    )


class TestWhatIsOffered:
    def test_an_office_that_says_nothing_and_a_check_for_no_office_offer_all_that_are_set_up(self):
        for query in ("", f"?office={an_office().id}", "?office=nowhere", "?office=%27--"):
            ways = ways_of(html(browser().get(f"/identify{query}")))

            assert sorted(ways) == ["bank_card", "faceid", "simulated"]

    def test_an_offices_own_order_and_nothing_else_but_what_the_demo_believes(self):
        office = an_office()
        accepts(office, "wechat_face", "bank_card", "faceid")

        page = html(browser().get(f"/identify?next=/my&office={office.id}"))

        assert ways_of(page) == ["bank_card", "faceid", "simulated"]
        assert f'name="office" value="{office.id}"' in page
        assert f"method=faceid&amp;next=%2Fmy&amp;office={office.id}" in page

    def test_a_way_it_does_not_accept_is_not_taken_from_the_address(self, strict):
        page = html(browser().get(f"/identify?method=bank_card&office={strict.office_id}"))

        assert ways_of(page) == ["faceid", "simulated"]

    def test_the_office_is_remembered_while_the_check_goes_on_elsewhere(self, strict):
        visitor = browser()
        claim = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
        sent = claim | {"agrees": "on", "method": "faceid", "office": strict.office_id}
        assert visitor.post("/identify", sent)["Location"] == "/identify/on"

        page = html(visitor.get("/identify/on"))
        failed = html(visitor.get(path_of(way_back(visitor, err_code=1001))), 409)

        assert "method=bank_card" not in page + failed
        assert f"office={strict.office_id}" in page
        assert failed.count(f"office={strict.office_id}") == 2


class TestInTheMiniProgram:
    def test_its_own_check_stands_where_the_office_puts_it(self):
        office = an_office()
        accepts(office, "wechat_face", "faceid")
        visitor = Client(headers={"User-Agent": MINI_PROGRAM, "Accept-Language": "zh-CN"})

        page = html(visitor.get(f"/identify?next=/my&office={office.id}"))
        other = html(visitor.get(f"/identify?next=/my&office={office.id}&method=faceid"))

        assert 'data-opens="/pages/identity/identity?web=%2Fmy"' in page
        assert "method=faceid&amp;next=%2Fmy&amp;office=" in page
        assert ways_of(other) == ["faceid", "wechat_face", "simulated"]

    def test_it_is_not_there_where_the_office_does_not_name_it(self, strict):
        visitor = Client(headers={"User-Agent": MINI_PROGRAM, "Accept-Language": "zh-CN"})

        page = html(visitor.get(f"/identify?office={strict.office_id}&method=wechat_face"))

        assert ways_of(page) == ["faceid", "simulated"]


class TestBooking:
    def test_what_an_office_accepts_is_said_before_anybody_begins(self, strict):
        open_to_all = an_office()

        said = "这家登记处接受的实名验证：人脸验证"
        assert said in text(browser().get(f"/book/{strict.service}?office={strict.office_id}"))
        page = text(browser().get(f"/book/{strict.service}?office={open_to_all.id}"))
        assert "接受的实名验证" not in page

    def test_a_visitor_is_asked_for_what_the_chosen_office_accepts(self, strict):
        visitor = Visitor()
        visitor.sends(f"/book/{strict.service}", office=strict.office_id)

        assert visitor.here.startswith("/identify?")
        assert visitor.here.endswith(f"&office={strict.office_id}")

    def test_another_proof_is_said_before_a_time_is_chosen_and_takes_no_place(self, couple, strict):
        visitor = Visitor().proves(couple.applicant)
        visitor.reaches_check(couple, strict)
        visitor.proves(couple.applicant._replace(method="bank_card"))

        visitor.opens(f"/book/{visitor.draft}/time")
        assert "这家登记处不接受您用过的验证方式" in visitor.text

        check = f"/book/{visitor.draft}/check"
        for asked in (visitor.opens, visitor.sends):
            asked(check)
            assert visitor.page.status_code == 409
            assert "要求用别的方式实名验证：人脸验证" in visitor.text
            assert f"office={strict.office_id}" in visitor.text

        visitor.proves(couple.applicant._replace(method="faceid"))
        visitor.sends(check)
        assert visitor.here.startswith("/my/")


class TestAnswering:
    def test_whoever_was_asked_is_told_at_once_and_led_back_with_the_way_that_counts(
        self, couple, strict
    ):
        code = held(couple, strict).code
        partner = browser(couple.partner._replace(method="bank_card"))

        for path in ("answer", "decline"):
            page = html(partner.get(f"/c/{code}/{path}"), 409)
            assert f"next=%2Fc%2F{code}%2F{path}&amp;office={strict.office_id}" in page
        assert "人脸验证" in text(partner.post(f"/c/{code}/agree"), 409)
        assert state_of(code) is State.HELD

    def test_the_link_itself_tells_nobody_which_checks_an_office_accepts(self, couple, strict):
        code = held(couple, strict).code

        asked = browser().get(f"/c/{code}/answer")
        unknown = browser().get("/c/K7M2P9QA/answer")

        assert asked["Location"].replace(code, "K7M2P9QA") == unknown["Location"]

    def test_who_moves_it_is_told_too(self, couple, strict):
        code = held(couple, strict).code
        applicant = browser(couple.applicant._replace(method="bank_card"))

        assert "人脸验证" in text(applicant.get(f"/my/{code}/move"), 409)
        answer = applicant.post(f"/my/{code}/move", {"slot": a_slot(office=strict.office).id})
        assert "人脸验证" in text(answer, 409)


class TestNowhereOnline:
    @pytest.mark.parametrize(
        ("method", "said"),
        [
            ("wechat_face", "请在微信小程序里验证"),
            ("faceid", "这家登记处接受的验证方式，网上现在都用不了"),
        ],
    )
    def test_the_page_says_where_it_is_done_instead(self, production, method, said):
        office = an_office()
        accepts(office, method)

        page = text(browser().get(f"/identify?office={office.id}"))

        assert said in page
        assert "现场排队一直保留" in page


def test_the_token_says_how_it_was_earned(couple, strict):
    visitor = Visitor().proves(couple.applicant._replace(method="bank_card"))

    assert read_token(visitor.client.cookies[IDENTITY_COOKIE].value).method == "bank_card"
