"""A notice in few words, for messages in WeChat and by SMS.

Both services approve the sentences beforehand, in Chinese, and let only short facts into them: at
most twenty characters, five for the heading. So these words exist in no other language. They stand
on lock screens: no names, and never what the appointment is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from heli.ground import clock
from heli.notices.case_texts import Progress
from heli.notices.kinds import Kind
from heli.notices.texts import SERVICES_FOR_TWO, Subject
from heli.places.naming import short_name

WHAT_MAX = 5
NOTE_MAX = 20

WHATS: Mapping[Kind, str] = {
    Kind.CONSENT_ASKED: "预约待确认",
    Kind.REMINDER_CONSENT: "预约待确认",
    Kind.CONFIRMED: "预约已生效",
    Kind.DECLINED: "预约已结束",
    Kind.EXPIRED: "预约已结束",
    Kind.CANCELLED: "预约已取消",
    Kind.NEEDLESS: "预约已取消",
    Kind.RESCHEDULED: "预约已改期",
    Kind.MOVE_PROPOSED: "预约待答复",
    Kind.MOVE_ACCEPTED: "预约已改期",
    Kind.MOVE_DECLINED: "预约不变",
    Kind.MOVE_LAPSED: "预约不变",
    Kind.DAY_BEFORE: "预约提醒",
    Kind.MISSED: "预约已结束",
    Kind.OFFICE_CLOSED: "预约有变化",
    Kind.SEEN_AT_THE_DESK: "预约提醒",
    Kind.RECEIPT_GIVEN: "预约已受理",
    Kind.COOLING_OFF_ENDS: "预约提醒",
    Kind.WINDOW_OPEN: "预约提醒",
    Kind.WINDOW_ENDS_IN_SEVEN: "预约提醒",
    Kind.WINDOW_ENDS_IN_TWO: "预约提醒",
    Kind.LAPSED: "预约已结束",
    Kind.ENDED: "预约已终止",
    Kind.REFUSED: "预约已结束",
    Kind.REGISTERED: "预约已完成",
}

NOTES: Mapping[Kind, str] = {
    Kind.CONSENT_ASKED: "请在{deadline}前让对方确认",
    Kind.REMINDER_CONSENT: "请在{deadline}前让对方确认",
    Kind.CONFIRMED: "请带好证件，按时到场",
    Kind.DECLINED: "对方没有同意，时段已放回",
    Kind.EXPIRED: "没有在时限内得到确认，已放回",
    Kind.CANCELLED: "时段已放回，需要时可重新预约",
    Kind.NEEDLESS: "申请已经受理，不用再按预约到场",
    Kind.RESCHEDULED: "原来的时段已经放回",
    Kind.MOVE_PROPOSED: "请在{deadline}前答复",
    Kind.MOVE_ACCEPTED: "双方都同意了新的时间",
    Kind.MOVE_DECLINED: "对方没有同意改期，时间不变",
    Kind.MOVE_LAPSED: "改期没有得到确认，时间不变",
    Kind.DAY_BEFORE: "请带好证件，来不了请先打电话",
    Kind.MISSED: "没有到齐，需要时可重新预约",
    Kind.OFFICE_CLOSED: "那时不办公，请重新预约或打电话",
    Kind.SEEN_AT_THE_DESK: "当面核验过；不是您，请打电话",
    Kind.RECEIPT_GIVEN: "接下来的时间请打开查看",
    Kind.COOLING_OFF_ENDS: "有一个期限临近，请打开查看",
    Kind.WINDOW_OPEN: "现在可以一起第二次到场",
    Kind.WINDOW_ENDS_IN_SEVEN: "最晚{certificate_by}前一起到场",
    Kind.WINDOW_ENDS_IN_TWO: "最晚{certificate_by}前一起到场",
    Kind.LAPSED: "没有一起到场的记录，已经结束",
    Kind.ENDED: "如需了解后续，可以联系登记处",
    Kind.REFUSED: "如需了解原因，可以联系登记处",
    Kind.REGISTERED: "请各自保管好领到的证件",
}

TOGETHER: Mapping[Kind, str] = {
    Kind.CONFIRMED: "请带好证件，按时一起到场",
    Kind.DAY_BEFORE: "请带好证件一起来，有变请打电话",
}
WITH_A_NEW_LINK = "请在{deadline}前让对方确认"
MOVED_BY_THE_OFFICE = "那时不办公，已改到这个时间"
WHILE_THE_CASE_IS_OPEN: Mapping[Kind, str] = {
    Kind.CANCELLED: "可另约，最晚{certificate_by}前到场",
    Kind.MISSED: "可另约，最晚{certificate_by}前到场",
    Kind.OFFICE_CLOSED: "请来电，最晚{certificate_by}前到场",
}


ENDS = frozenset({Kind.LAPSED, Kind.ENDED, Kind.REFUSED, Kind.REGISTERED})


@dataclass(frozen=True)
class ShortWords:
    """A notice in few words. what: at most 5 characters; note: at most 20.

    when: the moment it speaks of (UTC), or a day where no moment of it counts. is_last_day: that
    day is the last of something. where: the office's short name, however long that is.
    """

    what: str
    when: datetime | date
    where: str
    note: str
    is_last_day: bool = False


def short_words(about: Subject | Progress, *, told_on: date) -> ShortWords:
    """A notice in few words. told_on: the day on which it was written, in Shanghai."""
    if isinstance(about, Subject):
        return _of_a_booking(about)
    return _of_a_case(about, told_on)


def _of_a_booking(subject: Subject) -> ShortWords:
    is_moved = subject.new_starts_at is not None
    facts = {
        "deadline": _short(subject.deadline),
        "certificate_by": _short(subject.certificate_by),
    }
    return ShortWords(
        what=WHATS[subject.kind],
        when=subject.new_starts_at or subject.starts_at,
        where=short_name((subject.new_office or subject.office) if is_moved else subject.office),
        note=_note_of_a_booking(subject).format(**facts),
    )


def _note_of_a_booking(subject: Subject) -> str:
    kind = subject.kind
    if kind is Kind.RESCHEDULED and subject.deadline is not None:
        return WITH_A_NEW_LINK
    if kind is Kind.OFFICE_CLOSED and subject.new_starts_at is not None:
        return MOVED_BY_THE_OFFICE
    if subject.certificate_by is not None and kind in WHILE_THE_CASE_IS_OPEN:
        return WHILE_THE_CASE_IS_OPEN[kind]
    if subject.service in SERVICES_FOR_TWO and kind in TOGETHER:
        return TOGETHER[kind]
    return NOTES[kind]


def _of_a_case(progress: Progress, told_on: date) -> ShortWords:
    """With the time to come, where there is one; of an end only the day on which it was told."""
    if progress.kind in ENDS:
        when: datetime | date = told_on
    elif progress.kind is Kind.COOLING_OFF_ENDS:
        when = progress.withdraw_by
    else:
        when = progress.place or progress.certificate_by
    return ShortWords(
        what=WHATS[progress.kind],
        when=when,
        where=short_name(progress.office),
        note=NOTES[progress.kind].format(certificate_by=_short(progress.certificate_by)),
        is_last_day=progress.kind not in ENDS and not isinstance(when, datetime),
    )


def _short(when: datetime | date | None) -> str:
    """At most eleven characters, without the year.

    >>> _short(date(2026, 12, 24))
    '12月24日'
    """
    if when is None:
        return ""
    day, hour = day_and_hour(when)
    return f"{day.month}月{day.day}日" + (f"{hour:%H:%M}" if hour is not None else "")


def day_and_hour(when: datetime | date) -> tuple[date, time | None]:
    """The day in Shanghai, and the time on its clocks where a moment was meant."""
    if not isinstance(when, datetime):
        return when, None
    local = when.astimezone(clock.SHANGHAI)
    return local.date(), local.time()
