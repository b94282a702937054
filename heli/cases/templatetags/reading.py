"""How pages say where a case stands, and by which reading of the law days were counted."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy

from heli.law.case_steps import CaseState
from heli.law.periods import Reading

register = template.Library()

CASE_STATE_NAMES = {
    CaseState.COOLING_OFF: gettext_lazy("冷静期"),
    CaseState.WINDOW_OPEN: gettext_lazy("领证期"),
    CaseState.REGISTERED: gettext_lazy("已经办完"),
    CaseState.WITHDRAWN: gettext_lazy("程序已经终止"),
    CaseState.DEEMED_WITHDRAWN: gettext_lazy("领证期已经过了"),
    CaseState.REFUSED: gettext_lazy("没有办理"),
}
READING_NAMES = {
    Reading.DEFAULT: gettext_lazy("周末和放假的日子都算休息日，两个最后一天都顺延"),
    Reading.NOTICE_DAYS: gettext_lazy("只有放假通知里的日子算休息日，平常的周末不算"),
    Reading.STATUTORY_DAYS: gettext_lazy("只有法定节日当天算休息日"),
    Reading.ONLY_THE_WINDOW: gettext_lazy("周末和放假的日子算休息日，只有领证期的最后一天顺延"),
    Reading.NOTHING_MOVES: gettext_lazy("遇到休息日也不顺延"),
}


@register.filter
def case_state_name(state: str) -> str:
    """The case's state in the reader's language."""
    return str(CASE_STATE_NAMES[CaseState(state)])


@register.filter
def reading_name(reading: str) -> str:
    """What counts as a rest day under a reading, and which ends move, in the reader's language."""
    return str(READING_NAMES[Reading(reading)])
