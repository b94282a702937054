"""Slots are brought in line with an office's rules, and booked ones stay as they were booked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from heli.ground import clock, due, events
from heli.ground.clock import day_of
from heli.ground.refusals import NotFound
from heli.law.services import Service
from heli.places.events import OfficeRulesChanged
from heli.places.models import Closure, ExtraDay, Office, OpeningHours, Policy, ServiceRule
from heli.slots.falling_due import next_generation
from heli.slots.models import Slot, SlotGeneration
from heli.slots.services import Generated, generate_all, generate_slots
from tests.slots.factories import (
    DAY,
    NOW,
    TUESDAY,
    a_cancelled_booking,
    a_slot,
    a_stored_office,
    at_shanghai,
)

pytestmark = pytest.mark.usefixtures("database")

CLOSED_DAY = TUESDAY + 3 * DAY  # Friday
NOTHING = Generated()


def slots_on(office: Office, day: date) -> list[Slot]:
    return list(
        Slot.objects.filter(
            office=office, starts_at__gte=at_shanghai(day), starts_at__lt=at_shanghai(day + DAY)
        ).order_by("service", "starts_at")
    )


def take(slot: Slot, places: int) -> None:
    Slot.objects.filter(id=slot.id).update(taken=places)


def close(office: Office, day: date) -> Closure:
    return Closure.objects.create(office=office, first_on=day, last_on=day, reason="停电")


class TestGenerateSlots:
    def test_slots_exist_from_now_to_the_horizon(self):
        office = a_stored_office()

        generated = generate_slots(office.id, NOW)

        released = Slot.objects.filter(office=office, opens_at__lte=NOW).order_by("starts_at")
        assert generated.added == Slot.objects.filter(office=office).count()
        assert released[0].starts_at == at_shanghai(TUESDAY, 11)
        assert day_of(released.last().starts_at) == TUESDAY + 30 * DAY
        assert {slot.places for slot in released} == {3}
        assert {slot.taken for slot in released} == {0}

    def test_certificate_slots_exist_and_are_open_75_days_beyond_it(self):
        office = a_stored_office(Service.DIVORCE_CERTIFICATE)

        generate_slots(office.id, NOW)

        last = Slot.objects.filter(office=office, opens_at__lte=NOW).latest("starts_at")
        assert day_of(last.starts_at) == TUESDAY + 105 * DAY

    def test_doing_it_again_changes_nothing(self):
        office = a_stored_office(Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE)
        generate_slots(office.id, NOW)
        before = list(Slot.objects.order_by("id").values())

        again = generate_slots(office.id, NOW)

        assert again == NOTHING
        assert list(Slot.objects.order_by("id").values()) == before

    def test_the_next_day_adds_only_what_comes_into_reach(self):
        office = a_stored_office(horizon_days=28)
        generate_slots(office.id, NOW)

        tomorrow = generate_slots(office.id, NOW + DAY)

        assert tomorrow == Generated(added=6)

    def test_two_at_once_make_each_slot_once(self):
        office = a_stored_office()

        def generate(_n: int) -> Generated:
            try:
                return generate_slots(office.id, NOW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(generate, range(4)))

        assert sum(one.added for one in done) == Slot.objects.filter(office=office).count() > 0
        assert sorted(one == NOTHING for one in done) == [False, True, True, True]

    def test_an_office_that_takes_no_bookings_here_gets_none(self):
        office = a_stored_office(is_bookable=False)

        assert generate_slots(office.id, NOW) == NOTHING
        assert not Slot.objects.exists()

    def test_an_unknown_office_is_not_found_and_leaves_nothing_behind(self):
        with pytest.raises(NotFound):
            generate_slots("nowhere", NOW)

        assert not SlotGeneration.objects.exists()


class TestAChangedRule:
    def test_a_closed_day_loses_the_slots_that_nobody_booked(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        close(office, CLOSED_DAY)

        generated = generate_slots(office.id, NOW)

        assert generated == Generated(removed=6)
        assert slots_on(office, CLOSED_DAY) == []
        assert len(slots_on(office, CLOSED_DAY - DAY)) == 6

    def test_a_booked_slot_of_a_closed_day_stays_but_nobody_new_can_book_it(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked = slots_on(office, CLOSED_DAY)[0]
        take(booked, 1)
        close(office, CLOSED_DAY)

        generated = generate_slots(office.id, NOW)

        assert generated == Generated(removed=5, withdrawn=1)
        (left,) = slots_on(office, CLOSED_DAY)
        assert (left.id, left.taken, left.withdrawn_at) == (booked.id, 1, NOW)
        assert generate_slots(office.id, NOW + timedelta(hours=1)) == NOTHING
        left.refresh_from_db()
        assert left.withdrawn_at == NOW

    def test_a_slot_with_a_past_booking_is_kept_for_the_record_and_withdrawn(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booking = a_cancelled_booking(slots_on(office, CLOSED_DAY)[0])
        close(office, CLOSED_DAY)

        generated = generate_slots(office.id, NOW)

        assert generated == Generated(removed=5, withdrawn=1)
        (left,) = slots_on(office, CLOSED_DAY)
        assert left.id == booking.slot_id
        assert left.withdrawn_at == NOW

    def test_a_withdrawn_slot_that_is_wanted_again_can_be_booked_again(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked = slots_on(office, CLOSED_DAY)[0]
        take(booked, 1)
        closure = close(office, CLOSED_DAY)
        generate_slots(office.id, NOW)
        closure.delete()

        generated = generate_slots(office.id, NOW)

        assert generated == Generated(added=5, changed=1)
        booked.refresh_from_db()
        assert booked.withdrawn_at is None

    def test_more_places_are_added_to_booked_and_free_slots_alike(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked = slots_on(office, CLOSED_DAY)[0]
        take(booked, 2)
        ServiceRule.objects.update(places=5)

        generate_slots(office.id, NOW)

        assert {slot.places for slot in slots_on(office, CLOSED_DAY)} == {5}

    def test_fewer_places_never_go_below_what_is_taken(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        first, second, *_rest = slots_on(office, CLOSED_DAY)
        take(first, 2)
        take(second, 1)
        ServiceRule.objects.update(places=1)

        generate_slots(office.id, NOW)

        assert [slot.places for slot in slots_on(office, CLOSED_DAY)] == [2, 1, 1, 1, 1, 1]

    def test_new_hours_move_free_slots_and_leave_booked_ones_where_they_are(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked = slots_on(office, CLOSED_DAY)[0]
        take(booked, 1)
        OpeningHours.objects.filter(opens=time(9)).update(opens=time(8, 30))

        generate_slots(office.id, NOW)

        mornings = slots_on(office, CLOSED_DAY)[:4]
        begins = [timezone.localtime(slot.starts_at).strftime("%H:%M") for slot in mornings]
        assert begins == ["08:30", "09:00", "09:30", "10:30"]
        assert [slot.withdrawn_at is None for slot in mornings] == [True, False, True, True]

    def test_new_cut_offs_hold_for_free_slots_while_booked_ones_keep_theirs(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked, free, *_rest = slots_on(office, CLOSED_DAY)
        take(booked, 1)
        kept = booked.change_closes_at
        Policy.objects.update(change_until_hours=48)

        generate_slots(office.id, NOW)

        booked.refresh_from_db()
        free.refresh_from_db()
        assert booked.change_closes_at == kept
        assert free.starts_at - free.change_closes_at == timedelta(hours=48)

    def test_an_extra_saturday_gets_slots(self):
        office = a_stored_office(Service.MARRIAGE)
        saturday = date(2026, 12, 5)
        generate_slots(office.id, NOW)
        ExtraDay.objects.create(
            office=office, on=saturday, opens=time(9), closes=time(12), reason="延时服务"
        )

        assert generate_slots(office.id, NOW) == Generated(added=3)
        assert len(slots_on(office, saturday)) == 3

    def test_an_office_that_stops_taking_bookings_keeps_only_what_is_booked(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        booked = slots_on(office, CLOSED_DAY)[0]
        take(booked, 1)
        Office.objects.update(is_bookable=False)

        generate_slots(office.id, NOW)

        (left,) = Slot.objects.filter(office=office)
        assert left.id == booked.id
        assert left.withdrawn_at == NOW

    def test_slots_that_have_begun_are_left_alone(self):
        office = a_stored_office()
        begun = a_slot(office, starts_at=NOW)
        other_hours = a_slot(office, starts_at=NOW - timedelta(minutes=10))

        generate_slots(office.id, NOW)

        assert (
            Slot.objects.filter(id__in=[begun.id, other_hours.id], withdrawn_at=None).count() == 2
        )

    def test_a_place_taken_while_the_rules_change_is_never_lost(self):
        office = a_stored_office()
        generate_slots(office.id, NOW)
        slot = slots_on(office, CLOSED_DAY)[0]
        close(office, CLOSED_DAY)

        def generate() -> Generated:
            try:
                return generate_slots(office.id, NOW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                take(slot, 1)
                generating = pool.submit(generate)
                with pytest.raises(TimeoutError):
                    generating.result(timeout=0.5)  # it waits for the one who books
            assert generating.result(timeout=10) == Generated(removed=5, withdrawn=1)

        slot.refresh_from_db()
        assert (slot.taken, slot.withdrawn_at) == (1, NOW)


class TestWhenItIsDone:
    def test_every_bookable_office_is_done_once_a_day(self):
        first, second = a_stored_office(), a_stored_office()
        a_stored_office(is_bookable=False)

        assert generate_all(NOW) == 2
        assert generate_all(NOW) == 0
        assert generate_all(NOW + DAY) == 2
        assert set(SlotGeneration.objects.values_list("office_id", "generated_on")) == {
            (first.id, TUESDAY + DAY),
            (second.id, TUESDAY + DAY),
        }

    def test_day_by_day_the_slots_are_those_that_a_new_start_would_make(self):
        office = a_stored_office(Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE)
        for day in range(5):
            generate_all(NOW + day * DAY)

        assert generate_slots(office.id, NOW + 4 * DAY) == NOTHING

    def test_a_rule_that_changed_without_news_is_noticed_the_next_day(self):
        office = a_stored_office()
        generate_all(NOW)
        ServiceRule.objects.update(places=5)

        generate_all(NOW + DAY)

        assert {slot.places for slot in slots_on(office, CLOSED_DAY)} == {5}

    def test_a_new_office_is_due_at_once_and_then_every_midnight(self):
        assert next_generation() is None
        office = a_stored_office()

        assert next_generation() == at_shanghai(clock.today())
        generate_slots(office.id, NOW)
        assert next_generation() == at_shanghai(TUESDAY + DAY)

    def test_the_register_of_due_work_makes_the_slots(self):
        office = a_stored_office()

        due.run_due(clock.now())

        assert Slot.objects.filter(office=office).exists()
        assert SlotGeneration.objects.get(office=office).generated_on == clock.today()

    def test_a_machine_that_was_off_for_a_week_makes_no_slots_of_the_past(self):
        office = a_stored_office()
        generate_slots(office.id, clock.now() - 7 * DAY)
        Slot.objects.all().delete()

        due.run_due(clock.now())

        assert next_generation() == at_shanghai(clock.today() + DAY)
        assert not Slot.objects.filter(starts_at__lt=clock.now() - timedelta(minutes=5)).exists()

    def test_changed_rules_are_followed_once_the_news_is_delivered(self):
        office = a_stored_office()
        with transaction.atomic():
            events.emit(OfficeRulesChanged(office_id=office.id, at=clock.now()))

        events.deliver()

        assert Slot.objects.filter(office=office).exists()


class TestTheTableItself:
    def test_more_places_taken_than_there_are_is_refused_by_the_database(self):
        slot = a_slot(a_stored_office(), places=2)

        with pytest.raises(IntegrityError, match="slots_never_oversold"):
            execute("UPDATE slots_slot SET taken = 3 WHERE id = %s", slot.id)

    def test_fewer_than_none_taken_is_refused_by_the_database(self):
        slot = a_slot(a_stored_office())

        with pytest.raises(IntegrityError, match="slots_never_oversold"):
            execute("UPDATE slots_slot SET taken = -1 WHERE id = %s", slot.id)

    def test_places_cannot_sink_below_what_is_taken(self):
        slot = a_slot(a_stored_office(), places=2, taken=2)

        with pytest.raises(IntegrityError, match="slots_never_oversold"):
            execute("UPDATE slots_slot SET places = 1 WHERE id = %s", slot.id)

    def test_an_office_has_one_slot_per_service_and_beginning(self):
        slot = a_slot(a_stored_office())

        with pytest.raises(IntegrityError, match="slots_one_per_start"):
            a_slot(slot.office, starts_at=slot.starts_at)

    def test_a_slot_cannot_be_open_for_booking_after_it_has_begun(self):
        with pytest.raises(IntegrityError, match="slots_moments_in_order"):
            a_slot(a_stored_office(), starts_at=NOW, closes_at=NOW + DAY)


def execute(sql: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
