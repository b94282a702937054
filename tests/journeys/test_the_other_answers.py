"""What the other spouse may do with a link: decline, leave it, put it aside."""

from __future__ import annotations

from tests.journeys.spouses import Spouse, code_of

MERELY_LATE = "没有在时限内得到对方确认，时段已经放回。"


def test_the_other_declines(couple):
    one, other = couple()
    link = one.books(other.person)

    other.opens(link)
    other.declines()
    other.device.says("您没有同意这次预约")

    one.goes_to(code_of(link))
    one.device.says("对方没有同意，时段已经放回。", "一方不同意，不能办理协议离婚")
    other.opens(link)
    other.device.says("您没有同意这次预约")


def test_the_other_leaves_it_unanswered(couple, server):
    one, other = couple()
    link = one.books(other.person, day=6)
    other.opens(link)
    other.device.says("先不处理", "对方只会看到没有在时限内确认")
    server.advance(2)

    one.goes_to(code_of(link))
    one.device.says(MERELY_LATE)
    one.device.says_nothing_of("不同意")

    other.opens(link)
    other.device.says("这个请求已经过了时限", "您不用再做什么")


def test_this_is_not_for_me_tells_the_other_nothing(couple, server):
    one, other = couple()
    link = one.books(other.person, day=6)
    other.opens(link)

    other.send("这不是给我的，从我的列表里移走")
    other.device.says("已经从您的列表里移走。对方看不到这一步。")

    one.goes_to(code_of(link))
    one.device.says("已保留时段，等待对方确认")
    server.advance(2)
    one.device.reload()
    one.device.says(MERELY_LATE)


def test_the_link_tells_nothing_before_identity_and_nothing_to_others(couple, phone):
    one, other = couple()
    link = one.books(other.person)
    told = one.time_told()
    stranger = Spouse(phone(), couple()[0].person)
    secrets = ("离婚", "婚姻登记处", told, one.person.name, other.person.name)

    stranger.device.open(link)
    stranger.device.says_nothing_of(*secrets)
    with stranger.device.refused(404):
        stranger.opens(link)
    stranger.device.says_nothing_of(*secrets)
    refused = stranger.device.text()

    with stranger.device.refused(404):
        stranger.device.open("/c/ACDE23467999/answer")
    assert stranger.device.text() == refused


def test_both_start_at_once_and_keep_one(couple):
    one, other = couple()
    of_one = one.books(other.person)
    of_other = other.books(one.person, day=5)

    other.opens(of_one)
    with other.device.refused(409):
        other.agrees()
    other.device.says("你们两个人都预约了", "还没有确认，什么都没有改变。两个预约只能留一个。")
    other.send("同意对方的，放回我的")
    other.device.says("预约已生效")

    one.goes_to(code_of(of_one))
    one.device.says("预约已生效")
    other.goes_to(code_of(of_other))
    other.device.says("这个预约已经取消")
