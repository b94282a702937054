"""The clock of business time."""

import dataclasses
import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.models import ClockOffset

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=5)  # what a slow machine may take between two looks


class TestMoveTo:
    def test_business_time_runs_on_from_the_moment_it_was_moved_to(self, database):
        there = clock.real_now() + 31 * DAY

        clock.move_to(there)

        assert there <= clock.now() < there + MOMENT
        assert clock.real_now() < there

    def test_it_never_runs_backwards(self, database):
        there = clock.real_now() + 31 * DAY
        clock.move_to(there)

        clock.move_to(there - DAY)

        assert clock.now() >= there

    def test_of_two_who_move_it_at_once_the_later_moment_stays(self, database):
        there = clock.real_now() + 10 * DAY
        start = threading.Barrier(8)

        def move(days: int) -> None:
            start.wait()
            clock.move_to(there + days * DAY)
            connection.close()

        movers = [threading.Thread(target=move, args=(days,)) for days in range(8)]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.join()

        assert clock.now() >= there + 7 * DAY

    def test_the_database_refuses_a_clock_that_runs_behind(self, database):
        with pytest.raises(IntegrityError):
            ClockOffset.objects.create(id=1, offset=-DAY)

    def test_in_production_it_stands_with_the_real_one(self, database, monkeypatch):
        clock.move_to(clock.real_now() + 31 * DAY)
        production = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", production)

        with pytest.raises(RuntimeError):
            clock.move_to(clock.real_now() + 60 * DAY)

        assert clock.now() < clock.real_now() + MOMENT


class TestDayOf:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), date(2026, 11, 30)),
            (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), date(2026, 12, 1)),
            (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        ],
    )
    def test_the_day_begins_at_midnight_in_shanghai(self, moment, day):
        assert clock.day_of(moment) == day

    def test_there_and_back_is_the_same_day(self):
        assert clock.day_of(clock.moment_of(date(2026, 12, 1), time(23, 59))) == date(2026, 12, 1)
