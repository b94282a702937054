"""In WeChat's browser: position, map, scanning the hall's code, and what is passed on.

The browser is a real one with WeChat's User-Agent; WeChat is the emulator, which looks at each
page's signature before it lets it in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from heli.hall.staff import DEMO_PASSWORD
from heli.ops.demo.citizen import Citizen
from heli.ops.demo.people import fictional_couple
from heli.ops.demo.world import OFFICE_WITH_STAFF
from heli.wechat.emulator.running import Emulated, emulator_running
from heli.wechat.emulator.settings import settings_for
from tests.journeys.demo_server import DemoServer, demo_served
from tests.journeys.devices import DESKTOP, TELEPHONE, Device, Manner, new_device
from tests.journeys.looking import look_at
from tests.journeys.spouses import OFFICE

AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/126.0 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MicroMessenger/8.0.50"
)
SHARE = "updateAppMessageShareData"
ASKED = "一项政务预约需要您确认"
GUANGZHOU = (23.1248, 113.3616)
FORGED = '{"appid": "wx00000000000000a1", "timestamp": 1, "noncestr": "x", "signature": "x"}'
AWAY = [
    pytest.param("**/js-config*", {"status": 503, "body": "{}"}, id="no ticket to be had"),
    pytest.param("**/js-config*", {"status": 200, "body": FORGED}, id="not let in"),
    pytest.param("**/jweixin.js", {"status": 200, "body": ""}, id="no script"),
]
NewPhone = Callable[..., Device]


@pytest.fixture(scope="module")
def wechat() -> Iterator[Emulated]:
    """WeChat, as the emulator plays it."""
    with emulator_running() as emulated:
        yield emulated


@pytest.fixture(scope="module")
def town(wechat: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A demo world of its own, whose clock moves to the day of a visit."""
    settings = settings_for(wechat.address, {})
    with demo_served(tmp_path_factory.mktemp("wechat") / "world", settings) as served:
        yield served


@pytest.fixture
def phone(town: DemoServer, wechat: Emulated, browser: Browser) -> Iterator[NewPhone]:
    """phone(citizen=None, javascript=True): WeChat's browser on somebody's telephone, who has
    proven who they are where a citizen is given."""
    made: list[Device] = []

    def make(citizen: Citizen | None = None, **how: Any) -> Device:
        size = {**TELEPHONE, "user_agent": AGENT}
        manner = Manner(**how)
        device = new_device(
            browser, town.address, manner=manner, size=size, beside=(wechat.address,)
        )
        made.append(device)
        if citizen is not None:
            remember(device, citizen)
        return device

    yield make
    for device in made:
        device.context.close()
    trouble = [line for device in made for line in device.trouble]
    assert not trouble, "\n".join(dict.fromkeys(trouble))


def remember(device: Device, citizen: Citizen) -> None:
    """The browser keeps the proof of who somebody is."""
    cookie = {"name": "heli_identity", "value": citizen.token, "url": device.address}
    device.context.add_cookies([cookie])


def acts(wechat: Emulated, device: Device, api: str) -> list[dict[str, Any]]:
    """What the page that is open told WeChat by a call, once it has told something."""
    for _ in range(100):
        told = [act for act in wechat.control.page_acts(api) if act["url"] == device.page.url]
        if told:
            return told
        device.page.wait_for_timeout(100)
    raise AssertionError(f"{device.path} never called {api}")


def shared(wechat: Emulated, device: Device) -> dict[str, Any]:
    """What the page that is open shows when it is passed on: WeChat has let it in by then."""
    return dict(acts(wechat, device, SHARE)[-1]["arguments"])


def booked(town: DemoServer, *, agreed: bool = True) -> tuple[Citizen, Citizen, dict[str, Any]]:
    """A couple's booking at the office that has staff."""
    applicant, partner = map(town.citizen, fictional_couple())
    applicant.prove_identity()
    partner.prove_identity()
    days = applicant.get(
        f"/offices/{OFFICE_WITH_STAFF}/availability", service="divorce_application"
    ).content["days"]
    slot = next(slot for day in days for slot in day["slots"] if slot["left"])
    booking = applicant.hold_place(slot["id"], partner).content
    if agreed:
        partner.post(f"/bookings/{booking['code']}/consent", {})
    return applicant, partner, booking


