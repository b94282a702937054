"""The city: its offices, and the couples that want a divorce in one year. All of it assumed.

Shares are of couples. The figures that exist (Wuhan, January and February 2021: 58 % of the couples
that applied had not registered five weeks on; in one district 30 % had withdrawn; Guangzhou,
December 2020: half of those who had booked did not come) are from the press and from the first
weeks of the law; what stands here is milder, so that places are not found empty by assumption.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from random import Random

from heli.law.calendar import STATE_COUNCIL

FIRST_DAY, LAST_DAY = date(2025, 1, 2), date(2025, 12, 31)  # of receipts
LAST_WINDOW_DAY = date(2026, 3, 20)
ONE_DAY = timedelta(days=1)

OFFICES = 20
APPLICATION_PLACES = (8, 24)  # a day and office, the smallest and the largest
DEMAND = 0.78  # couples a day for each application place, on an ordinary day
WALK_INS = 0.15
CLOSURES_A_YEAR = 3  # of single days, for each office
CLOSURE_NOTICE_DAYS = 5
APPLICATION_MISSED = 0.12  # of those with a booking
CERTIFICATE_MISSED = 0.07  # comes another day, if there is one
WITHDRAW, STAY_AWAY = 0.22, 0.13
WANTS_SOON = 0.4  # move their kept place to the earliest free day

# From which day on a rush lasts how many days, and by what demand is multiplied.
RUSHES = (
    (date(2025, 2, 5), 21, 1.5),  # after the Spring Festival
    (date(2025, 5, 6), 10, 1.3),
    (date(2025, 6, 11), 30, 1.5),  # after the college entrance examination
    (date(2025, 10, 9), 14, 1.4),
    (date(2025, 12, 1), 31, 1.25),
)
SEASON = (0.85, 0.9, 1.05, 1.0, 0.95, 1.05, 1.05, 1.0, 1.05, 0.95, 1.0, 1.0)  # by month


class Will(Enum):
    """What becomes of a couple once it has its receipt."""

    COMES = "comes"
    WITHDRAWS = "withdraws"
    STAYS_AWAY = "stays away"


class Seeks(Enum):
    """When a couple that has to book the second visit itself begins to look."""

    AT_ONCE = "at once"
    WHEN_IT_OPENS = "when the window opens"
    LATE = "ten days before the window ends"


SEEKS = ((Seeks.AT_ONCE, 0.5), (Seeks.WHEN_IT_OPENS, 0.3), (Seeks.LATE, 0.2))


@dataclass(frozen=True)
class Couple:
    """A couple as it is, whatever the offices do. wants_on: from this day it wants to apply."""

    number: int
    wants_on: date
    is_walk_in: bool
    misses_application: bool
    misses_certificate: bool
    will: Will
    withdraws_after: int  # days after the receipt
    seeks: Seeks
    wants_soon: bool


@dataclass(frozen=True)
class Office:
    """An office of the city. closures: the day lost, and the day on which that is known."""

    number: int
    application_places: int
    closures: dict[date, date]
    couples: dict[date, list[Couple]] = field(repr=False)  # by the day on which they want to apply

    def opens(self, day: date) -> bool:
        """Whether the office is meant to open; a closure is not known before it is announced."""
        return STATE_COUNCIL.is_working_day(day)


def a_city(seed: int) -> list[Office]:
    """The same city for the same seed."""
    chance = Random(seed)
    return [_office(number, chance) for number in range(1, OFFICES + 1)]


def days(first: date, last: date) -> Iterator[date]:
    """From first to last, both included."""
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def _office(number: int, chance: Random) -> Office:
    places = chance.randint(*APPLICATION_PLACES)
    working = [day for day in days(FIRST_DAY, LAST_DAY) if STATE_COUNCIL.is_working_day(day)]
    closed = chance.sample(working[10:], CLOSURES_A_YEAR)
    couples = {day: _couples(day, places, chance) for day in working}
    return Office(
        number, places, {day: day - CLOSURE_NOTICE_DAYS * ONE_DAY for day in closed}, couples
    )


def _couples(day: date, places: int, chance: Random) -> list[Couple]:
    rush = max(
        (factor for start, length, factor in RUSHES if 0 <= (day - start).days < length),
        default=1.0,
    )
    mean = DEMAND * places * SEASON[day.month - 1] * rush
    return [_couple(day, chance) for _ in range(_poisson(mean, chance))]


def _couple(day: date, chance: Random) -> Couple:
    fate = chance.random()
    will = Will.COMES
    if fate < WITHDRAW:
        will = Will.WITHDRAWS
    elif fate < WITHDRAW + STAY_AWAY:
        will = Will.STAYS_AWAY
    kinds, weights = zip(*SEEKS, strict=True)
    return Couple(
        number=chance.getrandbits(48),
        wants_on=day,
        is_walk_in=chance.random() < WALK_INS,
        misses_application=chance.random() < APPLICATION_MISSED,
        misses_certificate=chance.random() < CERTIFICATE_MISSED,
        will=will,
        withdraws_after=chance.randint(1, 30),
        seeks=chance.choices(kinds, weights)[0],
        wants_soon=chance.random() < WANTS_SOON,
    )


def _poisson(mean: float, chance: Random) -> int:
    """So many arrivals in a unit of time in which `mean` are expected."""
    arrivals, passed = 0, chance.expovariate(mean)
    while passed < 1:
        arrivals += 1
        passed += chance.expovariate(mean)
    return arrivals
