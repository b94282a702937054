"""Where in WeChat do I book, and is this link real: the guide, the check and a report."""

from __future__ import annotations

import re

import pytest

from tests.journeys.spouses import OFFICE, Spouse

PROVINCIAL_SITE = "www.gdhy.gov.cn"
TOUT = "加急办理离婚预约，内部名额，先付600元，加我微信：abc12345"
SEARCH, TEXT = "省、市、区的名字", "名字、网址、二维码里的内容，或者整条消息"
MANNERS = [
    pytest.param({}, id="Chinese"),
    pytest.param({"javascript": False}, id="no JavaScript"),
    pytest.param({"large": True}, id="large type"),
    pytest.param({"language": "en"}, id="English"),
]


def looks_for(one: Spouse, place: str) -> None:
    """From the front page to the guide of a place."""
    one.device.open("/")
    one.follow("哪个是官方渠道")
    one.fill(SEARCH, place)
    one.send("查找")


def checks(one: Spouse, text: str, place: str = "") -> None:
    """From the front page to the verdict."""
    one.device.open("/")
    one.follow("这个链接是真的吗")
    one.fill(TEXT, text)
    one.fill("您在哪里（可以不填）", place)
    one.send("核验")


class TestTheGuide:
    @pytest.mark.parametrize("how", MANNERS)
    def test_leads_from_the_front_page_to_a_door_that_books(self, couple, how):
        one, _other = couple(**how)

        looks_for(one, "天河")

        assert one.device.path == "/channels/440106"
        one.device.says("天河区", PROVINCIAL_SITE, "12345", *one.words("可以在这里直接预约"))
        one.follow(OFFICE)
        assert one.device.path == "/offices/demo-guangzhou"

    def test_without_an_online_way_names_the_telephone_the_hall_and_the_nearest(self, couple):
        one, _other = couple()

        looks_for(one, "改则")

        one.device.says("这里暂时没有网上预约", "现场排队一直保留", "最近的、能在网上预约的地方")

    def test_finds_the_place_one_is_at_after_a_tap_and_not_before(self, couple):
        one, _other = couple()
        one.device.context.grant_permissions(["geolocation"])
        one.device.context.set_geolocation({"latitude": 23.1247, "longitude": 113.3612})
        one.device.open("/channels")

        one.device.button("找离我最近的").click()
        one.device.page.wait_for_url(re.compile(r"/channels/\d{6}"))

        assert one.device.path == "/channels/440106"
        assert "23.1" not in one.device.page.url

    @pytest.mark.parametrize("how", MANNERS)
    def test_takes_a_tap_on_what_is_wrong(self, couple, how):
        one, _other = couple(**how)
        one.device.open("/channels/440100")
        door = one.device.page.locator(".door").first

        door.locator("summary", has_text=one.word("和实际不一样？")).click()
        one.press(one.device, door.get_by_role("button", name=one.word("步骤不对")))

        assert one.device.path == "/channels/440100"
        one.device.says(*one.words("已经记下，谢谢。工作人员核实以后会改。"))
        one.look_around()

    def test_is_printed_without_what_only_a_screen_needs(self, desktop):
        desk = desktop()
        desk.open("/channels/440100")

        desk.page.emulate_media(media="print")

        desk.says(PROVINCIAL_SITE, "这一页的网址")
        text = desk.text()
        assert not [word for word in ("快速离开", "和实际不一样", "大字版") if word in text]
        written = desk.page.locator(".host a").first.evaluate(
            "(link) => getComputedStyle(link, '::after').content"
        )
        assert PROVINCIAL_SITE in written


class TestTheCheck:
    @pytest.mark.parametrize("how", MANNERS)
    def test_of_a_real_site_says_that_it_is_official(self, couple, how):
        one, _other = couple(**how)

        checks(one, f"https://{PROVINCIAL_SITE}/")

        assert one.word("是官方渠道") in one.device.heading()
        one.follow("怎么用它预约")
        assert one.device.path.startswith("/channels/")

    @pytest.mark.parametrize("how", MANNERS)
    def test_of_a_tout_warns_and_takes_the_report(self, couple, how):
        one, _other = couple(**how)

        checks(one, TOUT, "广州")
        assert one.word("可疑") in one.device.heading()
        one.device.says(*one.words("不要在这里填写身份证号或银行卡号。"))
        one.send("举报")
        with one.device.refused(422):
            one.send("举报")  # without saying where it was met
        one.device.says(*one.words("请选一个在哪里见到的。"))
        one.device.page.get_by_label(one.word("在哪里见到的")).select_option("wechat")
        one.send("举报")

        assert one.device.path == "/check/report/sent"
        one.device.says(*one.words("我们不会联系您。处理完以后，您写的内容会删除。"))

    @pytest.mark.parametrize("how", MANNERS)
    def test_of_what_nobody_knows_says_that_this_is_no_proof(self, couple, how):
        one, _other = couple(**how)

        checks(one, "没有人听说过的名字", "天河")

        assert one.word("名录里没有") in one.device.heading()
        one.device.says(*one.words("我们的名录里没有它。没有收录不等于是假的，请拨打"))

    def test_says_beside_the_field_what_is_missing(self, couple):
        one, _other = couple()

        with one.device.refused(422):
            checks(one, "", "")

        assert one.device.page.locator("#id_text_error").inner_text()
