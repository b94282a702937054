"""How many couples may apply on which day, so that every one of them finds a place."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.cases import planning, queries
from heli.cases.plan import Applications, Limit, plan_days
from heli.ground import clock, due, events
from heli.law.periods import timeline
from heli.law.services import Service
from heli.places.models import Office
from tests.bookings.factories import a_slot
from tests.cases.factories import (
    RECEIPT_ON,
    RECEIVED_AT,
    SAFE_FROM,
    SAFE_UNTIL,
    a_case,
    an_open_office,
    certificate_slots,
)

DAY = timedelta(days=1)
WINDOW = (SAFE_FROM, SAFE_UNTIL)


def applications(day: date, couples: int) -> Applications:
    safe = timeline(day).safe
    return Applications(day, couples, safe.issue_from, safe.issue_until)


def can_all_be_placed(demands: list[Applications], free: dict[date, int]) -> bool:
    """Whether everybody finds a place: whoever's window ends first takes the earliest that is left.

    Another way to the same answer than Hall's condition: for windows that end in order it is exact.
    """
    left = dict(free)
    for demand in sorted(demands, key=lambda row: row.window_last):
        for _ in range(demand.couples):
            inside = (
                d
                for d in sorted(left)
                if demand.window_first <= d <= demand.window_last and left[d]
            )
            day = next(inside, None)
            if day is None:
                return False
            left[day] -= 1
    return True


class TestPlanDays:
    def test_a_day_is_limited_by_the_places_of_its_window(self):
        (day,) = plan_days([applications(RECEIPT_ON, 5)], {SAFE_FROM: 3}, walk_in_percent=0)

        assert (day.can_take, day.too_many) == (3, 2)
        assert day.limit == Limit(SAFE_FROM, SAFE_UNTIL, places=3, couples=0)

    def test_a_day_with_room_is_not_limited(self):
        (day,) = plan_days([applications(RECEIPT_ON, 5)], {SAFE_FROM: 5}, walk_in_percent=0)

        assert (day.can_take, day.limit) == (5, None)

    def test_earlier_days_and_couples_who_wait_come_first(self):
        days = [applications(RECEIPT_ON + n * DAY, 4) for n in range(2)]
        waiting = [applications(RECEIPT_ON - DAY, 2)]

        first, second = plan_days(days, {date(2026, 8, 20): 7}, waiting=waiting, walk_in_percent=0)

        assert (first.can_take, second.can_take) == (4, 1)
        assert second.limit is not None
        assert second.limit.couples == 6

    def test_a_share_is_kept_for_couples_without_a_booking(self):
        (day,) = plan_days([applications(RECEIPT_ON, 20)], {SAFE_FROM: 20}, walk_in_percent=10)

        assert day.can_take == 18

    @given(
        wanted=st.lists(st.integers(0, 4), min_size=1, max_size=12),
        free=st.lists(st.integers(0, 3), min_size=10, max_size=50),
        skip=st.integers(28, 40),
    )
    def test_what_it_lets_in_can_be_placed_and_not_one_couple_more(self, wanted, free, skip):
        days = [applications(RECEIPT_ON + n * DAY, couples) for n, couples in enumerate(wanted)]
        places = {RECEIPT_ON + (skip + n) * DAY: count for n, count in enumerate(free)}

        planned = plan_days(days, places, walk_in_percent=0)

        let_in = [applications(day.applications.day, day.can_take) for day in planned]
        assert can_all_be_placed(let_in, places)
        for number, day in enumerate(planned):
            if day.too_many:
                one_more = applications(day.applications.day, day.can_take + 1)
                assert not can_all_be_placed([*let_in[:number], one_more], places)


@pytest.mark.usefixtures("database")
class TestPlanOfAnOffice:
    def _application_slot(self, office: Office, day: date, *, places: int) -> None:
        a_slot(
            office=office,
            service=Service.DIVORCE_APPLICATION,
            starts_at=clock.moment_of(day, time(10)),
            places=places,
        )

    def test_it_counts_free_certificate_places_only(self):
        office = an_open_office()
        certificate_slots(office, date(2026, 8, 20), places=3)
        a_case(office=office)  # holds one of them
        self._application_slot(office, RECEIPT_ON + DAY, places=4)

        planning.plan_office(office.id, at=RECEIVED_AT)

        plan = queries.plan_of(office.id)
        assert plan is not None
        (day,) = plan.days
        assert (day.day, day.places, day.can_take) == (RECEIPT_ON + DAY, 4, 1)
        assert day.limit is not None
        assert (day.limit.places, day.limit.couples) == (1, 0)

    def test_couples_without_a_place_are_counted(self):
        office = an_open_office()
        a_case(office=office)  # no slot in its window yet
        certificate_slots(office, date(2026, 8, 20), places=10)
        self._application_slot(office, RECEIPT_ON + DAY, places=20)

        (day,) = planning.plan_office(office.id, at=RECEIVED_AT)

        assert day.can_take == 8
        assert day.limit is not None
        assert day.limit.couples == 1

    def test_it_is_made_every_day_and_again_when_slots_change(self):
        office = an_open_office()
        assert planning.next_plan() == clock.moment_of(clock.today())

        due.run_due(clock.now())

        plan = queries.plan_of(office.id)
        assert plan is not None
        assert plan.planned_on == clock.today()
        tomorrow = clock.moment_of(clock.today() + DAY)
        assert planning.next_plan() == tomorrow

    def test_an_office_without_bookings_has_none(self):
        assert queries.plan_of("nowhere") is None
        assert events.deliver() == 0
