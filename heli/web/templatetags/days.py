"""A day in a few characters, where a column or a strip leaves no room for more."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import get_language

from heli.ground.words import MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_ZH

register = template.Library()


@register.filter
def short_day(day: date) -> str:
    """12月24日, or 24 Dec."""
    if _speaks_chinese():
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS_EN[day.month - 1][:3]}"


@register.filter
def short_weekday(day: date) -> str:
    """周四, or Thu."""
    if _speaks_chinese():
        return f"周{WEEKDAYS_ZH[day.weekday()]}"
    return WEEKDAYS_EN[day.weekday()][:3]


@register.filter
def iso(day: date) -> str:
    """2026-12-24, for addresses and the `datetime` of a time."""
    return day.isoformat()


def _speaks_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")
