"""Working days, by the notices of 2025 and 2026 and by what is known of 2027."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.law.calendar import STATE_COUNCIL

MAKE_UP_WORKDAYS_2026 = (
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


class TestIsWorkingDay:
    @pytest.mark.parametrize("day", MAKE_UP_WORKDAYS_2026)
    def test_the_six_weekend_days_of_2026_that_the_notice_names_are_worked(self, day):
        assert day.weekday() >= 5
        assert STATE_COUNCIL.is_working_day(day)
        assert STATE_COUNCIL.off_day_name(day) is None

    def test_a_make_up_workday_says_for_which_holiday_it_is_worked(self):
        assert STATE_COUNCIL.make_up_holiday(date(2026, 10, 10)) == "国庆节"
        assert STATE_COUNCIL.make_up_holiday(date(2026, 10, 9)) is None

    def test_the_spring_festival_of_2026_lasts_from_15_to_23_february(self):
        off = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]

        assert not any(STATE_COUNCIL.is_working_day(day) for day in off)
        assert {STATE_COUNCIL.off_day_name(day) for day in off} == {"春节"}
        assert STATE_COUNCIL.is_working_day(date(2026, 2, 14))
        assert STATE_COUNCIL.is_working_day(date(2026, 2, 24))

    def test_an_ordinary_weekend_is_off_and_has_no_name(self):
        assert not STATE_COUNCIL.is_working_day(date(2026, 12, 5))
        assert STATE_COUNCIL.off_day_name(date(2026, 12, 5)) is None

    def test_every_day_off_of_a_final_year_is_off_and_every_make_up_workday_is_worked(self):
        for year in STATE_COUNCIL.years.values():
            assert not any(STATE_COUNCIL.is_working_day(day) for day in year.off)
            assert all(STATE_COUNCIL.is_working_day(day) for day in year.make_up_workdays)
            assert not set(year.off) & set(year.make_up_workdays)

    def test_the_statutory_days_of_a_final_year_are_all_in_its_notice(self):
        for year in STATE_COUNCIL.years.values():
            if year.is_final:
                assert set(year.statutory) <= set(year.off)


class TestProvisionalYears:
    def test_2027_has_no_notice_yet_so_only_weekends_and_the_statutory_days_are_off(self):
        assert STATE_COUNCIL.is_provisional(date(2027, 2, 5))
        assert STATE_COUNCIL.off_day_name(date(2027, 2, 5)) == "除夕"
        assert not STATE_COUNCIL.is_working_day(date(2027, 2, 8))
        assert STATE_COUNCIL.is_working_day(date(2027, 2, 9))
        assert not STATE_COUNCIL.is_working_day(date(2027, 2, 13))

    def test_a_year_without_facts_has_weekends_only(self):
        assert STATE_COUNCIL.is_provisional(date(2031, 10, 1))
        assert STATE_COUNCIL.is_working_day(date(2031, 10, 1))
        assert not STATE_COUNCIL.is_working_day(date(2031, 10, 4))

    def test_the_years_with_a_notice_are_not_provisional_and_name_it(self):
        for number in (2025, 2026):
            year = STATE_COUNCIL.years[number]
            assert not STATE_COUNCIL.is_provisional(date(number, 7, 1))
            assert year.notice == f"国务院办公厅关于{number}年部分节假日安排的通知"
            assert year.source.startswith("https://www.gov.cn/")


class TestNeighbours:
    @given(day=days)
    def test_the_next_working_day_of_the_previous_one_skips_only_days_off(self, day):
        before, after = STATE_COUNCIL.previous_working_day(day), STATE_COUNCIL.next_working_day(day)
        between = (before + timedelta(days=n) for n in range(1, (after - before).days))

        assert before < day < after
        assert [d for d in between if STATE_COUNCIL.is_working_day(d)] == (
            [day] if STATE_COUNCIL.is_working_day(day) else []
        )

    @given(day=days)
    def test_a_working_day_is_its_own_first_working_day(self, day):
        found = STATE_COUNCIL.working_day_from(day)

        assert STATE_COUNCIL.is_working_day(found)
        assert (found == day) is STATE_COUNCIL.is_working_day(day)

    @given(day=days, count=st.integers(1, 10))
    def test_counting_working_days_back_passes_exactly_that_many(self, day, count):
        found = STATE_COUNCIL.working_days_before(day, count)
        passed = (found + timedelta(days=n) for n in range((day - found).days))

        assert sum(STATE_COUNCIL.is_working_day(d) for d in passed) == count
