"""How a booking stands, in words for the one of the two who is looking.

Neither learns more than the other may know: of one that was cancelled nobody reads by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.bookings.queries import BookingView
from heli.bookings.states import ACTIVE, Role, State
from heli.bookings.templatetags.saying import STATE_NAMES
from heli.ground.words import moment_in_words
from heli.law.services import Service
from heli.notices.texts import SERVICES_FOR_TWO

SERVICES_OF_A_DIVORCE = frozenset(
    {Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE, Service.DIVORCE_WITHDRAWAL}
)

Said = tuple[Promise, Promise]  # a heading, and what it means

SAID: dict[State, Said] = {
    State.HELD: (
        _("已保留时段，等待对方确认"),
        _("请在 {deadline} 前让对方打开下面的链接。过时会自动放回。"),
    ),
    State.CHECKED_IN: (_("已经到场"), _("签到已经完成，请在大厅等候叫号。")),
    State.SERVED: (_("这次到场已经办完"), _("后续请看登记处交给您的材料，以那上面为准。")),
    State.DECLINED: (_("这次预约已经结束"), _("对方没有同意，时段已经放回。")),
    State.EXPIRED: (_("这次预约已经结束"), _("没有在时限内得到对方确认，时段已经放回。")),
    State.CANCELLED: (_("这个预约已经取消"), _("时段已经放回。")),
    State.RESCHEDULED: (
        _("这个预约已经改到其他时间"),
        _("原来的链接已经失效。请打开新的预约，把新的链接发给对方。"),
    ),
    State.NO_SHOW: (_("这次预约已经结束"), _("当天要来的人没有到齐。")),
    State.OFFICE_CLOSED: (_("登记处这一天不开放"), _("这个预约已经结束。请换一个时间。")),
}
SAID_TO_THE_PARTNER: dict[State, Said] = {
    State.HELD: (_("有一项预约等您确认"), _("打开后可以同意、不同意，或者先不处理。")),
    State.DECLINED: (
        _("您没有同意这次预约"),
        _("预约已经结束，时段已经放回。对方会看到您没有同意。您不用再做什么。"),
    ),
    State.EXPIRED: (
        _("这个请求已经过了时限"),
        _("它已经自动结束。您不用再做什么，对方只看到没有在时限内确认。"),
    ),
    State.RESCHEDULED: (
        _("这个请求已经换了时间"),
        _("原来的链接已经失效。新的时间还要再请您确认。"),
    ),
}
IN_EFFECT = _("预约已生效")
COME = _("请带好证件，按下面的时间到场。")
COME_TOGETHER = _("请双方带好证件，按下面的时间一起到场。")
BOTH_AGREED = _("双方都已同意。请带好证件，按下面的时间一起到场。")

ONE_SIDE_UNWILLING = _("一方不同意，不能办理协议离婚，可以先做婚姻家庭辅导，或向人民法院起诉。")


@dataclass(frozen=True)
class Standing:
    """What a page says of a booking and offers to do with it.

    short: the state in a word or two. head, text: what it means and what comes next.
    advice: a way out, or None. can_change: it can be moved and cancelled now.
    awaits_me: this person is asked for an answer. is_over: it holds no place any more.
    """

    short: str
    head: str
    text: str
    advice: str | None
    can_change: bool
    awaits_me: bool
    is_over: bool


def standing(booking: BookingView, at: datetime) -> Standing:
    """How the booking stands at a moment (UTC) for the one who is looking."""
    head, text = _said(booking)
    deadline = moment_in_words(booking.consent.deadline) if booking.consent else ""
    return Standing(
        short=str(_short(booking)),
        head=str(head),
        text=str(text).format(deadline=deadline),
        advice=str(ONE_SIDE_UNWILLING) if _is_unwilling(booking) else None,
        can_change=_can_change(booking, at),
        awaits_me=awaits_answer(booking),
        is_over=booking.state not in ACTIVE,
    )


def awaits_answer(booking: BookingView) -> bool:
    """Whether the booking, or a proposed move of it, waits for the one who is looking."""
    if booking.proposal is not None:
        return booking.proposal.asked_by is not booking.me
    return booking.state is State.HELD and booking.me is Role.PARTNER


def _said(booking: BookingView) -> Said:
    if booking.state is State.CONFIRMED:
        if booking.service.needs_consent:
            return IN_EFFECT, BOTH_AGREED
        return IN_EFFECT, COME_TOGETHER if booking.service in SERVICES_FOR_TWO else COME
    if booking.me is Role.PARTNER and booking.state in SAID_TO_THE_PARTNER:
        return SAID_TO_THE_PARTNER[booking.state]
    return SAID[booking.state]


def _short(booking: BookingView) -> Promise:
    if booking.proposal is not None:
        return _("改期等您答复") if awaits_answer(booking) else _("改期等对方答复")
    if booking.me is Role.PARTNER and booking.state is State.HELD:
        return _("等您确认")
    if booking.me is Role.PARTNER and booking.state is State.DECLINED:
        return _("您没有同意")
    return STATE_NAMES[booking.state]


def _is_unwilling(booking: BookingView) -> bool:
    return booking.state is State.DECLINED and booking.service in SERVICES_OF_A_DIVORCE


def _can_change(booking: BookingView, at: datetime) -> bool:
    if booking.state is State.HELD:
        return booking.me is Role.APPLICANT
    return booking.state is State.CONFIRMED and at < booking.changes_close_at
