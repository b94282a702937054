"""Which slots a day has, when they open and when they close."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heli.ground.clock import SHANGHAI, day_of
from heli.law.calendar import STATE_COUNCIL
from heli.law.services import Service
from heli.places.rules import ClosedDays, ExtraOpening, OfficeRules
from heli.slots.rules import CERTIFICATE_EXTRA, planned_slots, slots_of_day
from tests.slots.factories import DAY, TUESDAY, a_policy, at_shanghai, offered, some_rules


def times(rules: OfficeRules, day: date) -> list[str]:
    return [
        slot.starts_at.astimezone(SHANGHAI).strftime("%H:%M")
        for slot in slots_of_day(rules, day, STATE_COUNCIL)
    ]


def one_slot(rules: OfficeRules, day: date):
    return slots_of_day(rules, day, STATE_COUNCIL)[0]


class TestTheSlotsOfADay:
    def test_slots_fill_the_morning_and_the_afternoon_and_lunch_stays_free(self):
        assert times(some_rules(), TUESDAY) == [
            "09:00",
            "10:00",
            "11:00",
            "14:00",
            "15:00",
            "16:00",
        ]

    def test_the_last_slot_ends_by_closing_and_none_reaches_into_lunch(self):
        rules = some_rules(services=[offered(minutes=50)])

        assert times(rules, TUESDAY) == ["09:00", "09:50", "10:40", "14:00", "14:50", "15:40"]

    def test_a_span_shorter_than_the_service_has_no_slot(self):
        rules = some_rules(spans=[(time(9), time(9, 30))])

        assert times(rules, TUESDAY) == []

    def test_each_service_has_its_own_step_and_places(self):
        rules = some_rules(
            services=[
                offered(Service.DIVORCE_APPLICATION, minutes=60, places=3),
                offered(Service.COUNSELLING, minutes=90, places=1),
            ]
        )

        slots = slots_of_day(rules, TUESDAY, STATE_COUNCIL)

        assert [slot.places for slot in slots if slot.service is Service.COUNSELLING] == [1] * 4
        assert [slot.places for slot in slots if slot.service is not Service.COUNSELLING] == [3] * 6

    def test_a_service_with_no_places_left_in_its_rule_has_no_slots(self):
        rules = some_rules(services=[offered(), offered(places=0, starts_on=TUESDAY)])

        assert times(rules, TUESDAY - DAY) != []
        assert times(rules, TUESDAY) == []

    def test_moments_are_utc_and_nine_in_shanghai_is_one_in_utc(self):
        slot = one_slot(some_rules(), TUESDAY)

        assert slot.starts_at.isoformat() == "2026-11-24T01:00:00+00:00"
        assert slot.ends_at.isoformat() == "2026-11-24T02:00:00+00:00"


class TestTheCalendar:
    @pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)])
    def test_a_make_up_workday_of_2026_has_slots_like_a_workday(self, day):
        assert day.weekday() >= 5
        assert times(some_rules(), day) == times(some_rules(), TUESDAY)

    @pytest.mark.parametrize("day", [date(2026, 2, 16), date(2026, 10, 1), date(2026, 12, 5)])
    def test_a_holiday_and_an_ordinary_saturday_have_none(self, day):
        assert times(some_rules(), day) == []

    def test_an_office_may_open_on_a_saturday_of_its_own_for_some_services(self):
        a_520 = date(2028, 5, 20)  # a Saturday
        rules = some_rules(
            services=[offered(Service.MARRIAGE), offered(Service.DIVORCE_APPLICATION)],
            extra_days=[
                ExtraOpening(a_520, time(9), time(11), frozenset({Service.MARRIAGE}), "520")
            ],
        )

        slots = slots_of_day(rules, a_520, STATE_COUNCIL)

        assert a_520.weekday() == 5
        assert [(slot.service, slot.starts_at) for slot in slots] == [
            (Service.MARRIAGE, at_shanghai(a_520, 9)),
            (Service.MARRIAGE, at_shanghai(a_520, 10)),
        ]

    def test_a_closed_day_has_no_slots(self):
        rules = some_rules(closures=[ClosedDays(TUESDAY, TUESDAY, "停电")])

        assert times(rules, TUESDAY) == []
        assert times(rules, TUESDAY + DAY) != []

    def test_two_extra_openings_that_overlap_make_no_slot_twice(self):
        day = date(2026, 12, 5)
        rules = some_rules(
            extra_days=[
                ExtraOpening(day, time(9), time(11), frozenset(), "延时"),
                ExtraOpening(day, time(10), time(12), frozenset(), "延时"),
            ]
        )

        assert times(rules, day) == ["09:00", "10:00", "11:00"]


class TestOpeningAndClosing:
    def test_a_slot_opens_at_the_time_of_release_thirty_days_before_its_day(self):
        slot = one_slot(some_rules(), date(2026, 12, 24))

        assert slot.opens_at == at_shanghai(date(2026, 11, 24), 9)

    def test_with_a_lead_of_one_it_closes_when_the_working_day_before_ends(self):
        monday = date(2026, 11, 30)

        slot = one_slot(some_rules(), monday)

        assert slot.closes_at == at_shanghai(date(2026, 11, 28))  # Friday 24:00

    def test_the_lead_counts_over_a_long_holiday_and_its_make_up_workday(self):
        after_spring_festival = date(2026, 2, 24)

        slot = one_slot(some_rules(), after_spring_festival)

        assert slot.closes_at == at_shanghai(date(2026, 2, 15))  # Saturday 14 February is worked

    def test_a_longer_lead_counts_working_days_not_the_days_the_office_is_open(self):
        rules = some_rules(weekdays=[0], policies=[a_policy(lead_working_days=2)])

        slot = one_slot(rules, date(2026, 11, 30))

        assert slot.closes_at == at_shanghai(date(2026, 11, 27))  # Thursday 24:00

    def test_without_a_lead_it_closes_when_it_begins(self):
        rules = some_rules(policies=[a_policy(lead_working_days=0)])

        slot = one_slot(rules, TUESDAY)

        assert slot.closes_at == slot.starts_at

    def test_consent_and_change_close_so_many_hours_before_it_begins(self):
        slot = one_slot(some_rules(), TUESDAY)

        assert slot.starts_at - slot.consent_closes_at == timedelta(hours=2)
        assert slot.starts_at - slot.change_closes_at == timedelta(hours=24)

    def test_a_certificate_slot_is_open_75_days_beyond_the_horizon(self):
        day = TUESDAY + timedelta(days=30) + CERTIFICATE_EXTRA
        rules = some_rules(services=[offered(Service.DIVORCE_CERTIFICATE)])

        slot = one_slot(rules, day)

        assert CERTIFICATE_EXTRA.days == 75
        assert slot.opens_at == at_shanghai(TUESDAY)

    def test_a_new_policy_holds_for_slots_from_the_day_it_starts(self):
        december = date(2026, 12, 1)
        rules = some_rules(policies=[a_policy(), a_policy(starts_on=december, horizon_days=15)])

        assert one_slot(rules, december - DAY).opens_at == at_shanghai(date(2026, 10, 31), 9)
        assert one_slot(rules, december).opens_at == at_shanghai(date(2026, 11, 16), 9)

    def test_before_its_first_policy_an_office_has_no_slots(self):
        rules = some_rules(policies=[a_policy(starts_on=TUESDAY)])

        assert times(rules, TUESDAY - DAY) == []
        assert times(rules, TUESDAY) != []


class TestPlannedSlots:
    def test_every_slot_that_is_open_or_opens_soon_is_planned_and_none_that_has_begun(self):
        now = at_shanghai(TUESDAY, 10)

        planned = planned_slots(some_rules(), now, STATE_COUNCIL).values()

        assert min(slot.starts_at for slot in planned) == at_shanghai(TUESDAY, 11)
        open_days = [day_of(slot.starts_at) for slot in planned if slot.opens_at <= now]
        assert max(open_days) == TUESDAY + timedelta(days=30)

    def test_the_next_release_is_planned_also_before_the_longest_holiday(self):
        now = at_shanghai(date(2026, 1, 15), 10)  # 30 days on the Spring Festival begins

        planned = planned_slots(some_rules(), now, STATE_COUNCIL).values()

        releases = [slot.opens_at for slot in planned if slot.opens_at > now]
        assert min(releases) == at_shanghai(date(2026, 1, 25), 9)  # for 24 February

    def test_an_office_that_takes_no_bookings_here_has_none(self):
        rules = some_rules(is_bookable=False)

        assert planned_slots(rules, at_shanghai(TUESDAY), STATE_COUNCIL) == {}

    @given(
        start=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        days=st.integers(1, 20),
        horizons=st.tuples(st.integers(1, 60), st.integers(1, 60)),
        second_starts=st.integers(0, 90),
    )
    @settings(max_examples=30)
    def test_what_the_days_since_have_added_is_all_that_was_missing(
        self, start, days, horizons, second_starts
    ):
        rules = some_rules(
            services=[offered(minutes=180), offered(Service.DIVORCE_CERTIFICATE, minutes=180)],
            policies=[
                a_policy(horizon_days=horizons[0]),
                a_policy(starts_on=start + second_starts * DAY, horizon_days=horizons[1]),
            ],
        )
        now = at_shanghai(start + days * DAY)
        before = planned_slots(rules, at_shanghai(start), STATE_COUNCIL)

        added = planned_slots(rules, now, STATE_COUNCIL, since=start)

        all_now = planned_slots(rules, now, STATE_COUNCIL)
        still_to_come = {key: slot for key, slot in before.items() if slot.starts_at > now}
        assert still_to_come | added == all_now
        assert not still_to_come.keys() & added.keys()


spans = st.lists(
    st.tuples(st.integers(0, 23 * 60), st.integers(1, 600)), min_size=1, max_size=3
).map(
    lambda rows: [
        (time(m // 60, m % 60), time(end // 60, end % 60))
        for m, length in rows
        if (end := min(m + length, 24 * 60 - 1)) > m
    ]
)


class TestWhateverTheRules:
    @given(
        spans=spans,
        minutes=st.integers(5, 480),
        day=st.dates(date(2026, 1, 2), date(2027, 12, 31)),
        lead=st.integers(0, 10),
        horizon=st.integers(1, 180),
        release=st.times(),
    )
    def test_slots_lie_inside_the_hours_follow_each_other_and_close_before_they_begin(
        self, spans, minutes, day, lead, horizon, release
    ):
        policy = a_policy(lead_working_days=lead, horizon_days=horizon, release_at=release)
        rules = some_rules(
            weekdays=range(7), spans=spans, services=[offered(minutes=minutes)], policies=[policy]
        )

        slots = slots_of_day(rules, day, STATE_COUNCIL)

        assert len({slot.starts_at for slot in slots}) == len(slots)
        for slot in slots:
            local = slot.starts_at.astimezone(SHANGHAI), slot.ends_at.astimezone(SHANGHAI)
            assert local[0].date() == local[1].date() == day
            assert any(o <= local[0].time() and local[1].time() <= c for o, c in spans)
            assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
            assert slot.opens_at < slot.starts_at
            assert slot.closes_at <= slot.starts_at
