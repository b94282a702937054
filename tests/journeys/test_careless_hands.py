"""Reload, double tap, back, a second tab, a page left open overnight: none of it does harm."""

from __future__ import annotations

import re

from tests.journeys.devices import Device
from tests.journeys.looking import note_faults
from tests.journeys.spouses import Spouse, code_of, twice


def bookings_of(spouse: Spouse) -> list[str]:
    """The codes of all bookings in the list of somebody who has proven who they are."""
    spouse.signs_in("/my")
    hrefs = spouse.device.page.eval_on_selector_all(
        "main a[href]", "(links) => links.map((link) => link.getAttribute('href'))"
    )
    found = (re.fullmatch(r"/(?:my|c)/([A-Z0-9]{12})(?:/answer)?", href) for href in hrefs)
    return sorted({match[1] for match in found if match})


def reload_and_look(device: Device) -> None:
    """A page that is reloaded is the page it was."""
    before = (device.path, device.heading())
    device.reload()
    assert (device.path, device.heading()) == before
    note_faults(device)


def test_reloading_after_each_step_changes_nothing(couple):
    one, other = couple()
    one.look = other.look = reload_and_look

    link = one.books(other.person)
    other.opens(link)
    other.agrees()

    other.device.says("预约已生效")
    assert bookings_of(one) == bookings_of(other) == [code_of(link)]


def test_a_double_tap_on_each_button_counts_once(couple):
    one, other = couple()
    one.press = other.press = twice

    link = one.books(other.person)
    one.device.says("已保留时段，等待对方确认")
    other.opens(link)
    other.agrees()

    other.device.says("预约已生效")
    assert bookings_of(one) == bookings_of(other) == [code_of(link)]


def test_back_after_sending_leads_to_the_same_booking(couple):
    one, other = couple()
    link = one.books(other.person)

    one.device.page.go_back()
    one.device.page.reload()

    assert one.device.path == f"/my/{code_of(link)}"
    assert bookings_of(one) == [code_of(link)]


def test_sending_again_from_a_page_kept_by_the_browser_takes_no_second_place(couple):
    one, other = couple()
    one.begins()
    one.fills_in(other.person)
    second = one.device.tab()
    second.open(one.device.page.url)

    one.send("提交，保留这个时段")
    code = code_of(one.link_to_pass_on())
    second.tap(second.button("提交，保留这个时段"))

    assert second.path == f"/my/{code}"
    assert bookings_of(one) == [code]


def test_two_tabs_with_two_drafts_do_not_mix(couple):
    one, other = couple()
    one.begins()
    second = Spouse(one.device.tab(), one.person)
    second.begins("预约结婚登记")

    one.fills_in(other.person)
    one.send("提交，保留这个时段")
    second.send("是我，下一步")

    one.device.says("离婚登记申请", "已保留时段，等待对方确认")
    assert "结婚登记" in second.device.heading()


def test_a_page_left_open_overnight_asks_again_and_loses_nothing(couple):
    one, other = couple()
    one.begins()
    one.send("是我，下一步")
    one.send("就办这一项，下一步")
    one.fill("对方的姓名", other.person.name)
    one.fill("对方的身份证号", other.person.id_number)
    one.device.context.clear_cookies(name="heli_identity")

    one.send("下一步")
    assert one.device.path == "/identify"
    one.proves_identity()
    one.chooses_office()
    one.chooses_time()
    one.send("提交，保留这个时段")

    one.device.says("已保留时段，等待对方确认")


def test_leaving_quickly_leads_elsewhere_and_forgets_who_one_is(couple):
    one, _other = couple()
    one.signs_in("/my")
    one.device.context.route("https://www.baidu.com/**", lambda route: route.fulfill(body="ok"))

    one.device.link("快速离开").click()
    one.device.page.wait_for_url("https://www.baidu.com/**")
    one.device.trouble[:] = [line for line in one.device.trouble if "baidu" not in line]

    one.device.open("/my")
    assert one.device.path == "/identify"
