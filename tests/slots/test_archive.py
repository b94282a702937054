"""Days that are long over: their slots are summed up and go, once, whatever happens on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import connections, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.ground import clock, due, jumps
from heli.law.services import Service
from heli.places.models import Office
from heli.slots import archive
from heli.slots.archive import archive_days, next_archiving
from heli.slots.models import ArchivedDay, ArchiveProgress, Slot, SlotGeneration
from heli.slots.services import generate_slots
from tests.slots.factories import (
    DAY,
    NOW,
    SECOND,
    TUESDAY,
    a_cancelled_booking,
    a_slot,
    a_stored_office,
    at_shanghai,
)

pytestmark = pytest.mark.usefixtures("database")

LONG_OVER = TUESDAY - 61 * DAY  # over for sixty days when Tuesday begins


def an_office_with_slots(**columns) -> Office:
    """An office of which the generation has made slots before."""
    office = a_stored_office(**columns)
    SlotGeneration.objects.create(office=office, generated_on=TUESDAY, rules_digest=b"")
    return office


def a_past_slot(office: Office, on: date = LONG_OVER, hour: int = 9, **columns) -> Slot:
    return a_slot(office, starts_at=at_shanghai(on, hour), **columns)


def archived() -> list[tuple[str, str, date, int, int, int]]:
    rows = ArchivedDay.objects.order_by("office_id", "service", "on")
    return list(rows.values_list("office_id", "service", "on", "slots", "places", "taken"))


def ids() -> set[int]:
    return set(Slot.objects.values_list("id", flat=True))


def archive_all(at: datetime = NOW) -> None:
    """As many rounds as it takes."""
    while ArchiveProgress.objects.filter(on__gt=clock.day_of(at) - 61 * DAY).count() == 0:
        archive_days(at)


class TestArchiveDays:
    def test_a_day_is_summed_up_by_office_and_service_when_it_is_over_for_sixty_days(self):
        office, other = an_office_with_slots(), an_office_with_slots()
        a_past_slot(office, hour=9, places=3)
        a_past_slot(office, hour=10, places=4, taken=1)
        a_past_slot(office, hour=9, places=2, service=Service.MARRIAGE)
        a_past_slot(other, hour=23, places=5)
        too_early = a_past_slot(office, on=LONG_OVER + DAY)

        assert archive_days(at_shanghai(TUESDAY) - SECOND) == 0
        assert archive_days(at_shanghai(TUESDAY)) == 4

        assert ids() == {too_early.id}
        assert archived() == [
            (office.id, "divorce_application", LONG_OVER, 2, 7, 1),
            (office.id, "marriage", LONG_OVER, 1, 2, 0),
            (other.id, "divorce_application", LONG_OVER, 1, 5, 0),
        ]

    def test_a_slot_that_a_booking_refers_to_stays_and_is_not_counted(self):
        office = an_office_with_slots()
        used = a_past_slot(office, hour=9)
        a_cancelled_booking(used)
        a_past_slot(office, hour=10)

        archive_days(NOW)

        assert ids() == {used.id}
        assert [row[3] for row in archived()] == [1]

    def test_doing_it_again_changes_nothing(self):
        a_past_slot(an_office_with_slots())
        archive_days(NOW)
        before = archived()

        assert archive_days(NOW) == 0
        assert archived() == before

    def test_what_is_found_of_a_day_later_is_added_to_its_sum(self):
        office = an_office_with_slots()
        a_past_slot(office, hour=9)
        archive_days(NOW)
        a_past_slot(office, hour=10)
        ArchiveProgress.objects.update(on=LONG_OVER)

        archive_days(NOW)

        assert archived() == [(office.id, "divorce_application", LONG_OVER, 2, 6, 0)]

    def test_a_fault_in_the_middle_loses_nothing_and_doubles_nothing(self):
        office = an_office_with_slots()
        slot = a_past_slot(office)

        @transaction.atomic
        def archive_and_fail() -> None:
            archive_days(NOW)
            raise ConnectionAbortedError

        with pytest.raises(ConnectionAbortedError):
            archive_and_fail()
        assert (ids(), archived()) == ({slot.id}, [])

        archive_days(NOW)
        assert (ids(), [row[3] for row in archived()]) == (set(), [1])

    def test_processes_at_once_count_each_slot_once(self):
        offices = [an_office_with_slots() for _ in range(3)]
        for office in offices:
            for hour in range(9, 17):
                for back in range(4):
                    a_past_slot(office, on=LONG_OVER - back * DAY, hour=hour)

        def work(_n: int) -> int:
            try:
                return sum(archive_days(NOW) for _ in range(3))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            removed = list(pool.map(work, range(4)))

        assert sum(removed) == 96
        assert ids() == set()
        assert {row[3:] for row in archived()} == {(8, 24, 0)}

    def test_offices_and_days_are_taken_in_batches_and_none_is_left_out(self, monkeypatch):
        monkeypatch.setattr(archive, "OFFICES_PER_BATCH", 2)
        monkeypatch.setattr(archive, "BATCHES_PER_DEED", 1)
        for _ in range(5):
            office = an_office_with_slots()
            for back in range(3):
                a_past_slot(office, on=LONG_OVER - back * DAY)

        assert archive_days(NOW) == 2

        archive_all()
        assert ids() == set()
        assert len(archived()) == 15

    def test_the_generation_does_not_bring_back_what_is_gone(self):
        office = a_stored_office()
        generate_slots(office.id, at_shanghai(LONG_OVER - DAY))
        archive_all()
        gone = ArchivedDay.objects.aggregate(slots=Sum("slots"))["slots"]

        generate_slots(office.id, NOW)
        archive_all()

        assert gone > 0
        assert not Slot.objects.filter(starts_at__lt=at_shanghai(LONG_OVER + DAY)).exists()
        assert ArchivedDay.objects.aggregate(slots=Sum("slots"))["slots"] == gone

    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(55, 70), st.booleans()),
            max_size=12,
            unique_by=lambda row: row[:2],
        )
    )
    def test_whatever_there_was_the_places_are_there_or_in_a_sum(self, rows):
        offices = [an_office_with_slots() for _ in range(3)]
        for office, back, is_referred_to in rows:
            slot = a_past_slot(offices[office], on=TUESDAY - back * DAY, places=back)
            if is_referred_to:
                a_cancelled_booking(slot)

        archive_all()

        mine = {"office__in": offices}
        left = Slot.objects.filter(**mine).aggregate(sum=Sum("places"))["sum"] or 0
        summed = ArchivedDay.objects.filter(**mine).aggregate(sum=Sum("places"))["sum"] or 0
        assert left + summed == sum(back for _office, back, _is_referred_to in rows)
        stays = [back for _office, back, is_referred_to in rows if back <= 60 or is_referred_to]
        assert left == sum(stays)
        ArchiveProgress.objects.all().delete()


class TestWhenItFallsDue:
    def test_it_is_at_three_in_the_night_once_a_day_is_over_for_sixty(self):
        a_past_slot(an_office_with_slots(), on=clock.today() - 60 * DAY)
        archive_all(clock.now())

        assert next_archiving() == at_shanghai(clock.today() + DAY, 3)

    def test_after_a_standstill_it_is_today_until_all_is_done(self, monkeypatch):
        monkeypatch.setattr(archive, "BATCHES_PER_DEED", 1)
        office, today = an_office_with_slots(), clock.today()
        for back in (61, 62, 63):
            a_past_slot(office, on=today - back * DAY)

        rounds = 0
        while (moment := next_archiving()) == at_shanghai(today, 3):
            archive_days(moment)
            rounds += 1

        assert rounds == 3
        assert moment == at_shanghai(today + DAY, 3)
        assert ids() == set()

    def test_a_jump_of_the_clock_archives_on_its_way(self):
        office, today = an_office_with_slots(is_bookable=False), clock.today()
        due.run_due(clock.now())
        for ahead in (1, 2, 30):
            a_past_slot(office, on=today + ahead * DAY)
        last = a_past_slot(office, on=today + 31 * DAY)

        jumps.jump_days(91)

        assert ids() == {last.id}
        assert [row[2] for row in archived()] == [today + ahead * DAY for ahead in (1, 2, 30)]
