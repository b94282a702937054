"""Which certificate place a couple gets."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from heli.cases.rules import LAST_DAYS, DayLoad, SlotLoad, choose_place

FIRST = date(2026, 8, 11)
LAST = date(2026, 9, 7)


def a_day(number: int, *slots: tuple[int, int]) -> DayLoad:
    """The window's day of this number; each slot as (taken, places)."""
    loads = (
        SlotLoad(100 * number + i, places=places, taken=taken)
        for i, (taken, places) in enumerate(slots)
    )
    return DayLoad(FIRST + timedelta(days=number), tuple(loads))


class TestChoosePlace:
    def test_the_least_loaded_day_and_its_earliest_free_slot(self):
        days = [a_day(0, (1, 2), (1, 2)), a_day(1, (2, 2), (0, 2), (0, 2)), a_day(2, (1, 2))]

        choice = choose_place(days, LAST)

        assert choice is not None
        assert (choice.slot_id, choice.is_added) == (101, False)

    def test_a_day_with_more_places_bears_more(self):
        choice = choose_place([a_day(0, (1, 2)), a_day(1, (3, 10))], LAST)

        assert choice is not None
        assert choice.slot_id == 100

    def test_the_last_seven_days_are_for_those_who_find_no_other(self):
        late = (LAST - FIRST).days - 6
        free_late, busy = a_day(late, (0, 9)), a_day(0, (8, 9))

        assert choose_place([busy, free_late], LAST).day == FIRST
        assert choose_place([a_day(0, (9, 9)), free_late], LAST).day == LAST - LAST_DAYS + DAY

    def test_what_is_added_spreads_over_the_days_and_slots(self):
        taken = {0: [1, 1], 1: [1, 1], 2: [1, 1]}
        for _ in range(6):
            days = [a_day(n, *((t, t) for t in slots)) for n, slots in taken.items()]
            choice = choose_place(days, LAST)
            assert choice is not None
            assert choice.is_added
            number, slot = divmod(choice.slot_id, 100)
            taken[number][slot] += 1

        assert taken == {0: [2, 2], 1: [2, 2], 2: [2, 2]}

    def test_without_slots_there_is_none(self):
        assert choose_place([], LAST) is None

    @given(
        st.dictionaries(
            st.integers(0, 27),
            st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4),
            min_size=1,
        )
    )
    def test_a_place_is_added_only_where_none_is_free(self, window):
        days = [
            a_day(n, *((min(taken, places), places) for taken, places in slots))
            for n, slots in window.items()
        ]

        choice = choose_place(days, LAST)

        assert choice is not None
        free = any(slot.taken < slot.places for day in days for slot in day.slots)
        assert choice.is_added is not free
        assert choice.day in {day.day for day in days}


DAY = timedelta(days=1)
