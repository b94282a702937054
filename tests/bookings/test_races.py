"""Many at once: one place, one person, one key. With a control that shows what the guard is for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from heli.bookings import services
from heli.bookings.allocator import Allocator
from heli.bookings.books import check_books
from heli.bookings.errors import AlreadyBooked, SlotFull
from heli.bookings.models import Booking
from heli.bookings.states import State
from heli.bookings.take import take_places, take_row
from heli.ground.refusals import Refusal
from heli.slots.models import Slot
from tests.bookings.factories import (
    NOW,
    a_couple,
    a_request,
    a_slot,
    hold,
    state_of,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Start the deeds together, each in a thread with a connection of its own; what each gave."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return deed()
        except (Refusal, IntegrityError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


class TestOnePlace:
    def test_two_connections_race_for_one_place_and_one_gets_it(self):
        for _ in range(10):
            slot = a_slot(places=1)
            couples = [a_couple(), a_couple()]

            def take(couple):
                row = take_row(a_request(couple, slot), by=couple.applicant, key="k", at=NOW)
                with transaction.atomic():
                    return take_places([row])[0].outcome

            outcomes = at_once(*(lambda couple=couple: take(couple) for couple in couples))

            assert sorted(outcomes) == ["slot_full", "taken"]
            assert taken(slot) == 1
        assert check_books() == []

    def test_the_control_without_lock_and_constraint_oversells(self):
        """Read, wait for the other to have read too, write: what the guards stand against."""
        slot = a_slot(places=1)
        both_have_read = threading.Barrier(2)

        def take_carelessly() -> bool:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT taken < places FROM slots_slot WHERE id = %s", [slot.id])
                (is_free,) = cursor.fetchone()
                both_have_read.wait()
                cursor.execute("UPDATE slots_slot SET taken = taken + 1 WHERE id = %s", [slot.id])
                return is_free

        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE slots_slot DROP CONSTRAINT slots_never_oversold")
        try:
            assert at_once(take_carelessly, take_carelessly) == [True, True]
            assert taken(slot) == 2
        finally:
            Slot.objects.update(taken=0)
            with connection.cursor() as cursor:
                cursor.execute(
                    "ALTER TABLE slots_slot ADD CONSTRAINT slots_never_oversold"
                    " CHECK (taken >= 0 AND taken <= places)"
                )
        outcomes = at_once(take_carelessly, take_carelessly)  # the same with the constraint
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "bool"]

    def test_a_crowd_gets_exactly_the_places_there_are(self):
        slot = a_slot(places=20)

        outcomes = at_once(*(lambda: hold(a_couple(), slot) for _ in range(60)))

        assert sum(isinstance(outcome, SlotFull) for outcome in outcomes) == 40
        assert Booking.objects.count() == taken(slot) == 20
        assert check_books() == []


class TestOnePerson:
    def test_the_same_person_at_two_doors_gets_one_booking(self):
        slot, couple = a_slot(places=50), a_couple()

        outcomes = at_once(*(lambda: hold(couple, slot) for _ in range(10)))

        assert sum(isinstance(outcome, AlreadyBooked) for outcome in outcomes) == 9
        assert Booking.objects.count() == taken(slot) == 1

    def test_the_same_key_at_once_is_one_booking_for_everybody(self):
        slot, couple = a_slot(places=50), a_couple()

        outcomes = at_once(*(lambda: hold(couple, slot, key="the key") for _ in range(10)))

        assert len({outcome.code for outcome in outcomes}) == 1
        assert Booking.objects.count() == taken(slot) == 1

    def test_a_retry_in_another_process_finds_the_first_attempt(self):
        """Two connections, the same key, neither has seen the other's row when it starts."""
        slot, couple = a_slot(), a_couple()

        def take():
            row = take_row(a_request(couple, slot), by=couple.applicant, key="the key", at=NOW)
            return take_places([row])[0]

        answers = at_once(take, take)

        assert sorted(answer.outcome for answer in answers) == ["replayed", "taken"]
        assert len({answer.code for answer in answers}) == 1


class TestAnswers:
    def test_agreeing_and_cancelling_at_once_end_in_one_of_the_two(self):
        for _ in range(5):
            couple = a_couple()
            booking = hold(couple, a_slot())

            at_once(
                lambda: services.give_consent(booking.code, by=couple.partner, at=NOW),
                lambda: services.cancel_booking(booking.code, by=couple.applicant, at=NOW),
            )

            assert state_of(booking.code) in (State.CONFIRMED, State.CANCELLED)
        assert check_books() == []

    def test_both_giving_up_their_own_for_the_other_end_with_one_booking(self):
        for _ in range(5):
            couple, slot = a_couple(), a_slot(places=10)
            hers, his = hold(couple, slot), hold(couple.swapped(), slot)

            at_once(
                lambda: services.give_consent(
                    hers.code, by=couple.partner, at=NOW, give_back_own=True
                ),
                lambda: services.give_consent(
                    his.code, by=couple.applicant, at=NOW, give_back_own=True
                ),
            )

            states = {state_of(hers.code), state_of(his.code)}
            assert states == {State.CONFIRMED, State.CANCELLED}
        assert check_books() == []


class TestOneBatch:
    def test_the_same_key_twice_in_a_batch_is_one_booking(self):
        slot, couple = a_slot(), a_couple()
        rows = [
            take_row(a_request(couple, slot), by=couple.applicant, key="the key", at=NOW)
            for _ in range(2)
        ]

        answers = take_places(rows)

        assert [answer.outcome for answer in answers] == ["taken", "replayed"]
        assert len({answer.code for answer in answers}) == 1
        assert taken(slot) == 1

    def test_those_who_came_first_get_the_places_and_losers_keep_no_claim(self):
        slot = a_slot(places=2)
        couples = [a_couple() for _ in range(4)]
        rows = [
            take_row(a_request(couple, slot), by=couple.applicant, key="k", at=NOW)
            for couple in couples
        ]

        outcomes = [answer.outcome for answer in take_places(rows)]

        assert outcomes == ["taken", "taken", "slot_full", "slot_full"]
        assert hold(couples[3], a_slot()).state is State.HELD

    def test_one_bad_row_fails_alone(self):
        slot = a_slot(places=50)
        rows = []
        for _ in range(5):
            couple = a_couple()
            rows.append(take_row(a_request(couple, slot), by=couple.applicant, key="k", at=NOW))
        broken = rows[2]._replace(code=rows[1].code)  # the unique code refuses the whole statement

        batch = [rows[0], rows[1], broken, rows[3], rows[4]]
        answers = Allocator().submit(batch).result(timeout=60)

        failed = [isinstance(answer, Exception) for answer in answers]
        assert failed == [False, False, True, False, False]
        assert taken(slot) == 4
        assert check_books() == []


class TestOneOrderOfLocks:
    def test_moving_and_booking_the_same_slot_at_once_never_deadlocks(self):
        """The slot before the people, in both: else each waits for what the other has."""
        for _ in range(10):
            couple, slot = a_couple(), a_slot(places=10)
            booking = hold(couple, a_slot())

            at_once(
                lambda: services.reschedule_booking(
                    booking.code, by=couple.applicant, at=NOW, slot_id=slot.id
                ),
                lambda: take_places(
                    [take_row(a_request(couple, slot), by=couple.applicant, key="k2", at=NOW)]
                ),
            )

            assert state_of(booking.code) is State.RESCHEDULED
        assert check_books() == []
