"""What a notice on the way of a case says, in the language that is active.

As in `texts`: it may appear on a lock screen, so it never says what the procedure is for, and never
a name. When a case ends by withdrawal, it says that it has ended and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from heli.notices.kinds import Kind
from heli.notices.texts import Words, when_in_words
from heli.places.naming import short_name

HEADS: dict[Kind, Promise] = {
    Kind.RECEIPT_GIVEN: _("预约进度：已受理"),
    Kind.COOLING_OFF_ENDS: _("预约提醒"),
    Kind.WINDOW_OPEN: _("预约提醒：可以第二次到场"),
    Kind.WINDOW_ENDS_IN_SEVEN: _("预约提醒：期限"),
    Kind.WINDOW_ENDS_IN_TWO: _("预约提醒：期限"),
    Kind.LAPSED: _("预约进度：已结束"),
    Kind.ENDED: _("预约进度：已终止"),
    Kind.REFUSED: _("预约进度：已结束"),
    Kind.REGISTERED: _("预约进度：已完成"),
}

_BY_THEN_TOGETHER = _(
    "最晚请在 {certificate_by} 前一起到{office}。过了没有一起到场，这次办理就结束，需要从头再来。"
)

TEXTS: dict[Kind, Promise] = {
    Kind.RECEIPT_GIVEN: _(
        "申请已受理。从现在起到 {withdraw_by}，任何一方都可以单独到场停止办理。"
        "不需要预约，也不需要对方同意。"
    ),
    Kind.COOLING_OFF_ENDS: _(
        "最晚 {withdraw_by} 前，任何一方都可以单独到{office}停止办理。"
        "不需要预约，也不需要对方同意。继续办理的话，现在不用做什么。"
    ),
    Kind.WINDOW_OPEN: _("从 {issue_from} 起，你们可以一起第二次到场。"),
    Kind.LAPSED: _(
        "到最后一天 {last_on} 为止，没有一起到场的记录，这次办理已经结束。"
        "仍要办理的话，请重新预约第一次到场，从头开始。"
    ),
    Kind.ENDED: _("本次登记程序已经终止。如需了解后续，可以联系{office}。"),
    Kind.REFUSED: _("登记处没有予以登记，这次办理已经结束。如需了解原因，可以联系{office}。"),
    Kind.REGISTERED: _("办理已经完成。请各自保管好领到的证件。"),
}

WITH_A_PLACE: dict[Kind, Promise] = {
    Kind.RECEIPT_GIVEN: _(
        "第二次到场的时间已为你们预留：{place}。可以改到 {issue_from} 至 {certificate_by} 之间。"
    ),
    Kind.COOLING_OFF_ENDS: _("第二次到场的时间是 {place}。"),
    Kind.WINDOW_OPEN: _("已为你们预留的时间是 {place}。"),
    Kind.WINDOW_ENDS_IN_SEVEN: _("已为你们预留的时间是 {place}。"),
    Kind.WINDOW_ENDS_IN_TWO: _("已为你们预留的时间是 {place}。"),
}

WITHOUT_A_PLACE: dict[Kind, Promise] = {
    Kind.RECEIPT_GIVEN: _("第二次到场还没有能预留的时间，请给登记处打电话。"),
    Kind.WINDOW_OPEN: _("现在没有预留的时间，可以另约，也可以在工作时间到大厅取号。"),
    Kind.WINDOW_ENDS_IN_SEVEN: _("现在没有预留的时间，可以另约，也可以在工作时间到大厅取号。"),
    Kind.WINDOW_ENDS_IN_TWO: _("现在没有预留的时间，可以另约，也可以在工作时间到大厅取号。"),
}

WITH_THE_END = frozenset(
    {
        Kind.RECEIPT_GIVEN,
        Kind.WINDOW_OPEN,
        Kind.WINDOW_ENDS_IN_SEVEN,
        Kind.WINDOW_ENDS_IN_TWO,
    }
)


@dataclass(frozen=True)
class Progress:
    """What a notice of a case speaks of. Moments UTC; a day where no moment of it is known.

    office: the name people know. place: when the second visit is kept for. withdraw_by,
    certificate_by: the last open moment there, within the safe days. last_on: the last day of the
    window by the default reading.
    """

    kind: Kind
    office: str
    place: datetime | None
    withdraw_by: datetime | date
    issue_from: date
    certificate_by: datetime | date
    last_on: date


def progress_in_words(progress: Progress) -> Words:
    """Title and text of a notice about a case in the active language."""
    kind, office = progress.kind, short_name(progress.office)
    facts = {
        "office": office,
        "withdraw_by": when_in_words(progress.withdraw_by),
        "issue_from": when_in_words(progress.issue_from),
        "certificate_by": when_in_words(progress.certificate_by),
        "last_on": when_in_words(progress.last_on),
        "place": when_in_words(progress.place) if progress.place else "",
    }
    about_the_place = WITH_A_PLACE if progress.place else WITHOUT_A_PLACE
    sentences = [
        TEXTS.get(kind),
        about_the_place.get(kind),
        _BY_THEN_TOGETHER if kind in WITH_THE_END else None,
    ]
    shows_the_place = progress.place is not None and kind in WITH_A_PLACE
    title = [str(HEADS[kind]), office, *([facts["place"]] if shows_the_place else [])]
    return Words(
        title=" · ".join(title),
        text=_space().join(str(part).format(**facts) for part in sentences if part is not None),
    )


def _space() -> str:
    """Between two sentences: none in Chinese."""
    return "" if (get_language() or "zh").startswith("zh") else " "
