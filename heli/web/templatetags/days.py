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
    if speaks_chinese():
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS_EN[day.month - 1][:3]}"


@register.filter
def short_weekday(day: date) -> str:
    """周四, or Thu."""
    name = weekday_name(day.weekday())
    return name if speaks_chinese() else name[:3]


@register.filter
def iso(day: date) -> str:
    """2026-12-24, for addresses."""
    return day.isoformat()


def weekday_name(weekday: int) -> str:
    """周四, or Thursday. weekday: 0 is Monday."""
    return f"周{WEEKDAYS_ZH[weekday]}" if speaks_chinese() else WEEKDAYS_EN[weekday]


def speaks_chinese() -> bool:
    """Whether Chinese is the language that is active now."""
    return (get_language() or "zh-hans").startswith("zh")
