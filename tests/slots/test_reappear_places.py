"""Places given back reappear when they are due, each exactly once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.ground import clock, due
from heli.slots.falling_due import next_reappearance
from heli.slots.models import ReturnedPlace, Slot
from heli.slots.services import reappear_places
from tests.slots.factories import DAY, NOW, SECOND, a_returned_place, a_slot, a_stored_office

pytestmark = pytest.mark.usefixtures("database")


def taken_of(slot: Slot) -> int:
    return Slot.objects.get(id=slot.id).taken


class TestReappearPlaces:
    def test_a_place_stays_taken_until_its_moment_and_is_free_from_then_on(self):
        slot = a_slot(a_stored_office(), taken=2)
        a_returned_place(slot, NOW)

        assert reappear_places(NOW - SECOND) == 0
        assert taken_of(slot) == 2
        assert reappear_places(NOW) == 1
        assert taken_of(slot) == 1

    def test_several_of_one_slot_reappear_together_and_later_ones_wait(self):
        office = a_stored_office()
        slot, other = a_slot(office, taken=3), a_slot(office, starts_at=NOW + 8 * DAY, taken=1)
        for moment in (NOW - DAY, NOW, NOW + DAY):
            a_returned_place(slot, moment)
        a_returned_place(other, NOW)

        assert reappear_places(NOW) == 3
        assert (taken_of(slot), taken_of(other)) == (1, 0)
        assert next_reappearance() == NOW + DAY

    def test_doing_it_again_frees_nothing_twice(self):
        slot = a_slot(a_stored_office(), taken=2)
        a_returned_place(slot)
        reappear_places(NOW)

        assert reappear_places(NOW) == 0
        assert taken_of(slot) == 1

    def test_jobs_at_once_count_nothing_twice(self):
        office = a_stored_office()
        slots = [a_slot(office, starts_at=NOW + n * DAY, taken=3) for n in range(2, 22)]
        for slot in slots:
            a_returned_place(slot)
            a_returned_place(slot)

        def reappear(_n: int) -> int:
            try:
                return sum(reappear_places(NOW) for _ in range(5))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(reappear, range(8)))

        assert sum(done) == 40
        assert {taken_of(slot) for slot in slots} == {1}
        assert not ReturnedPlace.objects.exists()

    def test_a_slot_somebody_is_booking_at_this_moment_waits_for_the_next_round(self):
        office = a_stored_office()
        busy = a_slot(office, taken=1)
        quiet = a_slot(office, starts_at=NOW + 8 * DAY, taken=1)
        a_returned_place(busy)
        a_returned_place(quiet)

        def reappear() -> int:
            try:
                return reappear_places(NOW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Slot.objects.select_for_update().get(id=busy.id)
            assert pool.submit(reappear).result(timeout=10) == 1

        assert (taken_of(busy), taken_of(quiet)) == (1, 0)
        assert reappear_places(NOW) == 1
        assert taken_of(busy) == 0

    def test_the_register_of_due_work_lets_them_reappear(self):
        slot = a_slot(a_stored_office(is_bookable=False), taken=1)
        a_returned_place(slot, clock.now() - DAY)

        due.run_due(clock.now())

        assert taken_of(slot) == 0
        assert next_reappearance() is None

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3)), max_size=12),
        at=st.integers(-3, 3),
    )
    def test_whatever_is_on_its_way_taken_is_what_is_held_or_still_on_its_way(self, rows, at):
        office = a_stored_office()
        slots = [
            a_slot(office, starts_at=NOW + (n + 5) * DAY, places=20, taken=2 + count)
            for n in range(4)
            for count in [sum(slot == n for slot, _day in rows)]
        ]
        for slot, day in rows:
            a_returned_place(slots[slot], NOW + day * DAY)

        reappear_places(NOW + at * DAY)

        for n, slot in enumerate(slots):
            waiting = sum(which == n and day > at for which, day in rows)
            assert taken_of(slot) == 2 + waiting
            assert ReturnedPlace.objects.filter(slot=slot).count() == waiting
