"""Booking without JavaScript, in large type, in English, by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.journeys.devices import Device
from tests.journeys.spouses import code_of

TABS_MAX = 80  # more than a page may ask of somebody without a mouse


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"javascript": False}, id="no JavaScript"),
        pytest.param({"large": True}, id="large type"),
        pytest.param({"language": "en"}, id="English"),
    ],
)
def test_a_couple_books_to_the_voucher(couple, how):
    one, other = couple(**how)

    link = one.books(other.person)
    other.opens(link)
    other.agrees()
    other.device.says(*other.words("预约已生效"))

    one.goes_to(code_of(link))
    one.follow("打开预约凭证")
    one.device.says(*one.words("到大厅出示，断网也能核验"))
    one.follow("改时间")
    one.chooses_time(day=6)
    other.goes_to(code_of(link))
    other.send("同意新的时间")
    other.follow("取消预约")
    other.send("取消预约")
    other.device.says(*other.words("这个预约已经取消"))


def test_a_couple_books_on_two_desktops_by_the_keyboard_alone(couple, desktop):
    one, other = couple()
    for spouse in (one, other):
        spouse.device = desktop()
        spouse.go = spouse.press = by_keyboard

    link = one.books(other.person)
    other.opens(link)
    other.agrees()

    other.device.says("预约已生效")


class TestTheFocus:
    def test_the_first_tab_offers_to_skip_to_the_text(self, desktop):
        reader = desktop()
        reader.open("/")

        reader.page.keyboard.press("Tab")

        assert focused_text(reader) == "跳到正文"
        reader.page.keyboard.press("Enter")
        assert reader.page.evaluate("document.activeElement.id") == "main"

    def test_the_focus_is_seen_wherever_it_goes(self, desktop):
        reader = desktop()
        reader.open("/book/divorce_application")
        seen = 0

        for _ in range(TABS_MAX):
            reader.page.keyboard.press("Tab")
            if reader.page.evaluate("document.activeElement === document.body"):
                break
            seen += 1
            assert reader.page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            ), focused_text(reader)

        assert 5 < seen < TABS_MAX


def by_keyboard(device: Device, what: Locator) -> None:
    """Tab until it has the focus, then Enter."""
    wanted = what.element_handle()
    for _ in range(TABS_MAX):
        if device.page.evaluate("(wanted) => document.activeElement === wanted", wanted):
            break
        device.page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the keyboard does not reach {what} on {device.path}")
    with device.page.expect_navigation():
        device.page.keyboard.press("Enter")


def focused_text(device: Device) -> str:
    text: str = device.page.evaluate("document.activeElement.innerText")
    return text.strip()
