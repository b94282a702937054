"""What is read of slots: what can be booked at an office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.law.services import Service
from heli.places.models import Office
from heli.slots.models import Slot

DAYS_AT_ONCE_MAX = 92


@dataclass(frozen=True)
class FreeSlot:
    """A slot that can be booked now. Moments UTC. left: what a booking could get this moment."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    places: int
    left: int


@dataclass(frozen=True)
class Day:
    """A day in Shanghai with its slots, in order of their beginning."""

    date: dt.date
    slots: tuple[FreeSlot, ...]


@dataclass(frozen=True)
class Availability:
    """The days that have slots, in order, and the moment (UTC) at which more are released.

    next_release: None where none is known.
    """

    days: tuple[Day, ...]
    next_release: dt.datetime | None


def availability(
    office_id: str,
    service: Service,
    first_on: dt.date,
    last_on: dt.date,
    at: dt.datetime,
) -> Availability:
    """What can be booked at this moment (`at`, UTC) from `first_on` to `last_on`, both included.

    Released, inside the lead time, not begun and not withdrawn. A full slot is there with `left`
    0: pages show it, and its place may reappear. Days in Shanghai; a day without slots is left
    out; a service that the office does not offer has none.
    Raises InvalidInput (naming `from` or `to`: the wrong way round, more than 92 days), NotFound.
    """
    _check_days(first_on, last_on)
    coming = Slot.objects.filter(service=service, withdrawn_at=None)
    # What opens later begins later; an office's coming slots are few, whatever the table holds.
    releases = coming.filter(
        office=OuterRef("pk"), starts_at__gt=at, opens_at__gt=at, closes_at__gt=F("opens_at")
    )
    office = (
        Office.objects.filter(id=office_id)
        .values_list(Subquery(releases.order_by("opens_at").values("opens_at")[:1]))
        .first()
    )
    if office is None:
        raise NotFound()
    bookable = coming.filter(office_id=office_id, opens_at__lte=at, closes_at__gt=at)
    return Availability(days=_days(bookable, first_on, last_on, at), next_release=office[0])


def _check_days(first_on: dt.date, last_on: dt.date) -> None:
    if last_on < first_on:
        raise InvalidInput(FieldError("to", _("最后一天不能早于第一天。")))
    if (last_on - first_on).days >= DAYS_AT_ONCE_MAX:
        raise InvalidInput(FieldError("to", _("一次最多查看92天，请把日期范围缩短一些。")))


def _days(
    bookable: QuerySet[Slot], first_on: dt.date, last_on: dt.date, at: dt.datetime
) -> tuple[Day, ...]:
    today = clock.day_of(at)
    if last_on < today:
        return ()
    # Starting today loses nothing, and the first of all dates has no moment in UTC.
    begins = clock.moment_of(max(first_on, today))
    ends = clock.moment_of(last_on) + dt.timedelta(days=1)
    slots: Iterable[FreeSlot] = (
        FreeSlot(id, starts_at, ends_at, places, places - taken)
        for id, starts_at, ends_at, places, taken in bookable.filter(
            starts_at__gte=begins, starts_at__lt=ends
        )
        .order_by("starts_at")
        .values_list("id", "starts_at", "ends_at", "places", "taken")
    )
    by_day = groupby(slots, key=lambda slot: clock.day_of(slot.starts_at))
    return tuple(Day(day, tuple(of_day)) for day, of_day in by_day)
