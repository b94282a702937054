"""Deadlines, lapses and the moments at which places reappear."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from heli.bookings import rules
from heli.bookings.states import State
from tests.bookings.factories import DAY, HOUR, NOW, SECOND

HALF_HOUR = timedelta(minutes=30)


class TestConsentDeadline:
    @pytest.mark.parametrize(
        ("opened_before", "closes_after", "expected_after"),
        [
            (30 * DAY, 7 * DAY, DAY),  # 24 hours
            (30 * DAY, 5 * HOUR, 5 * HOUR),  # the office's cut-off comes first
            (HOUR - SECOND, 7 * DAY, HALF_HOUR),  # released within the last hour
            (HOUR, 7 * DAY, DAY),  # an hour ago is not within the last hour
            (timedelta(), timedelta(minutes=10), timedelta(minutes=10)),
        ],
    )
    def test_is_the_earliest_of_its_bounds(
        self, opened_before: timedelta, closes_after: timedelta, expected_after: timedelta
    ):
        deadline = rules.consent_deadline(
            NOW, opens_at=NOW - opened_before, consent_closes_at=NOW + closes_after
        )

        assert deadline == NOW + expected_after

    @pytest.mark.usefixtures("database")
    def test_the_database_and_the_rule_agree(self):
        chance = Random(7)
        for _ in range(200):
            opens_at = NOW - timedelta(seconds=chance.randrange(3 * 3600))
            closes_at = NOW + timedelta(seconds=chance.randrange(3 * 86400))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT bookings_consent_deadline(%s, %s, %s)", [NOW, opens_at, closes_at]
                )
                (stored,) = cursor.fetchone()

            assert stored == rules.consent_deadline(
                NOW, opens_at=opens_at, consent_closes_at=closes_at
            )


class TestLapses:
    @pytest.mark.parametrize(
        ("target", "minutes_held", "counts"),
        [
            (State.EXPIRED, 1440, True),
            (State.DECLINED, 1, True),
            (State.CANCELLED, 10, False),  # a mistake
            (State.CANCELLED, 11, True),
            (State.RESCHEDULED, 600, False),
        ],
    )
    def test_what_counts_against_the_applicant(
        self, target: State, minutes_held: int, counts: bool
    ):
        at = NOW + timedelta(minutes=minutes_held)

        assert rules.counts_as_lapse(target, held_since=NOW, at=at) is counts

    def test_the_second_lapse_suspends_for_fifteen_days(self):
        assert rules.suspended_until(0, at=NOW) is None
        assert rules.suspended_until(1, at=NOW) == NOW + timedelta(days=15)


class TestReappearance:
    @given(st.integers(), st.integers(min_value=0, max_value=40 * 24))
    def test_takes_ten_to_sixty_minutes_or_less_within_a_day_of_the_slot(
        self, seed: int, hours_left: int
    ):
        starts_at = NOW + timedelta(hours=hours_left)

        moment: datetime = rules.reappears_at(NOW, starts_at=starts_at, chance=Random(seed))

        bounds = (1, 10) if hours_left < 24 else (10, 60)
        assert timedelta(minutes=bounds[0]) <= moment - NOW <= timedelta(minutes=bounds[1])
