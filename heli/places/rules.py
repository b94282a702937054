"""When an office is open and by which rules it takes bookings: values in, values out.

Every rule carries the day it starts; of two rules of one kind the one that started last holds.
Days and times of day are Shanghai's. Spans include their beginning and exclude their end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol, TypeVar

from heli.law.services import Service

SATURDAY = 5  # date.weekday(): Monday is 0
WORKWEEK = range(SATURDAY)


class WorkingDays(Protocol):
    """What the opening hours ask of a calendar; `heli.law.calendar.Calendar` answers it."""

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day: no rest day, or a weekend day made up for."""

    def off_day_name(self, day: date) -> str | None:
        """The holiday by which a notice gives this day off (weekend days inside it too)."""


@dataclass(frozen=True, order=True)
class Span:
    """Open without a break from `opens` until before `closes`.

    services: only these are offered; None means all that the office offers.
    """

    opens: time
    closes: time
    services: frozenset[Service] | None = None


@dataclass(frozen=True, order=True)
class WeekdayHours:
    """Open on this weekday (0 is Monday) from `opens` to `closes`; a lunch break makes two."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Timetable:
    """The opening hours of a week, from `starts_on` on. A weekday without hours is closed."""

    starts_on: date
    hours: tuple[WeekdayHours, ...]

    def of_weekday(self, weekday: int) -> tuple[Span, ...]:
        """The spans of a weekday (0 is Monday), in order."""
        return tuple(
            sorted(Span(row.opens, row.closes) for row in self.hours if row.weekday == weekday)
        )

    def of_workday(self) -> tuple[Span, ...]:
        """The spans of this office's ordinary workday, used for a weekend day that is made up for.

        The notices say that such a day is worked, not which weekday it stands for. So the hours
        that most of Monday to Friday have are taken; where two are as frequent, those that come
        earlier in the week. Saturday's own hours, often shorter, are not.
        """
        week = Counter(self.of_weekday(weekday) for weekday in WORKWEEK)
        del week[()]  # a weekday on which it is always closed says nothing of a day it works
        return week.most_common(1)[0][0] if week else ()  # equal counts: the first met


@dataclass(frozen=True)
class ClosedDays:
    """Closed from `first_on` to `last_on`, both included, whatever else is said."""

    first_on: date
    last_on: date
    reason: str


@dataclass(frozen=True)
class ExtraOpening:
    """Open on this day from `opens` to `closes`, instead of what the timetable says of it.

    services: only these are offered; empty means all that the office offers.
    """

    on: date
    opens: time
    closes: time
    services: frozenset[Service]
    reason: str


@dataclass(frozen=True)
class OfferedService:
    """A service in slots of `minutes` with `places` each, from `starts_on` on; 0 places end it."""

    service: Service
    starts_on: date
    minutes: int
    places: int


@dataclass(frozen=True)
class BookingPolicy:
    """By which rules the office takes bookings, from `starts_on` on. See `models.Policy`."""

    starts_on: date
    lead_working_days: int
    horizon_days: int
    release_at: time
    change_until_hours: int
    consent_until_hours: int
    asks_household_address: bool = False
    real_name_checks: tuple[str, ...] | None = None


class _Dated(Protocol):
    @property
    def starts_on(self) -> date: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True)
class OfficeRules:
    """All rules of one office, past, present and future.

    is_bookable: it takes bookings here. Without that the timetables only tell when it is open.
    """

    office_id: str
    is_bookable: bool = False
    timetables: tuple[Timetable, ...] = ()
    closures: tuple[ClosedDays, ...] = ()
    extra_days: tuple[ExtraOpening, ...] = ()
    service_rules: tuple[OfferedService, ...] = ()
    policies: tuple[BookingPolicy, ...] = ()

    def timetable_on(self, day: date) -> Timetable | None:
        """The timetable that holds on this day; None before the first one starts."""
        return _last_started(self.timetables, day)

    def policy_on(self, day: date) -> BookingPolicy | None:
        """The booking rules that hold on this day; None before the first ones start."""
        return _last_started(self.policies, day)

    def service_rule_on(self, service: Service, day: date) -> OfferedService | None:
        """How the service is offered on this day; None where it is not, or no longer."""
        rows = (rule for rule in self.service_rules if rule.service is service)
        rule = _last_started(rows, day)
        return rule if rule is not None and rule.places > 0 else None

    def services_on(self, day: date) -> frozenset[Service]:
        """The services that can be booked for this day."""
        return frozenset(
            service for service in Service if self.service_rule_on(service, day) is not None
        )


def open_spans(office_rules: OfficeRules, day: date, calendar: WorkingDays) -> tuple[Span, ...]:
    """When the office is open on this day, in order; empty where it is closed.

    A closure wins over everything. Next come the office's own extra days (520, a Saturday), whose
    hours replace the timetable's. Then a day off by notice is closed, weekend days inside the
    holiday included. A weekend day on which people work opens like an ordinary workday, see
    `Timetable.of_workday`. Every other day opens as the timetable says of its weekday, which may
    well be a Saturday.

    Source: the yearly notice of the State Council on holidays (heli/law); an office's hours and
    closures are its own (地方各级婚姻登记机关公布的工作时间).
    """
    if any(row.first_on <= day <= row.last_on for row in office_rules.closures):
        return ()
    if extra := _extra_spans(office_rules.extra_days, day):
        return extra
    timetable = office_rules.timetable_on(day)
    if timetable is None or calendar.off_day_name(day) is not None:
        return ()
    works = calendar.is_working_day(day)
    if day.weekday() >= SATURDAY:
        return timetable.of_workday() if works else timetable.of_weekday(day.weekday())
    return timetable.of_weekday(day.weekday()) if works else ()


def _extra_spans(extra_days: Iterable[ExtraOpening], day: date) -> tuple[Span, ...]:
    rows = (row for row in extra_days if row.on == day)
    spans = (Span(row.opens, row.closes, row.services or None) for row in rows)
    return tuple(sorted(spans, key=lambda span: span.opens))


def _last_started(rules: Iterable[D], day: date) -> D | None:
    started = (rule for rule in rules if rule.starts_on <= day)
    return max(started, key=lambda rule: rule.starts_on, default=None)
