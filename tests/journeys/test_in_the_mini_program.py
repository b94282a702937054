"""A page of ours in the mini program's web-view: what its script tells the mini program."""

from __future__ import annotations

from playwright.sync_api import Browser

from heli.wechat.emulator.running import Emulated
from tests.journeys.demo_server import DemoServer
from tests.journeys.devices import TELEPHONE, Manner, new_device
from tests.journeys.in_wechat import AGENT, acts

MINI_PROGRAM = f"{AGENT} miniProgram/wx00000000000000b2"


def test_leaving_closes_what_was_open_in_the_mini_program_too(
    town: DemoServer, wechat: Emulated, browser: Browser
):
    size = {**TELEPHONE, "user_agent": MINI_PROGRAM}
    device = new_device(browser, town.address, manner=Manner(), size=size, beside=(wechat.address,))
    device.open("/two-visits")

    device.tap(device.link("快速离开"))

    (act,) = acts(wechat, device, "miniProgram.reLaunch")
    assert device.path == "/leave"
    assert act["arguments"]["url"] == "/pages/front/front?left=1"
    device.context.close()
    assert device.trouble == []
