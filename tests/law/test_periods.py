"""The two clocks: the worked examples, and a second computation for every date."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import Reading, clocks, timeline

EXAMPLES = json.loads((Path(__file__).parent / "period_examples.json").read_text(encoding="utf-8"))[
    "examples"
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["receipt"])
class TestWorkedExamples:
    def test_each_reading_gives_the_dates_of_the_example(self, example):
        for reading in Reading:
            read = clocks(date.fromisoformat(example["receipt"]), reading)

            expected = example[reading.value]
            assert read.cooling_off.last.isoformat() == expected["cooling_last"]
            assert read.window.first.isoformat() == expected["window_first"]
            assert read.window.last.isoformat() == expected["window_last"]

    def test_the_safe_days_are_those_all_readings_agree_on(self, example):
        safe = timeline(date.fromisoformat(example["receipt"])).safe

        agreed = example["agreed_by_all_readings"]
        assert safe.withdraw_until.isoformat() == agreed["withdraw_until"]
        assert safe.issue_from.isoformat() == agreed["issue_from"]
        assert safe.issue_until.isoformat() == agreed["issue_until"]

    def test_what_is_provisional_says_so(self, example):
        is_provisional = timeline(date.fromisoformat(example["receipt"])).is_provisional

        assert is_provisional == ("provisional" in example)


def counted_by_hand(receipt: date, rests: set[date], *, moves_first: bool) -> tuple[date, date]:
    """Cross days off one by one on a list of days, as a clerk does on a wall calendar."""
    wall = [receipt + timedelta(days=number) for number in range(200)]
    first_end = wall.index(receipt) + 30
    if moves_first:
        while wall[first_end] in rests:
            first_end += 1
    second_end = first_end + 30
    while wall[second_end] in rests:
        second_end += 1
    return wall[first_end], wall[second_end]


def rest_days_by_hand() -> dict[Reading, set[date]]:
    """Rest days per reading, from the notices' lists alone."""
    off, statutory, default = set(), set(), set()
    for year in STATE_COUNCIL.years.values():
        off |= set(year.off) if year.is_final else set(year.statutory)
        statutory |= set(year.statutory)
    day = date(2021, 1, 1)
    while day < date(2029, 1, 1):
        year = STATE_COUNCIL.years.get(day.year)
        works = year is not None and day in year.make_up_workdays
        if not works and (day in off or day.isoweekday() > 5):
            default.add(day)
        day += timedelta(days=1)
    return {
        Reading.DEFAULT: default,
        Reading.NOTICE_DAYS: off,
        Reading.STATUTORY_DAYS: statutory,
        Reading.ONLY_THE_WINDOW: default,
        Reading.NOTHING_MOVES: set(),
    }


def test_every_receipt_date_agrees_with_a_second_computation():
    rests = rest_days_by_hand()
    receipt = date(2021, 1, 1)
    while receipt <= date(2027, 12, 31):
        for reading in Reading:
            read = clocks(receipt, reading)

            assert (read.cooling_off.last, read.window.last) == counted_by_hand(
                receipt, rests[reading], moves_first=reading is not Reading.ONLY_THE_WINDOW
            ), (receipt, reading)
        receipt += timedelta(days=1)


def test_the_default_is_never_earlier_than_another_reading():
    receipt = date(2021, 1, 1)
    while receipt <= date(2027, 12, 31):
        dates = timeline(receipt)
        assert dates.cooling_off.last == max(read.cooling_off.last for read in dates.readings)
        assert dates.window.last == max(read.window.last for read in dates.readings)
        assert dates.safe.issue_from <= dates.safe.issue_until
        receipt += timedelta(days=1)
