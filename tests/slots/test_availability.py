"""What can be booked at an office, as pages and integrators read it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heli.ground.refusals import InvalidInput, NotFound
from heli.law.services import Service
from heli.slots.queries import Availability, availability
from heli.slots.services import generate_slots
from tests.slots.factories import (
    DAY,
    NOW,
    SECOND,
    TUESDAY,
    a_slot,
    a_stored_office,
    at_shanghai,
)

pytestmark = pytest.mark.usefixtures("database")

APPLICATION = Service.DIVORCE_APPLICATION


def free(office, *, at=NOW, first_on=TUESDAY, last_on=TUESDAY + 30 * DAY, service=APPLICATION):
    return availability(office.id, service, first_on, last_on, at)


def ids(found: Availability) -> list[int]:
    return [slot.id for day in found.days for slot in day.slots]


class TestWhatCanBeBooked:
    def test_slots_are_grouped_by_their_day_in_shanghai_in_order(self):
        office = a_stored_office()
        late = a_slot(office, starts_at=at_shanghai(date(2026, 12, 1), 23))
        early = a_slot(office, starts_at=at_shanghai(date(2026, 12, 2), 1))  # both 1 December UTC
        first = a_slot(office, starts_at=at_shanghai(date(2026, 12, 1), 9))

        found = free(office)

        assert [day.date for day in found.days] == [date(2026, 12, 1), date(2026, 12, 2)]
        assert ids(found) == [first.id, late.id, early.id]

    def test_left_is_what_a_booking_could_get_and_a_full_slot_stays_visible(self):
        office = a_stored_office()
        a_slot(office, starts_at=NOW + 7 * DAY, places=3, taken=1)
        a_slot(office, starts_at=NOW + 8 * DAY, places=3, taken=3)

        (some, full) = free(office).days

        assert [(slot.places, slot.left) for slot in some.slots] == [(3, 2)]
        assert [(slot.places, slot.left) for slot in full.slots] == [(3, 0)]

    def test_a_slot_is_there_from_its_release_and_gone_when_its_lead_time_ends(self):
        office = a_stored_office()
        opens_at, closes_at = NOW, NOW + 5 * DAY
        slot = a_slot(office, opens_at=opens_at, closes_at=closes_at)

        assert ids(free(office, at=opens_at - SECOND)) == []
        assert ids(free(office, at=opens_at)) == [slot.id]
        assert ids(free(office, at=closes_at - SECOND)) == [slot.id]
        assert ids(free(office, at=closes_at)) == []

    def test_what_is_withdrawn_or_of_another_office_or_service_is_not_there(self):
        office, other = a_stored_office(), a_stored_office()
        a_slot(office, withdrawn_at=NOW)
        a_slot(office, service=Service.MARRIAGE)
        a_slot(other)

        assert ids(free(office)) == []

    def test_both_ends_of_the_days_asked_for_are_included(self):
        office = a_stored_office()
        first, last = TUESDAY + 7 * DAY, TUESDAY + 9 * DAY
        for day in range(6, 11):
            a_slot(office, starts_at=at_shanghai(TUESDAY + day * DAY, 9))

        found = free(office, first_on=first, last_on=last)

        assert [day.date for day in found.days] == [first, first + DAY, last]

    def test_days_that_have_passed_have_nothing_and_do_no_harm(self):
        office = a_stored_office()
        slot = a_slot(office)

        assert free(office, first_on=date.min, last_on=date(1, 1, 2)).days == ()
        assert free(office, first_on=date(9999, 12, 1), last_on=date.max).days == ()
        assert ids(free(office, first_on=TUESDAY - 60 * DAY)) == [slot.id]

    def test_a_service_the_office_does_not_offer_has_no_days(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)

        found = free(office, service=Service.COUNSELLING)

        assert found == Availability(days=(), next_release=None)

    def test_it_takes_two_queries_however_many_slots_there_are(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)

        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(ids(free(office))) > 100

        assert len(queries) == 2


class TestTheNextRelease:
    def test_it_is_today_before_the_time_of_release_and_tomorrow_after_it(self):
        office = a_stored_office()
        generate_slots(office.id, at_shanghai(TUESDAY))

        before = free(office, at=at_shanghai(TUESDAY, 8, 59)).next_release
        after = free(office, at=at_shanghai(TUESDAY, 9)).next_release

        assert before == at_shanghai(TUESDAY, 9)  # for Thursday 24 December
        assert after == at_shanghai(TUESDAY + DAY, 9)  # for Friday 25 December

    def test_before_a_weekend_it_is_the_release_of_the_next_day_with_slots(self):
        office = a_stored_office()
        wednesday = at_shanghai(TUESDAY + DAY, 10)
        generate_slots(office.id, wednesday)

        assert free(office, at=wednesday).next_release == at_shanghai(date(2026, 11, 28), 9)

    def test_it_does_not_depend_on_the_days_asked_for(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)

        found = free(office, first_on=TUESDAY, last_on=TUESDAY)

        assert found.next_release == at_shanghai(TUESDAY + DAY, 9)


class TestBadInput:
    def test_an_unknown_office_is_not_found(self):
        with pytest.raises(NotFound):
            availability("nowhere", APPLICATION, TUESDAY, TUESDAY, NOW)

    @pytest.mark.parametrize(
        ("first_on", "last_on"),
        [(TUESDAY, TUESDAY - DAY), (TUESDAY, TUESDAY + timedelta(days=92)), (date.min, date.max)],
    )
    def test_days_the_wrong_way_round_or_more_than_92_are_refused_by_name(self, first_on, last_on):
        with pytest.raises(InvalidInput) as refused:
            free(a_stored_office(), first_on=first_on, last_on=last_on)

        assert [error.field for error in refused.value.errors] == ["to"]

    def test_92_days_at_once_are_fine(self):
        free(a_stored_office(), last_on=TUESDAY + timedelta(days=91))
