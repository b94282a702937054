"""The desk in a real browser: what a hurried hand does there counts once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from heli.hall.staff import DEMO_PASSWORD
from tests.journeys.devices import Device
from tests.journeys.looking import note_faults


def comes_on_duty(desk: Device, username: str) -> None:
    """Somebody logs in on the page that asks for it."""
    desk.page.locator("[name=username]").fill(username)
    desk.page.locator("[name=password]").fill(DEMO_PASSWORD)
    desk.tap(desk.page.locator("main button"))


def double_click(desk: Device, button: Locator) -> None:
    """As a mouse does it: two clicks at one spot, whatever page is there by the second."""
    box = button.bounding_box()
    assert box is not None
    for _ in range(2):
        desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.page.get_by_role("status").wait_for()


def test_a_double_click_gives_one_number_and_calls_one(desktop):
    desk = desktop()
    desk.open("/desk/tickets")
    comes_on_duty(desk, "guide")

    for ahead in range(2):
        desk.open("/desk/tickets")
        desk.page.get_by_label("业务").select_option("divorce_application")
        double_click(desk, desk.button("取号"))
        desk.says(f"排队号是 {ahead + 1} 号，前面还有 {ahead} 个号。")
    double_click(desk, desk.button("叫下一个号"))

    desk.says("请 1 号到窗口。")


PAGES = [
    "/desk/today",
    "/desk/checkin",
    "/desk/tickets",
    "/desk/call",
    "/desk/cases",
    "/desk/in-person",
    "/desk/in-person/checks",
    "/desk/plan",
    "/desk/audit",
    "/desk/permits",
    "/desk/permits/ask/look_up",
    "/desk/account",
    "/desk/account/password",
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_read_and_tapped_on_a_telephone(language, phone):
    desk = phone(language=language)
    desk.open("/desk/tickets")
    comes_on_duty(desk, "manager")
    desk.page.locator("select[name=service]").select_option("divorce_application")
    desk.tap(desk.page.locator("main button"))

    for page in PAGES:
        desk.open(page)
        note_faults(desk)
