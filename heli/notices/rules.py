"""Who is told and when people are reminded: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from heli.ground import clock
from heli.notices.kinds import Kind

ON_THE_WAY_AT = time(9)  # in Shanghai: nobody is woken
COOLING_OFF_ENDS_DAYS = 3  # before the last open day to withdraw
WINDOW_ENDS_DAYS = (7, 2)  # before the last open day for the second visit
DAY_BEFORE_AT = time(18)  # in Shanghai, on the day before the slot
CONSENT_REMINDER_BEFORE = timedelta(hours=3)  # before the deadline
CONSENT_TIME_MIN = timedelta(hours=6)  # with less from the start a reminder would only hurry
CONSENT_TIME_LEFT_MIN = timedelta(minutes=30)  # with less a late reminder would only alarm


def consent_reminder_at(taken_at: datetime, deadline: datetime) -> datetime | None:
    """When the applicant is reminded that the other has not answered; None for a short deadline.

    >>> consent_reminder_at(datetime(2026, 12, 1, 9), datetime(2026, 12, 2, 9))
    datetime.datetime(2026, 12, 2, 6, 0)
    >>> consent_reminder_at(datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 9, 30)) is None
    True
    """
    if deadline - taken_at < CONSENT_TIME_MIN:
        return None
    return deadline - CONSENT_REMINDER_BEFORE


# The fact after whose moment a notice helps nobody any more.
_USEFUL_UNTIL = {
    Kind.CONSENT_ASKED: "deadline",
    Kind.REMINDER_CONSENT: "deadline",
    Kind.MOVE_PROPOSED: "deadline",
    Kind.DAY_BEFORE: "starts_at",
    Kind.COOLING_OFF_ENDS: "withdraw_by",
    Kind.WINDOW_ENDS_IN_SEVEN: "certificate_by",
    Kind.WINDOW_ENDS_IN_TWO: "certificate_by",
}


def useful_until(kind: Kind, facts: Mapping[str, str]) -> datetime | None:
    """Until when (business time, UTC) a notice is worth sending; None: always.

    >>> useful_until(Kind.DAY_BEFORE, {"starts_at": "2026-12-01T01:00:00+00:00"}).isoformat()
    '2026-12-01T01:00:00+00:00'
    >>> useful_until(Kind.COOLING_OFF_ENDS, {"withdraw_by": "2026-12-01"}).isoformat()
    '2026-12-01T16:00:00+00:00'
    >>> useful_until(Kind.CANCELLED, {"starts_at": "2026-12-01T01:00:00+00:00"}) is None
    True
    """
    text = facts.get(_USEFUL_UNTIL.get(kind, ""))
    if not text:
        return None
    if len(text) == len("2026-12-01"):  # a day: to its end
        return clock.moment_of(date.fromisoformat(text) + timedelta(days=1))
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class OnTheWay:
    """A reminder of a case. on: the day in Shanghai. until: from then (UTC) it is of no use."""

    kind: Kind
    on: date
    until: datetime


def on_the_way(
    *, issue_from: date, withdraw_by: datetime | None, certificate_by: datetime | None
) -> tuple[OnTheWay, ...]:
    """The reminders of a case in order of their days, counted from the last open moments there.

    withdraw_by, certificate_by: UTC; None where the office does not open in time, so that there is
    nothing to come for.

    >>> until = clock.moment_of(date(2026, 9, 7), time(17))
    >>> rows = on_the_way(issue_from=date(2026, 8, 11), withdraw_by=None, certificate_by=until)
    >>> [(row.kind.value, row.on.isoformat()) for row in rows]  # doctest: +NORMALIZE_WHITESPACE
    [('window_open', '2026-08-11'), ('window_ends_in_seven', '2026-08-31'),
     ('window_ends_in_two', '2026-09-05')]
    """
    rows = []
    if withdraw_by is not None:
        on = _day_before(withdraw_by, COOLING_OFF_ENDS_DAYS)
        rows.append(OnTheWay(Kind.COOLING_OFF_ENDS, on, withdraw_by))
    if certificate_by is not None:
        seven, two = (_day_before(certificate_by, days) for days in WINDOW_ENDS_DAYS)
        rows += [
            OnTheWay(Kind.WINDOW_OPEN, issue_from, certificate_by),
            OnTheWay(Kind.WINDOW_ENDS_IN_SEVEN, seven, certificate_by),
            OnTheWay(Kind.WINDOW_ENDS_IN_TWO, two, certificate_by),
        ]
    return tuple(sorted(rows, key=lambda row: row.on))


def _day_before(moment: datetime, days: int) -> date:
    return clock.day_of(moment) - timedelta(days=days)
