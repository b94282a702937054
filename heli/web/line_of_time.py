"""The two clocks as one line of time: stations in order, today among them, each in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from heli.cases.dates import Here
from heli.ground import clock
from heli.ground.words import day_in_words, moment_in_words
from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import Timeline

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Station:
    """A point on the line. moment: UTC, by it the stations are in order.

    head: the day or moment, and what it is. text: what either of the two may do.
    begins: the name of the clock that begins here, "" where none does. runs: which one runs from
    here to the next station: "cooling", "window" or "".
    """

    moment: datetime
    head: str
    text: str
    begins: str = ""
    runs: str = ""
    is_past: bool = False
    is_today: bool = False
    is_kept: bool = False


def line_of_time(
    dates: Timeline, here: Here | None, *, at: datetime, kept_at: datetime | None = None
) -> tuple[Station, ...]:
    """The stations of a receipt as seen at a moment (`at`, UTC), in order.

    here: the office's last open moments; where they are not known, the last working days.
    kept_at: when the couple's place for the second visit begins. Today is a station of its own
    from the day after the receipt to the last day of any reading.
    """
    stations = [
        _accepted(dates.receipt_on, at),
        _last_to_withdraw(dates, here, at),
        _window(dates, at),
        _last_to_come(dates, here, at),
    ]
    if kept_at is not None:
        stations.append(_kept(kept_at, at))
    stations.sort(key=lambda station: station.moment)
    return _with_today(stations, dates, at)


def last_day_to_withdraw(dates: Timeline) -> date:
    """The last working day not after the safe day: most offices are closed on other days."""
    return _working_day_until(dates.safe.withdraw_until, not_before=dates.receipt_on)


def last_day_to_come(dates: Timeline) -> date:
    """The last working day of the safe window."""
    return _working_day_until(dates.safe.issue_until, not_before=dates.safe.issue_from)


def first_day_to_come(dates: Timeline) -> date:
    """The first working day of the safe window."""
    return min(STATE_COUNCIL.working_day_from(dates.safe.issue_from), dates.safe.issue_until)


def _accepted(receipt_on: date, at: datetime) -> Station:
    today = clock.day_of(at)
    head = _("{day} 已受理") if receipt_on <= today else _("{day} 受理")
    if receipt_on == today:
        head = _("今天 {day} 已受理")
    return Station(
        moment=clock.moment_of(receipt_on),
        head=head.format(day=day_in_words(receipt_on)),
        text=_("从第二天起数三十天。"),
        begins=_("冷静期"),
        runs="cooling",
        is_past=receipt_on < today,
        is_today=receipt_on == today,
    )


def _last_to_withdraw(dates: Timeline, here: Here | None, at: datetime) -> Station:
    moment, words = _last(here.withdraw_by if here else None, last_day_to_withdraw(dates))
    if at >= moment:
        return Station(moment, words, _("可以撤回的时间已经过了。"), is_past=True)
    return Station(
        moment,
        _("最晚 {moment}").format(moment=words),
        _("在这以前，任何一方都可以单独到场撤回，不需要预约，也不需要对方同意。"),
    )


def _window(dates: Timeline, at: datetime) -> Station:
    day = first_day_to_come(dates)
    moment = clock.moment_of(day)
    return Station(
        moment,
        _("{day}起").format(day=day_in_words(day)),
        _("要双方一起到场，领取离婚证。"),
        begins=_("领证期"),
        runs="window",
        is_past=at >= moment,
    )


def _kept(moment: datetime, at: datetime) -> Station:
    is_past = at >= moment
    return Station(
        moment,
        _("{moment} 你们的时间").format(moment=moment_in_words(moment)),
        "" if is_past else _("已经为你们留好，双方一起到场。"),
        runs="window",
        is_past=is_past,
        is_kept=True,
    )


def _last_to_come(dates: Timeline, here: Here | None, at: datetime) -> Station:
    moment, words = _last(here.certificate_by if here else None, last_day_to_come(dates))
    if at >= moment:
        return Station(moment, words, _("领证期里最稳妥的日子已经过了。"), is_past=True)
    return Station(
        moment,
        _("最晚 {moment}").format(moment=words),
        _("领证期到这时为止。没有一起到场，视为撤回申请。"),
    )


def _last(moment: datetime | None, day: date) -> tuple[datetime, str]:
    """The last moment, and how it is said; of a day without hours its end."""
    if moment is not None:
        return moment, moment_in_words(moment)
    return clock.moment_of(day + ONE_DAY), _("{day}下班前").format(day=day_in_words(day))


def _with_today(stations: list[Station], dates: Timeline, at: datetime) -> tuple[Station, ...]:
    today = clock.day_of(at)
    if not dates.receipt_on < today <= dates.window.last:
        return tuple(stations)
    before = [station for station in stations if station.moment <= at]
    now = Station(
        moment=at,
        head=_("今天 {day}").format(day=day_in_words(today)),
        text=_today_text(dates, today),
        runs=before[-1].runs if before else "",
        is_today=True,
    )
    return (*before, now, *stations[len(before) :])


def _today_text(dates: Timeline, today: date) -> str:
    safe = dates.safe
    if today <= safe.withdraw_until:
        return _("冷静期第 {n} 天").format(n=(today - dates.receipt_on).days)
    if today < safe.issue_from:
        return _("还不能领证")
    if today <= safe.issue_until:
        return _("领证期第 {n} 天").format(n=(today - safe.issue_from).days + 1)
    return ""


def _working_day_until(day: date, *, not_before: date) -> date:
    working = day
    while working > not_before and not STATE_COUNCIL.is_working_day(working):
        working -= ONE_DAY
    return working if STATE_COUNCIL.is_working_day(working) else day
