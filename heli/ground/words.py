"""Days and moments as people check them against the calendar on the wall, in Shanghai.

The language is the one that is active (Chinese or English). The year is only said when it is not
the current one of business time.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language

from heli.ground import clock

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PARTS_OF_THE_DAY_ZH = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def day_in_words(day: date, *, today: date | None = None) -> str:
    """A day with its weekday. today: the day in business time, asked of the clock by default.

    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     day_in_words(date(2026, 12, 24), today=date(2026, 11, 30))
    '12月24日（周四）'
    >>> with override("en"):
    ...     day_in_words(date(2027, 1, 5), today=date(2026, 11, 30))
    'Tuesday 5 January 2027'
    """
    is_this_year = day.year == (today or clock.today()).year
    if _speaks_chinese():
        year = "" if is_this_year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日（周{WEEKDAYS_ZH[day.weekday()]}）"
    year = "" if is_this_year else f" {day.year}"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}"


def moment_in_words(moment: datetime, *, today: date | None = None) -> str:
    """A moment (with its time zone) as the clocks in Shanghai show it, to the minute.

    today: the day in business time, asked of the clock by default.

    >>> from datetime import UTC
    >>> from django.utils.translation import override
    >>> with override("zh-hans"):
    ...     moment_in_words(datetime(2026, 12, 24, 1, 0, tzinfo=UTC), today=date(2026, 11, 30))
    '12月24日（周四）上午9:00'
    >>> with override("en"):
    ...     moment_in_words(datetime(2026, 12, 24, 6, 30, tzinfo=UTC), today=date(2026, 11, 30))
    'Thursday 24 December, 14:30'
    """
    local = moment.astimezone(clock.SHANGHAI)
    day = day_in_words(local.date(), today=today)
    if not _speaks_chinese():
        return f"{day}, {local.hour}:{local.minute:02d}"
    part = next(name for before, name in PARTS_OF_THE_DAY_ZH if local.hour < before)
    hour = local.hour if local.hour <= 12 else local.hour - 12
    return f"{day}{part}{hour}:{local.minute:02d}"


def _speaks_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")
