"""A couple moves and cancels what they booked."""

from __future__ import annotations

from tests.journeys.spouses import code_of


def test_a_held_booking_moves_at_once_with_a_new_link(couple):
    one, other = couple()
    old = one.books(other.person)
    before = one.time_told()

    one.follow("改时间")
    one.chooses_time(day=6)
    new = one.link_to_pass_on()

    assert code_of(new) != code_of(old)
    assert one.time_told() != before
    other.opens(old)
    other.device.says("这个请求已经换了时间")
    other.opens(new)
    other.agrees()
    other.device.says("预约已生效")


def test_a_confirmed_booking_moves_when_the_other_agrees(confirmed_couple):
    one, other, code = confirmed_couple()
    one.goes_to(code)
    before = one.time_told()

    one.follow("改时间")
    one.chooses_time(day=7)
    one.device.says("改时间，等对方答复", "在双方同意之前一直有效")

    other.goes_to(code)
    other.device.says("对方想改到另一个时间", before)
    other.send("同意新的时间")
    after = other.time_told()
    assert after != before
    one.goes_to(code)
    assert one.time_told() == after


def test_a_confirmed_booking_stays_when_the_other_does_not_agree_to_the_move(confirmed_couple):
    one, other, code = confirmed_couple()
    one.goes_to(code)
    before = one.time_told()
    one.follow("改时间")
    one.chooses_time(day=7)

    other.goes_to(code)
    other.send("不同意，时间不变")

    one.goes_to(code)
    assert one.time_told() == before
    one.device.says("预约已生效")


def test_either_may_cancel_and_nobody_reads_who_did(confirmed_couple):
    one, other, code = confirmed_couple()
    other.goes_to(code)

    other.follow("取消预约")
    other.device.says("要取消这个预约吗？", "不能撤销")
    other.send("取消预约")
    for spouse in (one, other):
        spouse.goes_to(code)
        spouse.device.says("这个预约已经取消", "时段已经放回。")
        spouse.device.says_nothing_of("对方取消", "您取消", "申请人")