class TestPosition:
    def test_finds_the_nearest_offices_by_wechats_own(self, phone, wechat):
        wechat.control.set_position(*GUANGZHOU)
        device = phone()
        device.open("/places")
        shared(wechat, device)

        device.tap(device.button("找离我最近的"))
        device.page.wait_for_url("**/places/near")

        device.says("离您最近的登记处", OFFICE)

    def test_finds_the_guide_of_the_place_one_is_at(self, phone, wechat):
        wechat.control.set_position(*GUANGZHOU)
        device = phone()
        device.open("/channels")
        shared(wechat, device)

        device.tap(device.button("找离我最近的"))
        device.page.wait_for_url("**/channels/4401*")


class TestMap:
    def test_opens_wechats_map_at_the_office(self, phone, wechat):
        device = phone()
        device.open(f"/offices/{OFFICE_WITH_STAFF}")
        shared(wechat, device)

        device.link("在地图中打开").click()

        (act,) = acts(wechat, device, "openLocation")
        place = act["arguments"]
        assert (place["latitude"], place["longitude"]) == GUANGZHOU
        assert place["name"] == OFFICE
        assert device.path == f"/offices/{OFFICE_WITH_STAFF}"


class TestPassingOn:
    def test_the_link_for_the_other_spouse_says_only_that_somebody_asks(self, phone, wechat, town):
        applicant, _partner, booking = booked(town, agreed=False)
        device = phone(applicant)
        device.open(f"/my/{booking['code']}")

        shown = shared(wechat, device)

        assert (shown["title"], shown["link"]) == (ASKED, booking["consent"]["url"])
        device.says("也可以点右上角的“…”，直接发给对方")
        for said in (shown["title"], shown["desc"]):
            assert "离婚" not in said
            assert OFFICE not in said
        look_at(device)

    def test_what_is_ones_own_is_passed_on_as_the_front_page(self, phone, wechat, town):
        applicant, _partner, booking = booked(town)
        device = phone(applicant)
        device.open(f"/my/{booking['code']}/voucher")

        assert shared(wechat, device)["link"] == f"{town.address}/"

    def test_its_picture_is_to_be_had(self, phone, wechat, town):
        device = phone()
        device.open("/")

        answer = town.http.get(shared(wechat, device)["imgUrl"])

        assert answer.headers["content-type"] == "image/png"


class TestCheckingIn:
    def test_both_scan_the_code_on_the_screen_of_the_hall(self, phone, wechat, town, browser):
        applicant, partner, booking = booked(town)
        starts_at = datetime.fromisoformat(booking["slot"]["starts_at"])
        town.advance_to(starts_at - timedelta(minutes=30))
        screen = the_screen(browser, town)

        for citizen, heading in ((applicant, "您已签到"), (partner, "请在大厅等候叫号")):
            citizen.prove_identity()
            device = phone(citizen)
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

    def test_another_code_leads_nowhere(self, phone, wechat, town):
        applicant, _partner, booking = booked(town)
        town.advance_to(datetime.fromisoformat(booking["slot"]["starts_at"]))
        applicant.prove_identity()
        device = phone(applicant)
        device.open("/in")
        wechat.control.set_scans(f"https://elsewhere.example{device.path}/x")

        device.button("扫一扫签到").click()

        device.page.get_by_text("这不是登记处大厅的签到码").wait_for()
        assert device.path == "/in"


class TestWithoutIt:
    @pytest.mark.parametrize(("what", "answer"), AWAY)
    def test_where_wechat_does_not_help_pages_are_as_elsewhere(
        self, phone, wechat, town, what, answer
    ):
        applicant, _partner, booking = booked(town)
        device = phone(applicant)
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

    def test_without_scripts_everything_is_there(self, phone, town):
        applicant, _partner, booking = booked(town)
        device = phone(applicant, javascript=False)

        for path in ("/places", f"/offices/{OFFICE_WITH_STAFF}", f"/my/{booking['code']}", "/in"):
            device.open(path)
            look_at(device)


def the_screen(browser: Browser, town: DemoServer) -> Device:
    """The screen of the hall, on which a guide has opened its code."""
    screen = new_device(browser, town.address, manner=Manner(), size=DESKTOP)
    screen.open("/desk/hall-code")
    screen.page.get_by_label("用户名").fill("guide")
    screen.page.get_by_label("密码").fill(DEMO_PASSWORD)
    screen.tap(screen.button("登录"))
    assert screen.path == "/desk/hall-code"
    return screen


def code_on(screen: Device) -> str:
    """What a telephone reads off the screen, which loads a new code first."""
    screen.reload()
    picture = Image.open(io.BytesIO(screen.page.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)
