"""The guide: which door is the official one, in what order, how sure, and what else there is."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from heli.channels.models import ChannelEntry, Remark
from heli.channels.words import as_of_in_words
from heli.ground import clock
from heli.ground.words import day_in_words
from tests.api import world
from tests.channels.directory import an_entry, load
from tests.slots.factories import a_stored_office
from tests.web.reading import Page, fetch, read

pytestmark = pytest.mark.usefixtures("database")

GUANGZHOU, TIANHE, NGARI = "440100", "440106", "542500"
OLD, WEAK = {"as_of": "2022-03-01"}, {"confidence": "low"}


@pytest.fixture
def told(tmp_path):
    """told(entry, ...): load entries of a directory."""
    return lambda *entries: load(tmp_path / "told", *entries)


def cards(html: str) -> list[str]:
    """The names of the doors, from the top."""
    return re.findall(r'<h3><span lang="\w+">([^<]*)</span>', html)


class TestSearch:
    @pytest.mark.parametrize("typed", ["天河", "tianhe", "440106"])
    def test_one_place_that_fits_leads_to_its_guide_at_once(self, typed):
        assert fetch("/channels", q=typed)["Location"] == "/channels/440106"

    def test_several_places_are_a_list_to_choose_from(self):
        assert "/channels/110105" in read("/channels", q="朝阳").addresses

    def test_without_a_word_the_provinces_lead_on(self):
        page = read("/channels")

        assert "/channels/440000" in page.addresses
        assert {"/check", "/warnings", "/channels/coverage"} <= set(page.addresses)

    def test_an_abolished_code_leads_to_its_guide(self):
        assert fetch("/channels", q="330185")["Location"] == "/channels/330185"

    @pytest.mark.parametrize("typed", [" ", "\0", "<script>", "x" * 500, "'; --", "%", "没有"])
    def test_whatever_is_typed_gets_a_page(self, typed):
        assert fetch("/channels", q=typed).status_code == 200

    def test_a_position_leads_to_the_guide_of_the_nearest_county(self):
        answer = Client().post("/channels/near", {"latitude": "23.13", "longitude": "113.36"})

        assert answer["Location"] == "/channels/440106"

    @pytest.mark.parametrize("latitude", ["", "x", "nan", "91", "\0"])
    def test_no_position_leads_back_to_the_search(self, latitude):
        answer = Client().post("/channels/near", {"latitude": latitude, "longitude": "113"})

        assert answer["Location"] == "/channels"
        assert fetch("/channels/near")["Location"] == "/channels"


class TestOrder:
    def test_is_ours_then_divorce_then_to_be_asked_then_marriage_alone_then_unreliable(self, told):
        office = a_stored_office()
        told(
            an_entry(name="不可靠的", **WEAK),
            an_entry(name="只结婚的", services=["marriage"]),
            an_entry(name="没写明的", services=["marriage_registration_unspecified"]),
            an_entry(name="写明的", services=["divorce_application"]),
        )

        html = read(f"/channels/{TIANHE}").html

        assert cards(html) == ["写明的", "没写明的", "只结婚的", "不可靠的"]
        wanted = [f"/offices/{office.id}", 'id="divorce"', 'id="unspecified"', 'id="marriage"']
        places = [html.index(mark) for mark in (*wanted, 'id="weak"', "其他办法")]
        assert places == sorted(places)

    def test_an_office_of_ours_says_its_next_day_and_how_many_places_are_left(self):
        office = a_stored_office()
        slot = world.a_slot(office, places=3)

        page = read(f"/channels/{TIANHE}")

        free_on = day_in_words(clock.day_of(slot.starts_at))
        assert f"最近有空的一天：{free_on}，余 3" in page.html
        assert f"/offices/{office.id}?service=divorce_application" in page.addresses

    def test_an_office_of_ours_that_is_full_says_so(self):
        a_stored_office()

        assert "三十天内都约满了" in read(f"/channels/{TIANHE}").html


class TestDoor:
    def test_says_what_to_tap_and_whose_it_has_to_be(self, told):
        told(an_entry(path="民生 → 婚姻预约"))

        html = read(f"/channels/{GUANGZHOU}").html

        steps = ["搜索“演示预约”", "“账号主体”是不是演示市民政局", '<li lang="zh">民生</li>']
        places = [html.index(step) for step in (*steps, '<li lang="zh">婚姻预约</li>')]
        assert places == sorted(places)
        assert "来源写明" in html

    def test_a_path_from_the_beginning_needs_no_steps_of_ours(self, told):
        told(an_entry(kind="alipay_mini_program", path="支付宝 → 城市服务 → 婚姻登记预约"))

        html = read(f"/channels/{GUANGZHOU}").html

        assert '<li lang="zh">支付宝</li>' in html
        assert "搜索框" not in html

    @pytest.mark.parametrize(
        ("kind", "step"),
        [
            ("wechat_official_account", "关注之前"),
            ("wechat_city_services", "城市服务"),
            ("alipay_mini_program", "打开支付宝"),
            ("government_app", "应用商店"),
        ],
    )
    def test_each_kind_has_its_own_steps(self, told, kind, step):
        told(an_entry(kind=kind, path=None))

        assert step in read(f"/channels/{GUANGZHOU}").html

    def test_a_web_site_shows_its_host_to_type(self, told):
        told(an_entry(kind="government_website", path=None, url="https://yy.example.gov.cn/a?b=1"))

        page = read(f"/channels/{GUANGZHOU}")

        assert ("https://yy.example.gov.cn/a?b=1", "yy.example.gov.cn") in page.links
        assert 'rel="nofollow noopener noreferrer">yy.example.gov.cn' in page.html

    def test_the_address_of_an_unreliable_one_is_no_link(self, told):
        url = "https://yy.example.com/"
        told(an_entry(kind="government_website", path=None, url=url, **WEAK))

        page = read(f"/channels/{GUANGZHOU}")

        assert url not in page.addresses
        assert "yy.example.com" in page.html

    def test_says_how_sure_it_is_and_never_more(self, told):
        told(
            an_entry(name="新的", as_of=clock.today().isoformat()),
            an_entry(name="旧的", **OLD),
            an_entry(name="没有日期的", as_of=None),
            an_entry(name="不可靠的", **WEAK),
        )

        html = read(f"/channels/{GUANGZHOU}").html

        assert f"{as_of_in_words(clock.today().isoformat())}的来源确认。" in html
        assert "2022年以后没有再确认。请先打电话问。" in html
        assert "来源没有注明日期。请先打电话问。" in html
        assert "来源不可靠，只作参考。请先打电话问。" in html

    def test_says_what_it_books_as_the_source_words_it(self, told):
        told(
            an_entry(services=["divorce_application", "marriage"]),
            an_entry(name="别的", services=["marriage_registration_unspecified"]),
        )

        html = read(f"/channels/{GUANGZHOU}").html

        assert "离婚登记申请 · 结婚登记" in html
        assert "只写着“婚姻登记”" in html

    def test_names_its_source_with_a_link_that_passes_nothing_on(self, told):
        told(an_entry())

        html = read(f"/channels/{GUANGZHOU}").html

        assert 'href="https://example.org/notice" rel="nofollow noopener noreferrer"' in html

    def test_what_a_file_says_is_shown_as_text(self, told):
        told(an_entry(name="<b>x</b>", operator="<script>", path="<i>"))

        html = read(f"/channels/{GUANGZHOU}").html

        assert "<b>x</b>" not in html
        assert "<script>是" not in html
        assert "<i>" not in html


class TestOtherWays:
    def test_are_always_there(self):
        page = read(f"/channels/{NGARI}")

        assert "tel:12345" in page.addresses
        assert "现场排队一直保留" in page.html

    def test_name_the_telephone_and_the_hall_of_each_office(self):
        world.an_office(
            id="real-1", name="天河区婚姻登记处", phone="020-12345678", is_bookable=False
        )

        page = read(f"/channels/{TIANHE}")

        assert ("tel:02012345678", "020-12345678") in page.links
        assert ("/offices/real-1", "天河区婚姻登记处") in page.links
        assert "演示路1号" in page.html

    def test_without_an_online_way_that_is_said_and_the_nearest_real_one_named(self, told):
        told(an_entry(region=GUANGZHOU))

        page = read("/channels/440606")

        assert "这里暂时没有网上预约。可以打电话 12345" in page.html
        assert "/channels/440100" in page.addresses
        assert "公里" in page.html

    def test_an_entrance_of_the_whole_country_is_one_that_a_city_may_not_have_joined(self, told):
        told(an_entry(region="000000", name="全国的"))

        html = read(f"/channels/{TIANHE}").html

        assert html.index("您的城市不一定开通") < html.index("全国的</span>")
        assert "这里暂时没有网上预约" in html

    def test_a_portal_that_says_nothing_of_booking_is_only_to_be_asked(self, told):
        told(an_entry(kind="government_app", name="演示通", services=[]))

        html = read(f"/channels/{TIANHE}").html

        assert html.index("没有资料说明能在这些地方预约") < html.index("演示通")
        assert cards(html) == []


class TestPage:
    def test_says_what_it_is_about_and_its_title_and_preview_do_not(self, told):
        told(an_entry())

        page = read(f"/channels/{GUANGZHOU}")

        assert page.h1 == ["在广州市，从哪里预约离婚登记？"]
        assert page.title == "预约渠道"
        head = page.html[: page.html.index("<body>")]
        assert 'property="og:title" content="预约渠道 · 广州市"' in head
        assert "离婚" not in head

    def test_an_abolished_region_says_which_it_belongs_to_now(self):
        page = read("/channels/330185")

        assert "临安市</span>（330185）已经撤销，现在归" in page.html
        assert page.h1 == ["在临安区，从哪里预约离婚登记？"]

    @pytest.mark.parametrize("code", ["999999", "x", "%00", "1" * 400, "广州"])
    def test_an_unknown_region_is_refused_with_a_page(self, code):
        assert fetch(f"/channels/{code}").status_code == 404

    def test_leads_up_down_and_to_the_check(self):
        page = read(f"/channels/{GUANGZHOU}")

        wanted = {"/channels/440000", "/channels/440106", f"/check?region={GUANGZHOU}"}
        assert wanted <= set(page.addresses)

    def test_chinese_names_are_marked_so_in_english(self, told):
        told(an_entry())
        a_stored_office()

        page = read(f"/channels/{TIANHE}", "en")

        for name in ("演示预约", "演示市民政局", "婚姻登记", "天河区"):
            assert name not in page.untagged

    def test_is_found_from_where_people_look_for_it(self):
        office = world.an_office(is_bookable=False)

        assert {"/channels", "/check"} <= set(read("/").addresses)
        assert f"/channels/{TIANHE}" in read(f"/offices/{office.id}").addresses
        assert f"/channels/{GUANGZHOU}" in read("/places", region=GUANGZHOU).addresses


class TestWhatIsRenderedOnce:
    def test_is_in_the_language_of_whoever_asks(self, told):
        told(an_entry())

        for language, said in (("zh-hans", "其他办法"), ("en", "Other ways"), ("zh-hans", "主体")):
            assert said in read(f"/channels/{GUANGZHOU}", language).html

    def test_is_another_one_after_every_change(self, told):
        told(an_entry())
        assert "旧的走法" not in read(f"/channels/{GUANGZHOU}").html

        ChannelEntry.objects.update(path="旧的走法")
        assert "旧的走法" in read(f"/channels/{GUANGZHOU}").html

        office = world.an_office(is_bookable=False)
        page = read(f"/channels/{GUANGZHOU}")
        assert "旧的走法" in page.html
        assert office.name in page.html


class TestWrong:
    def test_is_said_with_a_tap_and_kept_for_the_operator(self, told):
        told(an_entry())
        entry = ChannelEntry.objects.get()

        answer = Client().post(
            f"/channels/entries/{entry.pk}/wrong", {"wrong": "gone", "region": GUANGZHOU}
        )

        assert answer["Location"] == f"/channels/{GUANGZHOU}?noted"
        assert [remark.wrong for remark in Remark.objects.all()] == ["gone"]
        assert "已经记下" in read(f"/channels/{GUANGZHOU}", noted="").html

    def test_every_choice_of_the_form_is_one_that_is_taken(self, told):
        told(an_entry())
        html = read(f"/channels/{GUANGZHOU}").html
        path = re.search(r'action="(/channels/entries/\d+/wrong)"', html)[1]

        for choice in re.findall(r'name="wrong" value="(\w+)"', html):
            answer = Client().post(path, {"wrong": choice, "region": GUANGZHOU})
            assert answer.status_code == 302
        assert Remark.objects.count() == 4

    def test_everybody_s_page_has_a_form_that_their_own_browser_may_send(self, told):
        told(an_entry(), an_entry(name="另一扇门"))
        for browser in (Client(enforce_csrf_checks=True) for _ in range(2)):
            html = browser.get(f"/channels/{GUANGZHOU}").content.decode()
            form = re.search(r'<form method="post" id="wrong">(.*?)</form>', html)[1]
            sent = dict(re.findall(r'name="(\w+)" value="(\w+)"', form)) | {"wrong": "gone"}
            for path in set(re.findall(r'<button form="wrong" formaction="([^"]+)"', html)):
                assert browser.post(path, sent).status_code == 302

        gone = Remark.objects.values_list("entry__name", flat=True)
        assert set(gone) == {"演示预约", "另一扇门"}

    @pytest.mark.parametrize(
        ("entry", "wrong"), [("0", "gone"), ("9" * 30, "gone"), ("x", "gone"), (None, "nonsense")]
    )
    def test_what_is_no_entry_or_no_choice_is_refused(self, told, entry, wrong):
        told(an_entry())
        path = f"/channels/entries/{entry or ChannelEntry.objects.get().pk}/wrong"

        answer = Client().post(path, {"wrong": wrong, "region": GUANGZHOU})

        assert answer.status_code == 404
        assert not Remark.objects.exists()

    def test_needs_the_secret_of_the_form(self, told):
        told(an_entry())
        path = f"/channels/entries/{ChannelEntry.objects.get().pk}/wrong"

        answer = Client(enforce_csrf_checks=True).post(path, {"wrong": "gone"})

        assert answer.status_code == 403


class TestCoverage:
    def test_each_province_says_by_a_word_how_sure_its_doors_are(self, told):
        told(an_entry(region="440000", as_of=clock.today().isoformat()))

        page = read("/channels/coverage")

        row = page.html[page.html.index('href="/channels/440000"') :]
        row = row[: row.index("</tr>")]
        assert "✓ 近两年" in row
        assert as_of_in_words(clock.today().isoformat()) in row
        assert "有 1 个查得到" in page.html

    def test_a_province_leads_to_its_cities_which_inherit_from_it(self, told):
        told(an_entry(region="440000", **OLD), an_entry(name="市里的", **WEAK))
        assert "/channels/coverage?province=440000" in read("/channels/coverage").addresses

        page = read("/channels/coverage", province="440000")

        assert "/channels/440100" in page.addresses
        assert "/channels/330100" not in page.addresses
        assert "○ 较旧" in page.html

    @pytest.mark.parametrize("province", ["", "x", "440100", "\0", "999999"])
    def test_an_unknown_province_is_passed_over(self, province):
        assert "/channels/440000" in read("/channels/coverage", province=province).addresses

    def test_is_a_table_for_those_who_hear_it(self):
        html = read("/channels/coverage").html

        assert '<caption id="covered">' in html
        assert html.count('<th scope="row">') == len(set(re.findall(r"/channels/(\d{6})\"", html)))
        assert 'class="scroll" role="region" aria-labelledby="covered" tabindex="0"' in html

    def test_is_well_formed_in_english(self):
        assert isinstance(read("/channels/coverage", "en"), Page)
