"""What a notice says, in the language that is active.

Titles and texts may appear on a lock screen: they say 预约, the office and the time, never what the
appointment is for and never a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground.words import day_in_words, moment_in_words
from heli.law.services import Service
from heli.notices.kinds import Kind
from heli.places.naming import short_name

SERVICES_FOR_TWO = frozenset(
    {Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE, Service.MARRIAGE}
)  # both come to the office together: Civil Code arts 1049, 1076, 1078

HEADS: dict[Kind, Promise] = {
    Kind.CONSENT_ASKED: _("预约已保留，等对方确认"),
    Kind.REMINDER_CONSENT: _("预约还在等对方确认"),
    Kind.CONFIRMED: _("预约已生效"),
    Kind.DECLINED: _("预约已结束"),
    Kind.EXPIRED: _("预约已结束"),
    Kind.CANCELLED: _("预约已取消"),
    Kind.NEEDLESS: _("预约已取消"),
    Kind.RESCHEDULED: _("预约已改期"),
    Kind.MOVE_PROPOSED: _("预约改期，等您答复"),
    Kind.MOVE_ACCEPTED: _("预约已改期"),
    Kind.MOVE_DECLINED: _("预约时间不变"),
    Kind.MOVE_LAPSED: _("预约时间不变"),
    Kind.DAY_BEFORE: _("预约提醒"),
    Kind.MISSED: _("预约已结束"),
    Kind.OFFICE_CLOSED: _("预约有变化"),
    Kind.SEEN_AT_THE_DESK: _("预约提醒：当面核验"),
}

TEXTS: dict[Kind, Promise] = {
    Kind.CONSENT_ASKED: _(
        "已为你们保留这个时段，等待对方确认。"
        "请在 {deadline} 前让对方打开下面的链接，过时会自动放回。"
    ),
    Kind.REMINDER_CONSENT: _(
        "对方还没有确认。请在 {deadline} 前让对方打开下面的链接，过时会自动放回。"
    ),
    Kind.CONFIRMED: _("请带好证件，{moment} 到{office}。来之前请看一下预约凭证和需要带的材料。"),
    Kind.DECLINED: _("对方没有同意这次预约，时段已经放回。需要时可以重新预约。"),
    Kind.EXPIRED: _("没有在时限内得到对方确认，时段已经放回。需要时可以重新预约。"),
    Kind.CANCELLED: _("这个预约已经取消，时段已经放回。需要时可以重新预约。"),
    Kind.NEEDLESS: _(
        "登记处已经受理了你们的申请，不用再按这个预约到场。预约已经取消，时段已经放回。"
    ),
    Kind.RESCHEDULED: _("新的时间是 {moment}，地点是{office}。原来的时段已经放回。"),
    Kind.MOVE_PROPOSED: _(
        "对方提议改到 {new_moment}，地点是{new_office}。请在 {deadline} 前答复。"
        "不答复，原来的时间不变。"
    ),
    Kind.MOVE_ACCEPTED: _("双方都同意改期。新的时间是 {moment}，地点是{office}。"),
    Kind.MOVE_DECLINED: _("对方没有同意改期。原来的时间不变：{moment}，{office}。"),
    Kind.MOVE_LAPSED: _("改期没有在时限内得到确认。原来的时间不变：{moment}，{office}。"),
    Kind.DAY_BEFORE: _("请带好证件，{moment} 到{office}。来不了的话，请先给登记处打电话。"),
    Kind.MISSED: _(
        "{moment} 要来的人没有到齐，这个预约已经结束。"
        "需要时可以重新预约，也可以在工作时间直接到大厅取号。"
    ),
    Kind.OFFICE_CLOSED: _(
        "登记处在 {moment} 不办公，这个预约已经结束。需要时可以重新预约，也可以给登记处打电话。"
    ),
    Kind.SEEN_AT_THE_DESK: _(
        "{moment}，{office}的工作人员记录：看过您的身份证和您本人。"
        "是您自己去的，不用做什么。不是的话，请给登记处打电话。"
    ),
}

TOGETHER: dict[Kind, Promise] = {
    Kind.CONFIRMED: _(
        "请双方带好证件，{moment} 一起到{office}。来之前请看一下预约凭证和需要带的材料。"
    ),
    Kind.DAY_BEFORE: _("请双方带好证件，{moment} 一起到{office}。来不了的话，请先给登记处打电话。"),
}

# Of the second visit, as long as the case goes on: by when the couple has to have come.
WHILE_THE_CASE_IS_OPEN: dict[Kind, Promise] = {
    Kind.CANCELLED: _(
        "这个预约已经取消，时段已经放回。"
        "办理还没有结束，可以另约时间。最晚请在 {certificate_by} 前一起到{office}。"
    ),
    Kind.MISSED: _(
        "{moment} 要来的人没有到齐。"
        "办理还没有结束，可以另约时间。最晚请在 {certificate_by} 前一起到{office}。"
    ),
    Kind.OFFICE_CLOSED: _(
        "登记处在 {moment} 不办公，现在没有能为你们预留的其他时间。"
        "请给登记处打电话。最晚请在 {certificate_by} 前一起到{office}。"
    ),
}

MOVED_BY_THE_OFFICE = _(
    "登记处在 {moment} 不办公。已为你们改到 {new_moment}，地点是{new_office}。"
    "不合适的话，可以自己改期。"
)

WITH_A_NEW_LINK = _(
    "新的时间是 {moment}，地点是{office}。原来的链接已经失效。"
    "请在 {deadline} 前让对方打开下面的新链接，过时会自动放回。"
)


@dataclass(frozen=True)
class Words:
    """A notice in words. title: fit for a lock screen."""

    title: str
    text: str


@dataclass(frozen=True)
class Subject:
    """What a notice of a booking speaks of. Moments UTC; the offices by the names people know.

    certificate_by: of a second visit whose case goes on, the last open moment for it (UTC), or the
    last day where the office does not open any more.
    """

    kind: Kind
    service: Service
    office: str
    starts_at: datetime
    deadline: datetime | None = None
    new_office: str | None = None
    new_starts_at: datetime | None = None
    certificate_by: datetime | date | None = None


def in_words(subject: Subject) -> Words:
    """Title and text of a notice in the active language."""
    office = short_name(subject.office)
    moment = moment_in_words(subject.starts_at)
    facts = {"office": office, "moment": moment}
    if subject.deadline is not None:
        facts["deadline"] = moment_in_words(subject.deadline)
    if subject.new_starts_at is not None:
        facts["new_moment"] = moment_in_words(subject.new_starts_at)
        facts["new_office"] = short_name(subject.new_office or subject.office)
    if subject.certificate_by is not None:
        facts["certificate_by"] = when_in_words(subject.certificate_by)
    shown = facts["new_moment"] if _is_moved_by_the_office(subject) else moment
    return Words(
        title=f"{HEADS[subject.kind]} · {office} · {shown}",
        text=str(_text(subject)).format(**facts),
    )


def _text(subject: Subject) -> Promise:
    if subject.kind is Kind.RESCHEDULED and subject.deadline is not None:
        return WITH_A_NEW_LINK
    if _is_moved_by_the_office(subject):
        return MOVED_BY_THE_OFFICE
    if subject.certificate_by is not None and subject.kind in WHILE_THE_CASE_IS_OPEN:
        return WHILE_THE_CASE_IS_OPEN[subject.kind]
    if subject.service in SERVICES_FOR_TWO and subject.kind in TOGETHER:
        return TOGETHER[subject.kind]
    return TEXTS[subject.kind]


def _is_moved_by_the_office(subject: Subject) -> bool:
    return subject.kind is Kind.OFFICE_CLOSED and subject.new_starts_at is not None


def when_in_words(when: datetime | date) -> str:
    """A moment, or only a day where no moment of it counts, in the active language."""
    return moment_in_words(when) if isinstance(when, datetime) else day_in_words(when)
