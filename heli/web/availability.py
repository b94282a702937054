"""The free days and times of an office, shaped for the strip of days and the list of times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from heli.ground import clock
from heli.law.services import Service
from heli.slots.queries import Day, FreeSlot, availability

DAYS_SHOWN = 30  # of the strip, from today on
NOON_HOUR = 12


@dataclass(frozen=True)
class FreeDay:
    """A day in Shanghai on which the office offers the service. left: places of all its times."""

    on: date
    left: int
    slots: tuple[FreeSlot, ...]

    @property
    def morning(self) -> tuple[FreeSlot, ...]:
        """The times before noon, full ones too."""
        return tuple(slot for slot in self.slots if _hour(slot) < NOON_HOUR)

    @property
    def afternoon(self) -> tuple[FreeSlot, ...]:
        """The times from noon on, full ones too."""
        return tuple(slot for slot in self.slots if _hour(slot) >= NOON_HOUR)


@dataclass(frozen=True)
class Offer:
    """What an office offers for a service. next_release: UTC, None where none is known."""

    days: tuple[FreeDay, ...]
    next_release: datetime | None

    @property
    def has_places(self) -> bool:
        """Whether anything can be booked at this moment."""
        return any(day.left for day in self.days)


def offer_of(office_id: str, service: Service, at: datetime, days: int = DAYS_SHOWN) -> Offer:
    """What can be booked at this moment (`at`, UTC): so many days from today on, today included.

    A full day is there with `left` 0; a day without times is left out. Raises NotFound.
    """
    today = clock.day_of(at)
    found = availability(office_id, service, today, today + timedelta(days=days - 1), at)
    return Offer(days_of(found.days), found.next_release)


def offer_within(
    office_id: str, service: Service, first_on: date, last_on: date, at: datetime
) -> Offer:
    """What can be booked at this moment (`at`, UTC) in some days, both included; see `offer_of`."""
    if last_on < first_on:
        return Offer((), None)
    return Offer(days_of(availability(office_id, service, first_on, last_on, at).days), None)


def days_of(days: Iterable[Day]) -> tuple[FreeDay, ...]:
    """Days with their slots as the strip of days shows them."""
    return tuple(map(_free_day, days))


def free_days(office_id: str, service: Service, at: datetime, days: int) -> list[FreeDay]:
    """The days of `offer_of`. Raises NotFound."""
    return list(offer_of(office_id, service, at, days).days)


def chosen_day(days: Sequence[FreeDay], wanted: str | None) -> FreeDay | None:
    """The day that somebody asked for (YYYY-MM-DD), else the first with a free place, else none."""
    asked_for = (day for day in days if day.on.isoformat() == wanted)
    return next(asked_for, None) or next((day for day in days if day.left), None)


def _free_day(day: Day) -> FreeDay:
    return FreeDay(on=day.date, left=sum(slot.left for slot in day.slots), slots=day.slots)


def _hour(slot: FreeSlot) -> int:
    return slot.starts_at.astimezone(clock.SHANGHAI).hour
