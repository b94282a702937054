"""The demo's clock, and requests that do nothing."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from heli.ground import clock
from heli.ground.configuration import Environment
from tests.api.world import NOBODY, shanghai

pytestmark = pytest.mark.usefixtures("database")


def clock_says(**jump) -> dict[str, str]:
    answer = NOBODY.post("/demo/clock", jump)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestClock:
    def test_nought_only_reads(self):
        before = clock.now()

        read = clock_says(advance_days=0)

        assert abs(shanghai(read["now"]) - before) < timedelta(seconds=10)
        assert read["today"] == clock.today().isoformat()

    def test_whole_days_land_at_eight_in_the_morning(self):
        tomorrow = clock.today() + timedelta(days=1)

        assert clock_says(advance_days=1) == {
            "today": tomorrow.isoformat(),
            "now": f"{tomorrow}T08:00:00+08:00",
        }

    def test_goes_to_a_moment(self):
        to = (clock.now() + timedelta(days=40)).replace(microsecond=0)

        assert shanghai(clock_says(to=to.isoformat())["now"]) - to < timedelta(seconds=10)

    @pytest.mark.parametrize(
        ("jump", "fields"),
        [
            ({"advance_days": -1}, ["advance_days"]),
            ({"advance_days": 401}, ["advance_days"]),
            ({"advance_days": "1"}, ["advance_days"]),
            ({"advance_days": True}, ["advance_days"]),
            ({"to": "2020-01-01T00:00:00+08:00"}, ["to"]),
            ({"to": "2199-01-01T00:00:00+08:00"}, ["to"]),
            ({"to": "2027-01-01T00:00:00"}, ["to"]),
            ({"to": "tomorrow"}, ["to"]),
            ({}, ["advance_days", "to"]),
            ({"advance_days": 1, "to": "2027-01-01T00:00:00+08:00"}, ["advance_days", "to"]),
        ],
    )
    def test_what_is_no_jump_is_refused_and_moves_nothing(self, jump, fields):
        answer = NOBODY.post("/demo/clock", jump)

        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == fields
        assert clock.offset() == timedelta()

    def test_two_jumps_at_once_happen_one_after_the_other(self):
        start = clock.today()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_jump_a_day, range(2)))

        assert clock.today() == start + timedelta(days=2)

    def test_is_not_there_in_production(self):
        production = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        with override_settings(HELI=production, ALLOWED_HOSTS=["testserver"]):
            answers = [
                NOBODY.post("/demo/clock", {"advance_days": 1}),
                NOBODY.get("/demo/noop"),
                NOBODY.post("/demo/noop"),
            ]

        assert {answer.status_code for answer in answers} == {404}


class TestNoop:
    def test_does_nothing(self):
        assert NOBODY.get("/demo/noop").json() == NOBODY.post("/demo/noop").json() == {}


def _jump_a_day(_number: int) -> None:
    clock_says(advance_days=1)
    connection.close()
