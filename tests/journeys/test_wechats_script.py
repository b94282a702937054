"""In WeChat's browser: position, map, scanning the hall's code, and what is passed on.

The browser is a real one with WeChat's User-Agent; WeChat is the emulator, which looks at each
page's signature before it lets it in.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from heli.ops.demo.world import OFFICE_WITH_STAFF
from tests.journeys.in_wechat import ASKED, acts, booked, code_on, shared, the_screen
from tests.journeys.looking import look_at
from tests.journeys.spouses import OFFICE

GUANGZHOU = (23.1248, 113.3616)
FORGED = '{"appid": "wx00000000000000a1", "timestamp": 1, "noncestr": "x", "signature": "x"}'
AWAY = [
    pytest.param("**/js-config*", {"status": 503, "body": "{}"}, id="no ticket to be had"),
    pytest.param("**/js-config*", {"status": 200, "body": FORGED}, id="not let in"),
    pytest.param("**/jweixin.js", {"status": 200, "body": ""}, id="no script"),
]


class TestPosition:
    def test_finds_the_nearest_offices_by_wechats_own(self, wechat_phone, wechat):
        wechat.control.set_position(*GUANGZHOU)
        device = wechat_phone()
        device.open("/places")
        shared(wechat, device)

        device.tap(device.button("找离我最近的"))
        device.page.wait_for_url("**/places/near")

        device.says("离您最近的登记处", OFFICE)

    def test_finds_the_guide_of_the_place_one_is_at(self, wechat_phone, wechat):
        wechat.control.set_position(*GUANGZHOU)
        device = wechat_phone()
        device.open("/channels")
        shared(wechat, device)

        device.tap(device.button("找离我最近的"))
        device.page.wait_for_url("**/channels/4401*")


class TestMap:
    def test_opens_wechats_map_at_the_office(self, wechat_phone, wechat):
        device = wechat_phone()
        device.open(f"/offices/{OFFICE_WITH_STAFF}")
        shared(wechat, device)

        device.link("在地图中打开").click()

        (act,) = acts(wechat, device, "openLocation")
        place = act["arguments"]
        assert (place["latitude"], place["longitude"]) == GUANGZHOU
        assert place["name"] == OFFICE
        assert device.path == f"/offices/{OFFICE_WITH_STAFF}"


class TestPassingOn:
    def test_the_link_for_the_other_spouse_says_only_that_somebody_asks(
        self, wechat_phone, wechat, town
    ):
        applicant, _partner, booking = booked(town, agreed=False)
        device = wechat_phone(applicant)
        device.open(f"/my/{booking['code']}")

        shown = shared(wechat, device)

        assert (shown["title"], shown["link"]) == (ASKED, booking["consent"]["url"])
        device.says("也可以点右上角的“…”，直接发给对方")
        for said in (shown["title"], shown["desc"]):
            assert "离婚" not in said
            assert OFFICE not in said
        look_at(device)

    def test_what_is_ones_own_is_passed_on_as_the_front_page(self, wechat_phone, wechat, town):
        applicant, _partner, booking = booked(town)
        device = wechat_phone(applicant)
        device.open(f"/my/{booking['code']}/voucher")

        assert shared(wechat, device)["link"] == f"{town.address}/"

    def test_its_picture_is_to_be_had(self, wechat_phone, wechat, town):
        device = wechat_phone()
        device.open("/")

        answer = town.http.get(shared(wechat, device)["imgUrl"])

        assert answer.headers["content-type"] == "image/png"


class TestCheckingIn:
    def test_both_scan_the_code_on_the_screen_of_the_hall(
        self, wechat_phone, wechat, town, browser
    ):
        applicant, partner, booking = booked(town)
        starts_at = datetime.fromisoformat(booking["slot"]["starts_at"])
        town.advance_to(starts_at - timedelta(minutes=30))
        screen = the_screen(browser, town)

        for citizen, heading in ((applicant, "您已签到"), (partner, "请在大厅等候叫号")):
            citizen.prove_identity()
            device = wechat_phone(citizen)
            device.open(f"/my/{booking['code']}/voucher")
            device.tap(device.link(re.compile("^到场签到")))
            wechat.control.set_scans(code_on(screen))
            look_at(device)
            device.tap(device.button("扫一扫签到"))
            device.page.wait_for_url("**/in/*")
            look_at(device)
            device.tap(device.button("我到了，签到"))
            assert (device.path, device.heading()) == ("/in", heading)
            look_at(device)
        device.says("排队号 1")
        screen.context.close()

    def test_another_code_leads_nowhere(self, wechat_phone, wechat, town):
        applicant, _partner, booking = booked(town)
        town.advance_to(datetime.fromisoformat(booking["slot"]["starts_at"]))
        applicant.prove_identity()
        device = wechat_phone(applicant)
        device.open("/in")
        wechat.control.set_scans(f"https://elsewhere.example{device.path}/x")

        device.button("扫一扫签到").click()

        device.page.get_by_text("这不是登记处大厅的签到码").wait_for()
        assert device.path == "/in"


class TestWithoutIt:
    @pytest.mark.parametrize(("what", "answer"), AWAY)
    def test_where_wechat_does_not_help_pages_are_as_elsewhere(
        self, wechat_phone, wechat, town, what, answer
    ):
        applicant, _partner, booking = booked(town)
        device = wechat_phone(applicant)
        device.page.route(what, lambda route: route.fulfill(**answer))
        with device.refused(503) if answer["status"] == 503 else nullcontext():
            device.open(f"/my/{booking['code']}")
            device.page.wait_for_load_state("networkidle")

        device.says("预约已生效", "在地图中打开")
        assert not [act for act in wechat.control.page_acts() if act["url"] == device.page.url]
        device.open("/places")
        device.page.wait_for_load_state("networkidle")
        assert device.button("找离我最近的").is_visible()  # the browser is asked itself
        device.trouble[:] = [line for line in device.trouble if not line.startswith("503 ")]

    def test_without_scripts_everything_is_there(self, wechat_phone, town):
        applicant, _partner, booking = booked(town)
        device = wechat_phone(applicant, javascript=False)

        for path in ("/places", f"/offices/{OFFICE_WITH_STAFF}", f"/my/{booking['code']}", "/in"):
            device.open(path)
            look_at(device)
