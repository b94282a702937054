"""How many couples may apply on which day, so that all find a place in their windows: values only.

A couple that applies on a day needs one certificate place within the safe days that follow from
that receipt. Everybody can be placed exactly when, for every interval of days, the couples whose
windows lie inside are at most the places inside (Hall's condition; windows are intervals whose ends
never go back as the receipt's day goes on). Earlier days come first; a share of the places is
kept for couples who apply without a booking.
Source: Civil Code art. 1077(2).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

WALK_IN_PERCENT = 10  # of the free certificate places, for couples who come without a booking


@dataclass(frozen=True)
class Applications:
    """The couples who apply on a day. window_first, window_last: their safe days, both included."""

    day: date
    couples: int
    window_first: date
    window_last: date


@dataclass(frozen=True)
class Limit:
    """What limits a day: an interval of days (both ends included) with its places.

    places: free certificate places inside that booked couples may count on. couples: who have their
    windows inside already, those of the limited day not counted.
    """

    first: date
    last: date
    places: int
    couples: int


@dataclass(frozen=True)
class PlannedDay:
    """An application day: the places it offers, how many of them the windows can take, and why."""

    applications: Applications
    can_take: int
    limit: Limit | None

    @property
    def too_many(self) -> int:
        """Places offered beyond what the windows can take."""
        return self.applications.couples - self.can_take


def plan_days(
    coming: Iterable[Applications],
    free_places: Mapping[date, int],
    *,
    waiting: Iterable[Applications] = (),
    walk_in_percent: int = WALK_IN_PERCENT,
) -> tuple[PlannedDay, ...]:
    """What each coming day can take, in order of days.

    free_places: certificate places per day that nobody holds. waiting: couples with a receipt and
    no place yet; they come before everybody who is still to apply.

    >>> window = (date(2026, 8, 11), date(2026, 9, 7))
    >>> day = Applications(date(2026, 7, 9), 12, *window)
    >>> (planned,) = plan_days([day], {date(2026, 8, 12): 10})
    >>> planned.can_take, planned.too_many, planned.limit.places
    (9, 3, 9)
    """
    places = _Places(free_places, walk_in_percent)
    settled = sorted(waiting, key=lambda couples: couples.day)
    planned = []
    for applications in sorted(coming, key=lambda couples: couples.day):
        limit = _tightest(applications, settled, places)
        spare = max(limit.places - limit.couples, 0)
        can_take = min(applications.couples, spare)
        is_limited = can_take < applications.couples
        planned.append(PlannedDay(applications, can_take, limit if is_limited else None))
        settled.append(
            Applications(
                applications.day, can_take, applications.window_first, applications.window_last
            )
        )
    return tuple(planned)


class _Places:
    """Places within an interval of days, less the share of those who come without a booking."""

    def __init__(self, free_places: Mapping[date, int], walk_in_percent: int) -> None:
        self._days = sorted(free_places)
        self._sums = [0, *accumulate(free_places[day] for day in self._days)]
        self._percent = 100 - walk_in_percent

    def within(self, first: date, last: date) -> int:
        """Both ends included."""
        upto, before = bisect_right(self._days, last), bisect_left(self._days, first)
        return (self._sums[upto] - self._sums[before]) * self._percent // 100


def _tightest(day: Applications, settled: list[Applications], places: _Places) -> Limit:
    """The interval around the day's window with the fewest places to spare.

    Nobody settled has a window that ends later, so every interval ends with this window; going back
    from one beginning to the next, the couples inside only grow.
    """
    last = day.window_last
    couples = 0
    limits = [Limit(day.window_first, last, places.within(day.window_first, last), 0)]
    for earlier in sorted(settled, key=lambda row: row.window_first, reverse=True):
        if earlier.window_last > last:
            continue
        couples += earlier.couples
        first = min(earlier.window_first, day.window_first)
        limits.append(Limit(first, last, places.within(first, last), couples))
    return min(limits, key=lambda limit: (limit.places - limit.couples, limit.last - limit.first))
