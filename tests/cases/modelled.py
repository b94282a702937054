"""Where every case should stand, by the law's dates and the table alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from heli.ground import clock
from heli.law.calendar import STATE_COUNCIL
from heli.law.case_steps import CaseState
from heli.law.periods import Reading, timeline
from tests.cases.factories import RECEIVED_AT

OPEN = {CaseState.COOLING_OFF, CaseState.WINDOW_OPEN}


def day_ends(day: date) -> datetime:
    """When a day ends at the office: 17:00 from Monday to Friday, unless it is a day off."""
    if STATE_COUNCIL.is_working_day(day):
        return clock.moment_of(day, time(17))
    return clock.moment_of(day + timedelta(days=1))


@dataclass
class Modelled:
    """A case in the model. couple: its number."""

    couple: int
    receipt_on: date
    state: CaseState = CaseState.COOLING_OFF

    @property
    def opens_at(self) -> datetime:
        """From this moment the clock opens the window."""
        return clock.moment_of(timeline(self.receipt_on).window.first)

    @property
    def closes_at(self) -> datetime:
        """From this moment the clock ends the case."""
        return day_ends(timeline(self.receipt_on).window.last)

    def moments(self) -> list[datetime]:
        """Ten in the morning of every first and last day by any reading, and when jobs are due."""
        periods = [p for c in self._clocks() for p in (c.cooling_off, c.window)]
        days = {day for period in periods for day in (period.first, period.last)}
        due = {self.opens_at, self.closes_at - timedelta(seconds=1), self.closes_at}
        return sorted(due | {clock.moment_of(day, time(10)) for day in days})

    def is_open(self, at: datetime) -> bool:
        """Whether people can still do something with it."""
        return self.state in OPEN and at < self.closes_at

    def may_withdraw(self, at: datetime, reading: Reading | None) -> bool:
        """By all readings, or by the one that the registrar names."""
        days = [(c.reading, self.receipt_on, c.cooling_off.last) for c in self._clocks()]
        return self.is_open(at) and _is_allowed(days, at, reading)

    def may_register(self, at: datetime, reading: Reading | None) -> bool:
        """By all readings, or by the one that the registrar names."""
        days = [(c.reading, c.window.first, c.window.last) for c in self._clocks()]
        return self.is_open(at) and _is_allowed(days, at, reading)

    def may_refuse(self, at: datetime) -> bool:
        """By any reading."""
        return any(self.may_register(at, reading) for reading in Reading)

    def _clocks(self) -> Any:
        return timeline(self.receipt_on).readings


def _is_allowed(
    days: list[tuple[Reading, date, date]], at: datetime, reading: Reading | None
) -> bool:
    today = clock.day_of(at)
    allowing = [r for r, first, last in days if first <= today and at < day_ends(last)]
    return len(allowing) == len(Reading) or reading in allowing


@dataclass
class Model:
    """What should be, by the law's dates and the table alone."""

    at: datetime = RECEIVED_AT
    cases: dict[str, Modelled] = field(default_factory=dict)

    def of(self, couple: int) -> list[Modelled]:
        """The cases of a couple."""
        return [case for case in self.cases.values() if case.couple == couple]

    def run_clock(self) -> None:
        """Whatever is due by now is done, in the order of the law."""
        self.run_clock_for(self.cases.values())

    def run_clock_for(self, cases: Iterable[Modelled]) -> None:
        """The same for these cases alone."""
        for case in cases:
            if case.state is CaseState.COOLING_OFF and self.at >= case.opens_at:
                case.state = CaseState.WINDOW_OPEN
            if case.state is CaseState.WINDOW_OPEN and self.at >= case.closes_at:
                case.state = CaseState.DEEMED_WITHDRAWN
