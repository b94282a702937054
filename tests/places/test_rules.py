"""When an office is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.law.calendar import STATE_COUNCIL
from heli.law.services import Service
from heli.places.rules import (
    BookingPolicy,
    ClosedDays,
    ExtraOpening,
    OfferedService,
    OfficeRules,
    Span,
    Timetable,
    WeekdayHours,
    open_spans,
)

MORNING, AFTERNOON = Span(time(9), time(12)), Span(time(13), time(17))
SATURDAY_MORNING = Span(time(9), time(11, 30))
FRIDAY_MORNING = Span(time(8), time(10))

WEDNESDAY = date(2026, 5, 20)
THURSDAY, FRIDAY, SATURDAY, SUNDAY = (WEDNESDAY + timedelta(days=n) for n in (1, 2, 3, 4))


@dataclass(frozen=True)
class NamedDays:
    """A calendar in which only these days are off by notice, and only these are made up for."""

    off: frozenset[date] = frozenset()
    made_up_for: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day in self.made_up_for or (day.weekday() < 5 and day not in self.off)

    def off_day_name(self, day: date) -> str | None:
        return "春节" if day in self.off else None


ORDINARY = NamedDays()


def a_timetable(starts_on: date = date(2026, 1, 1), friday: Span = MORNING) -> Timetable:
    """Monday to Thursday with a lunch break, Friday as given, Saturday morning."""
    week = [(day, span) for day in range(4) for span in (MORNING, AFTERNOON)]
    week += [(4, friday), (5, SATURDAY_MORNING)]
    hours = tuple(WeekdayHours(day, span.opens, span.closes) for day, span in week)
    return Timetable(starts_on, hours)


def an_office(**rules: object) -> OfficeRules:
    return replace(OfficeRules("demo-1", timetables=(a_timetable(),)), **rules)


class TestOpenSpans:
    @pytest.mark.parametrize(
        ("day", "spans"),
        [
            pytest.param(WEDNESDAY, (MORNING, AFTERNOON), id="a lunch break makes two spans"),
            pytest.param(FRIDAY, (MORNING,), id="a short Friday is short"),
            pytest.param(SATURDAY, (SATURDAY_MORNING,), id="a Saturday in the timetable is open"),
            pytest.param(SUNDAY, (), id="a weekday without hours is closed"),
            pytest.param(date(2025, 12, 31), (), id="before the first timetable it is closed"),
        ],
    )
    def test_an_ordinary_day_opens_as_the_timetable_says(self, day, spans):
        assert open_spans(an_office(), day, ORDINARY) == spans

    def test_a_day_off_by_notice_is_closed(self):
        calendar = NamedDays(off=frozenset({WEDNESDAY}))

        assert open_spans(an_office(), WEDNESDAY, calendar) == ()

    def test_a_saturday_inside_a_holiday_is_closed_though_saturdays_are_open(self):
        calendar = NamedDays(off=frozenset({SATURDAY}))

        assert open_spans(an_office(), SATURDAY, calendar) == ()

    @pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
    def test_a_made_up_weekend_day_opens_with_the_hours_that_most_workdays_have(self, day):
        calendar = NamedDays(made_up_for=frozenset({day}))

        assert open_spans(an_office(), day, calendar) == (MORNING, AFTERNOON)

    def test_an_office_closed_on_most_workdays_opens_a_made_up_day_like_those_it_works(self):
        one_day = Timetable(date(2026, 1, 1), (WeekdayHours(2, time(9), time(12)),))
        calendar = NamedDays(made_up_for=frozenset({SUNDAY}))

        spans = open_spans(an_office(timetables=(one_day,)), SUNDAY, calendar)

        assert spans == (MORNING,)

    def test_an_extra_day_replaces_the_hours_of_its_day(self):
        extra = ExtraOpening(WEDNESDAY, time(8), time(20), frozenset({Service.MARRIAGE}), "520")

        spans = open_spans(an_office(extra_days=(extra,)), WEDNESDAY, ORDINARY)

        assert spans == (Span(time(8), time(20), frozenset({Service.MARRIAGE})),)

    def test_an_extra_day_opens_a_sunday_and_a_holiday_and_names_no_services_for_all(self):
        extra = ExtraOpening(SUNDAY, time(9), time(12), frozenset(), "七夕")
        calendar = NamedDays(off=frozenset({SUNDAY}))

        spans = open_spans(an_office(extra_days=(extra,)), SUNDAY, calendar)

        assert spans == (Span(time(9), time(12), None),)

    @pytest.mark.parametrize("day", [THURSDAY, SATURDAY])
    def test_a_closure_wins_over_everything_on_its_first_and_its_last_day(self, day):
        office = an_office(
            closures=(ClosedDays(THURSDAY, SATURDAY, "搬迁"),),
            extra_days=(ExtraOpening(day, time(9), time(12), frozenset(), "520"),),
        )

        assert open_spans(office, day, ORDINARY) == ()
        assert open_spans(office, SUNDAY, NamedDays(made_up_for=frozenset({SUNDAY}))) != ()

    def test_of_two_timetables_the_one_that_started_last_holds_from_its_first_day(self):
        office = an_office(timetables=(a_timetable(FRIDAY, friday=FRIDAY_MORNING), a_timetable()))

        assert open_spans(office, FRIDAY, ORDINARY) == (FRIDAY_MORNING,)
        assert open_spans(office, FRIDAY - timedelta(days=7), ORDINARY) == (MORNING,)

    @pytest.mark.parametrize(
        ("day", "spans"),
        [
            pytest.param(date(2026, 10, 7), (), id="National Day, a Wednesday"),
            pytest.param(date(2026, 10, 10), (MORNING, AFTERNOON), id="a Saturday made up for"),
            pytest.param(date(2026, 10, 17), (SATURDAY_MORNING,), id="an ordinary Saturday"),
        ],
    )
    def test_the_calendar_of_the_state_council_decides(self, day, spans):
        assert open_spans(an_office(), day, STATE_COUNCIL) == spans

    @given(
        day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        closed=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3),
        extra=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3, unique=True),
    )
    def test_spans_are_in_order_apart_and_never_on_a_closed_day(self, day, closed, extra):
        office = an_office(
            closures=tuple(ClosedDays(on, on + timedelta(days=9), "检修") for on in closed),
            extra_days=tuple(
                ExtraOpening(on, time(hour), time(hour + 2), frozenset(), "加班")
                for on in extra
                for hour in (18, 8)
            ),
        )

        spans = open_spans(office, day, STATE_COUNCIL)

        assert all(earlier.closes <= later.opens for earlier, later in pairwise(spans))
        if any(on <= day <= on + timedelta(days=9) for on in closed):
            assert spans == ()
        elif day in extra:
            assert [span.opens.hour for span in spans] == [8, 18]


class TestEffectiveDates:
    def test_a_service_rule_holds_from_its_day_until_the_next_one_starts(self):
        early, late, end = (
            OfferedService(Service.MARRIAGE, WEDNESDAY + timedelta(days=days), 30, places)
            for days, places in ((0, 2), (10, 4), (20, 0))
        )
        office = an_office(service_rules=(late, end, early))

        def on(days: int) -> OfferedService | None:
            return office.service_rule_on(Service.MARRIAGE, WEDNESDAY + timedelta(days=days))

        assert [on(-1), on(0), on(9), on(10), on(20)] == [None, early, early, late, None]
        assert office.services_on(WEDNESDAY) == {Service.MARRIAGE}
        assert office.services_on(WEDNESDAY + timedelta(days=20)) == frozenset()

    def test_there_is_no_policy_before_the_first_one_starts(self):
        policy = BookingPolicy(WEDNESDAY, 1, 30, time(9), 24, 2)
        office = an_office(policies=(policy,))

        assert office.policy_on(WEDNESDAY - timedelta(days=1)) is None
        assert office.policy_on(WEDNESDAY) == policy
