"""Finding an office: by what is typed, by region, by position; side by side; one by one."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.test import Client

from heli.ground import clock
from heli.law.services import Service
from heli.web.hours import year_of
from tests.api import world
from tests.slots.factories import a_stored_office
from tests.web.reading import Page, fetch, read

pytestmark = pytest.mark.usefixtures("database")

GUANGZHOU, TIANHE, NGARI = "440100", "440106", "542500"


def an_unbookable_office(**facts):
    """An office of which only old facts are known."""
    known = {"id": "real-1", "name": "天河区婚姻登记处", "phone": "020-12345678"}
    return world.an_office(**known | {"is_bookable": False, "as_of": "2021-05-20"} | facts)


class TestPlaces:
    @pytest.mark.parametrize("typed", ["天河", "tianhe", "440106"])
    def test_one_place_that_fits_is_shown_at_once(self, typed):
        page = read("/places", q=typed)

        assert page.h1 == ["天河区的婚姻登记处"]

    def test_several_places_are_a_list_to_choose_from(self):
        page = read("/places", q="朝阳")

        assert "/places?region=110105" in page.addresses

    def test_no_place_is_said_so_and_the_provinces_lead_on(self):
        page = read("/places", q="没有这个地方")

        assert "没有找到这个地方" in page.html
        assert "/places?region=440000" in page.addresses

    @pytest.mark.parametrize("typed", ["", " ", "\0", "<script>", "x" * 500, "'; --", "%"])
    def test_whatever_is_typed_gets_a_page(self, typed):
        assert fetch("/places", q=typed).status_code == 200

    def test_what_is_typed_is_shown_as_text_alone(self):
        assert "<script>alert" not in fetch("/places", q="<script>alert").content.decode()


class TestRegion:
    def test_shows_offices_that_take_bookings_before_those_that_do_not(self):
        bookable = a_stored_office()
        other = an_unbookable_office()

        addresses = read("/places", region=GUANGZHOU).addresses

        assert addresses.index(f"/offices/{bookable.id}") < addresses.index(f"/offices/{other.id}")

    def test_says_from_when_the_facts_are(self):
        an_unbookable_office()

        html = read("/places", region=TIANHE).html

        assert "2021 年的信息" in html
        assert "020-12345678" in html

    def test_leads_up_and_down(self):
        a_stored_office()

        page = read("/places", region=GUANGZHOU)

        assert "/places?region=440000" in page.addresses
        assert ("/places?region=440106", "天河区1 处") in page.links

    def test_a_municipality_leads_straight_to_its_districts(self):
        page = read("/places", region="110000")

        assert "/places?region=110101" in page.addresses
        assert "/places?region=110100" not in page.addresses

    def test_without_any_office_it_names_a_way_all_the_same(self):
        page = read("/places", region=NGARI)

        assert "tel:12345" in page.addresses

    def test_without_an_office_it_shows_the_nearest_ones(self):
        office = a_stored_office()

        assert f"/offices/{office.id}" in read("/places", region="440606").addresses

    @pytest.mark.parametrize("code", ["999999", "x", "\0", "1" * 400])
    def test_an_unknown_one_is_refused_with_a_page(self, code):
        answer = fetch("/places", region=code)

        assert answer.status_code == 404
        assert "没有找到这个行政区划代码" in answer.content.decode()

    def test_a_service_that_does_not_exist_is_passed_over(self):
        a_stored_office()

        assert read("/places", region=TIANHE, service="nonsense").addresses


class TestNear:
    HERE = {"latitude": "23.1291", "longitude": "113.2644"}

    def test_lists_the_nearest_offices(self):
        office = a_stored_office()

        answer = Client().post("/places/near", self.HERE)

        assert f'href="/offices/{office.id}"' in answer.content.decode()

    def test_the_position_is_in_no_page_and_no_log(self, caplog):
        caplog.set_level(logging.DEBUG)

        html = Client().post("/places/near", self.HERE).content.decode()

        assert "23.12" not in html
        assert "113.26" not in html
        assert "23.12" not in caplog.text
        assert "113.26" not in caplog.text

    @pytest.mark.parametrize("latitude", ["", "x", "nan", "91", "1e400", "\0"])
    def test_no_position_leads_back_to_the_search(self, latitude):
        answer = Client().post("/places/near", {"latitude": latitude, "longitude": "113"})

        assert answer["Location"] == "/places"

    def test_a_reload_by_address_leads_back_to_the_search(self):
        assert fetch("/places/near", latitude="23.13")["Location"] == "/places"

    def test_what_is_far_away_is_not_near(self):
        a_stored_office()

        answer = Client().post("/places/near", {"latitude": "45.8", "longitude": "126.5"})

        assert 'href="/offices/' not in answer.content.decode()
        assert 'href="tel:12345"' in answer.content.decode()

    def test_the_button_is_hidden_until_a_script_shows_it(self):
        assert '<form method="post" action="/places/near" id="position" hidden' in (
            read("/places").html
        )


class TestCompare:
    def test_offices_stand_in_rows_and_days_lead_to_their_times(self):
        one, other = a_stored_office(), a_stored_office()
        slot, _later = world.a_slot(one, places=3), world.a_slot(other, places=2)

        page = read("/places/compare", region=TIANHE)

        day = clock.day_of(slot.starts_at)
        link = f"/offices/{one.id}?service=divorce_application&day={day}#day"
        assert (link, "余 3") in page.links
        assert page.html.count('<th scope="row">') == 2
        assert '<span class="visually-hidden">不办理</span>' in page.html

    def test_the_wide_table_can_be_scrolled_with_the_keyboard(self):
        world.a_slot(a_stored_office())

        assert 'class="scroll" role="region" aria-labelledby="beside" tabindex="0"' in (
            read("/places/compare").html
        )

    def test_a_full_day_without_another_is_no_column(self):
        slot = world.a_slot(a_stored_office(), places=1)
        type(slot).objects.filter(id=slot.id).update(taken=1)

        assert "三十天内都约满了" in read("/places/compare").html

    def test_where_no_office_takes_bookings_the_hall_is_named(self):
        assert "现场排队一直保留" in read("/places/compare", region=NGARI).html

    def test_an_unknown_region_is_refused_and_an_unknown_service_passed_over(self):
        assert fetch("/places/compare", region="999999").status_code == 404
        assert read("/places/compare", service="nonsense").h1


class TestOffice:
    def test_shows_the_days_and_the_times_that_lead_to_booking(self):
        office = a_stored_office()
        slot = world.a_slot(office, places=3)

        page = read(f"/offices/{office.id}", service="divorce_application")

        assert (f"/book/divorce_application?office={office.id}&slot={slot.id}", "9:00余 3") in (
            page.links
        )
        assert f"/book/divorce_application?office={office.id}" in page.addresses

    def test_shows_the_day_that_was_asked_for(self):
        office = a_stored_office()
        _first, second = world.a_slot(office), world.a_slot(office)
        day = clock.day_of(second.starts_at).isoformat()

        html = read(f"/offices/{office.id}", service="divorce_application", day=day).html

        assert f"slot={second.id}" in html

    def test_a_full_time_stays_visible_and_leads_nowhere(self):
        office = a_stored_office()
        slot = world.a_slot(office, places=1)
        type(slot).objects.filter(id=slot.id).update(taken=1)

        html = read(f"/offices/{office.id}", service="divorce_application").html

        assert "已满" in html
        assert f"slot={slot.id}" not in html

    def test_says_when_the_next_places_are_released(self):
        office = a_stored_office()
        slot = world.a_slot(office)
        opens_at = clock.now() + timedelta(days=1)
        type(slot).objects.filter(id=slot.id).update(opens_at=opens_at)

        html = read(f"/offices/{office.id}", service="divorce_application").html

        assert "下一次放号" in html

    @pytest.mark.parametrize("query", [{"service": "nonsense"}, {"service": "\0"}, {"day": "x"}])
    def test_an_odd_address_shows_the_office_all_the_same(self, query):
        office = a_stored_office()

        assert read(f"/offices/{office.id}", **query).h1 == [office.name]

    @pytest.mark.parametrize("day", ["2026-02-30", "x", "\0", "9999-12-31"])
    def test_a_day_that_does_not_exist_shows_the_first_free_one(self, day):
        office = a_stored_office()
        slot = world.a_slot(office)

        html = read(f"/offices/{office.id}", service="divorce_application", day=day).html

        assert f"slot={slot.id}" in html

    def test_its_hours_are_in_words_and_neighbours_of_the_same_hours_together(self):
        office = a_stored_office()

        assert "周一至周五 9:00–12:00、14:00–17:00" in read(f"/offices/{office.id}").html

    def test_its_address_opens_in_a_map_that_learns_nothing_of_the_visitor(self):
        html = read(f"/offices/{a_stored_office().id}").html

        assert 'href="https://apis.map.qq.com/' in html
        assert 'rel="noreferrer">在地图中打开' in html

    def test_without_online_booking_it_says_what_to_tell_the_telephone(self):
        office = an_unbookable_office()

        page = read(f"/offices/{office.id}")

        assert "这里暂时没有网上预约。可以打电话 020-12345678" in page.html
        assert "打电话怎么说" in page.html
        assert ("tel:02012345678", "020-12345678") in page.links
        assert not [address for address in page.addresses if address.startswith("/book/")]

    def test_says_how_old_and_unsure_its_facts_are(self):
        html = read(f"/offices/{an_unbookable_office().id}").html

        assert "该信息来自 2021 年的公开资料，出发前请先打电话确认。" in html

    def test_without_a_telephone_it_names_another_way(self):
        office = an_unbookable_office(phone=None, address=None, hours_text=None)

        page = read(f"/offices/{office.id}")

        assert "tel:12345" in page.addresses
        assert "还不知道" in page.html

    def test_an_unknown_one_is_refused_with_a_page(self):
        answer = fetch("/offices/nowhere")

        assert answer.status_code == 404
        assert "没有找到这个婚姻登记机关" in Page(answer.content.decode()).html

    def test_its_chinese_names_are_marked_so_in_english(self):
        office = a_stored_office()
        world.a_slot(office, Service.MARRIAGE)

        page = read(f"/offices/{office.id}", "en", service="marriage")

        assert office.name not in page.untagged
        assert office.address not in page.untagged
        assert "广东省/广州市/天河区" not in page.untagged


@pytest.mark.parametrize(
    ("as_of", "year"),
    [
        ("2021-05-20", 2021),
        ("2021", 2021),
        ("2020-12-10 (page id; content may be newer)", 2020),
        ("unknown (names Jiangdong district, abolished 2016)", None),
        ("unknown", None),
    ],
)
def test_the_year_of_a_source_is_the_oldest_it_names(as_of, year):
    assert year_of(as_of) == year


def test_a_day_is_short_in_both_languages():
    from django.utils.translation import override

    from heli.web.templatetags.days import short_day, short_weekday

    christmas_eve = date(2026, 12, 24)
    with override("zh-hans"):
        assert (short_day(christmas_eve), short_weekday(christmas_eve)) == ("12月24日", "周四")
    with override("en"):
        assert (short_day(christmas_eve), short_weekday(christmas_eve)) == ("24 Dec", "Thu")
