"""`heli timeline DATE`: the statutory dates of a receipt, by the law alone or with an office."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import IN_FORCE_FROM, Period, Timeline, timeline
from heli.ops.errors import CommandRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
Moments = tuple[datetime | None, datetime | None]  # of an office: withdraw_by, certificate_by


def show_timeline(receipt_on: date, *, as_json: bool, office: str | None, data: Path | None) -> int:
    """Print the dates and answer 0. data: where the embedded database is, for an office's hours.

    Raises CommandRefused for a date outside of what is known, and what `opened` and an unknown
    office raise.
    """
    _check_receipt_date(receipt_on)
    dates = timeline(receipt_on)
    moments = _moments_at(office, receipt_on, data) if office is not None else None
    if as_json:
        print(json.dumps(_document(dates, moments), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(dates, moments)))
    return 0


def _check_receipt_date(receipt_on: date) -> None:
    last_year = max(STATE_COUNCIL.years)
    if receipt_on < IN_FORCE_FROM:
        raise CommandRefused("There was no cooling-off before 2021-01-01; check the date.")
    if receipt_on.year > last_year:
        raise CommandRefused(f"The holidays are known to the end of {last_year} and no further.")


def _moments_at(office: str, receipt_on: date, data: Path | None) -> Moments:
    from heli.ops.world import Wish, opened

    with opened(Wish(data=data, may_create=False)):
        from heli.cases.dates import timeline_of

        found = timeline_of(receipt_on, office).here
        assert found is not None, "an office was named"
        return found.withdraw_by, found.certificate_by


def _document(dates: Timeline, moments: Moments | None) -> dict[str, Any]:
    """The same as the API answers; a test compares the two."""
    return {
        "receipt": dates.receipt_on.isoformat(),
        "cooling_off": _period(dates.cooling_off),
        "window": _period(dates.window),
        "safe": {
            "withdraw_until": dates.safe.withdraw_until.isoformat(),
            "issue_from": dates.safe.issue_from.isoformat(),
            "issue_until": dates.safe.issue_until.isoformat(),
        },
        "here": _here(moments) if moments is not None else None,
        "provisional": dates.is_provisional,
        "readings": [
            {
                "name": read.reading.value,
                "cooling_off": _period(read.cooling_off),
                "window": _period(read.window),
            }
            for read in dates.readings
        ],
    }


def _here(moments: Moments) -> dict[str, str | None]:
    withdraw_by, certificate_by = moments
    return {"withdraw_by": _moment(withdraw_by), "certificate_by": _moment(certificate_by)}


def _period(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _lines(dates: Timeline, moments: Moments | None) -> list[str]:
    """For people: what to be sure of first, the law's default reading after it."""
    safe = dates.safe
    lines = [
        f"Receipt                 {_day(dates.receipt_on)}",
        f"Withdraw until          {_day(safe.withdraw_until)}",
        f"Certificate             {_day(safe.issue_from)} to {_day(safe.issue_until)}",
    ]
    if moments is not None:
        by = [_moment_in_words(moment) for moment in moments]
        lines.append(f"Last open moments there {by[0]} to withdraw, {by[1]} for the certificate")
    lines += [
        "These are the days on which all readings of the law agree. By the default reading the "
        f"cooling-off ends on {_day(dates.cooling_off.last)}",
        f"and the window runs from {_day(dates.window.first)} to {_day(dates.window.last)}.",
    ]
    if dates.is_provisional:
        lines.append("Provisional: a year's holiday notice is not published yet; an end may move.")
    return lines


def _day(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"


def _moment_in_words(moment: datetime | None) -> str:
    if moment is None:
        return "none"
    there = moment.astimezone(SHANGHAI)
    return f"{_day(there.date())} {there:%H:%M}"
