"""How the doors say days, moments, codes and services in their templates."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import gettext, gettext_lazy

from heli.bookings.codes import in_groups
from heli.bookings.states import State
from heli.ground import words
from heli.law.services import Service
from heli.places.naming import SERVICE_NAMES

register = template.Library()

STATE_NAMES = {
    State.HELD: gettext_lazy("等待对方确认"),
    State.CONFIRMED: gettext_lazy("已生效"),
    State.CHECKED_IN: gettext_lazy("已到场"),
    State.SERVED: gettext_lazy("已办理"),
    State.DECLINED: gettext_lazy("对方没有同意"),
    State.EXPIRED: gettext_lazy("没有在时限内确认"),
    State.CANCELLED: gettext_lazy("已取消"),
    State.RESCHEDULED: gettext_lazy("已改到其他时间"),
    State.NO_SHOW: gettext_lazy("没有到场"),
    State.OFFICE_CLOSED: gettext_lazy("登记处当天不开放"),
}


@register.filter
def day_in_words(day: date) -> str:
    """12月24日（周四）."""
    return words.day_in_words(day)


@register.filter
def moment_in_words(moment: datetime) -> str:
    """12月24日（周四）上午9:00."""
    return words.moment_in_words(moment)


@register.filter
def code_in_groups(code: str) -> str:
    """ACDE 2346 7999."""
    return in_groups(code)


@register.filter
def service_name(service: str) -> str:
    """The service in the reader's language."""
    return str(SERVICE_NAMES[Service(service)])


@register.filter
def state_name(state: str) -> str:
    """The booking's state in the reader's language."""
    return str(STATE_NAMES[State(state)])


@register.filter
def places_left(left: int) -> str:
    """余 3, or 已满."""
    return gettext("余 {left}").format(left=left) if left else gettext("已满")
