"""A couple books on two telephones, to the voucher."""

from __future__ import annotations

from tests.journeys.spouses import code_of

NOT_A_DIVORCE = "预约只是排一个到场办理的时间，不等于离婚。"


def test_a_couple_books_on_two_telephones(couple):
    one, other = couple()

    link = one.books(other.person)
    one.device.says("已保留时段，等待对方确认", NOT_A_DIVORCE)
    told = one.time_told()

    other.opens(link)
    other.device.says("有一项预约等您确认", told, NOT_A_DIVORCE)
    other.agrees()
    other.device.says("预约已生效", "双方都已同意", told)

    one.goes_to(code_of(link))
    one.device.says("预约已生效")
    vouchers = []
    for spouse in (one, other):
        spouse.follow("打开预约凭证")
        assert spouse.time_told() == told
        spouse.device.says("这是到场办理的排期凭证，不是离婚证，也不代表申请已被受理。")
        vouchers.append(spouse.device.page.get_by_label("签到二维码").inner_html())
    assert vouchers[0] == vouchers[1]
