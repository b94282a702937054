"""WeChat's browser on somebody's telephone, and the hall's screen, for journeys in WeChat."""

from __future__ import annotations

import io
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from heli.hall.staff import DEMO_PASSWORD
from heli.ops.demo.citizen import Citizen
from heli.ops.demo.people import fictional_couple
from heli.ops.demo.world import OFFICE_WITH_STAFF
from heli.wechat.emulator.running import Emulated
from tests.journeys.demo_server import DemoServer
from tests.journeys.devices import DESKTOP, Device, Manner, new_device

AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/126.0 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MicroMessenger/8.0.50"
)
SHARE = "updateAppMessageShareData"
ASKED = "一项政务预约需要您确认"


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
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)
