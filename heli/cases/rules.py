"""Which certificate place a couple gets: values in, values out.

The least loaded day of the window, its earliest free slot. The last seven days of the window come
after all others: whoever misses a kept day, or loses it to a closure, still has days to come on
(docs/simulation.md shows what that is worth). Where all are full one place more on the least
loaded day. The service, the moves after a closure and the year's simulation all decide here.
Source: Civil Code art. 1077(2): who cannot come in the window loses the case; the statute outranks
an office's quota.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

LAST_DAYS = timedelta(days=7)  # of the window: taken only when no other day has a place


@dataclass(frozen=True)
class SlotLoad:
    """A certificate slot: how many places it has and how many of them are not free."""

    slot_id: int
    places: int
    taken: int


@dataclass(frozen=True)
class DayLoad:
    """A day on which the office gives certificates; its slots stand in order of their beginning.

    load: the share of its places that is taken; a day without places counts as full.
    couples_to_a_slot: how many places are taken in a slot, on an average.
    """

    day: date
    slots: tuple[SlotLoad, ...]

    @cached_property
    def load(self) -> float:
        places = sum(slot.places for slot in self.slots)
        return sum(slot.taken for slot in self.slots) / places if places else 1.0

    @property
    def couples_to_a_slot(self) -> float:
        return sum(slot.taken for slot in self.slots) / len(self.slots)


@dataclass(frozen=True)
class Choice:
    """Where a couple comes for the second visit. is_added: the slot gets one place more."""

    day: date
    slot_id: int
    is_added: bool


def is_any_free(days: Iterable[DayLoad]) -> bool:
    """Whether one of these days has a place left."""
    return any(slot.taken < slot.places for day in days for slot in day.slots)


def free_slots(
    days: Iterable[DayLoad], window_last: date, *, last_days: timedelta = LAST_DAYS
) -> Iterator[Choice]:
    """Every slot with a place left, in the order in which they are to be tried.

    days: those of the couple's window with slots. window_last: its last safe day. last_days: so
    many days of the window come after all others.
    """
    late_from = window_last - last_days + timedelta(days=1)
    for day in sorted(days, key=lambda day: (day.day >= late_from, day.load, day.day)):
        for slot in day.slots:
            if slot.taken < slot.places:
                yield Choice(day.day, slot.slot_id, is_added=False)


def slot_to_widen(days: Iterable[DayLoad]) -> Choice | None:
    """Where one place is added when none is free: on the least loaded day, the emptiest slot.

    All are full then, so the day with the fewest couples to a slot is the least loaded, and the
    added ones spread. None where the office does not open in the window at all.
    """
    least = min(
        (day for day in days if day.slots),
        key=lambda day: (day.load, day.couples_to_a_slot, day.day),
        default=None,
    )
    if least is None:
        return None
    slot = min(least.slots, key=lambda slot: slot.taken)
    return Choice(least.day, slot.slot_id, is_added=True)


def choose_place(
    days: Iterable[DayLoad], window_last: date, *, last_days: timedelta = LAST_DAYS
) -> Choice | None:
    """The couple's place among the days of its window; None where there is no slot at all.

    >>> first, second = date(2026, 8, 12), date(2026, 8, 13)
    >>> half = DayLoad(first, (SlotLoad(1, places=2, taken=1),))
    >>> empty = DayLoad(second, (SlotLoad(2, places=2, taken=0),))
    >>> choose_place([half, empty], window_last=date(2026, 9, 7))
    Choice(day=datetime.date(2026, 8, 13), slot_id=2, is_added=False)
    >>> choose_place([half, empty], window_last=date(2026, 8, 19)).day  # the 13th is a last day
    datetime.date(2026, 8, 12)
    >>> full = DayLoad(first, (SlotLoad(1, places=2, taken=2),))
    >>> choose_place([full], window_last=date(2026, 9, 7))
    Choice(day=datetime.date(2026, 8, 12), slot_id=1, is_added=True)
    """
    days = list(days)
    return next(free_slots(days, window_last, last_days=last_days), None) or slot_to_widen(days)


@dataclass(frozen=True)
class Seeking:
    """A couple whose day is lost: how many free places its window holds, and the window's last day.

    key: whose they are, for the caller; it also settles the order where all else is equal.
    """

    key: str
    free_places: int
    window_last: date


S = TypeVar("S", bound=Seeking)


def tightest_first(couples: Iterable[S]) -> list[S]:
    """The order in which couples get a new place: who has the fewest to choose from comes first,
    then whose window ends first."""
    return sorted(couples, key=lambda couple: (couple.free_places, couple.window_last, couple.key))
