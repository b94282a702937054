"""The certificate places among which a couple without one may choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from heli.cases import rules
from heli.cases.guarantee import day_loads, slots_in
from heli.ground import clock
from heli.law.periods import SafeDays
from heli.slots.models import Slot
from heli.slots.queries import Day, FreeSlot


def open_places(office_id: str, safe: SafeDays, *, at: datetime) -> tuple[Day, ...]:
    """The days of a safe window with what could be taken at this moment (UTC), in order.

    Whatever has not begun can be taken, an office's cut-off does not count: the statute outranks
    it. A full time is there with `left` 0; where every time of the window is full each has one,
    since a place is added then. Empty where the office gives no certificates in the window.
    Source: Civil Code art. 1077(2): who cannot come in the window loses the case.
    """
    slots = sorted(slots_in(office_id, safe, after=at), key=lambda slot: slot.starts_at)
    is_full = not rules.is_any_free(day_loads(slots))
    by_day = groupby(slots, key=lambda slot: clock.day_of(slot.starts_at))
    return tuple(Day(day, _free(of_day, is_full)) for day, of_day in by_day)


def _free(slots: Iterable[Slot], is_full: bool) -> tuple[FreeSlot, ...]:
    return tuple(
        FreeSlot(
            id=slot.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            places=slot.places,
            left=1 if is_full else slot.places - slot.taken,
        )
        for slot in slots
    )
