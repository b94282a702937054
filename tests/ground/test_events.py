"""The outbox: at least once, in order, and no listener holds up another."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction

from heli.ground import clock, events
from heli.ground.models import OutboxEvent


@events.declare
@dataclass(frozen=True, kw_only=True)
class KettleBoiled(events.Event):
    number: int


@events.declare
@dataclass(frozen=True, kw_only=True)
class TeaMade(events.Event):
    number: int


@dataclass(frozen=True, kw_only=True)
class NeverDeclared(events.Event):
    pass


heard: list[KettleBoiled] = []
heard_by_the_other: list[KettleBoiled] = []
teas: list[TeaMade] = []
faults: dict[int, int] = defaultdict(int)  # by number: how often the listener still fails


@events.listens_to(KettleBoiled)
def listen(event: KettleBoiled) -> None:
    if faults[event.number] > 0:
        faults[event.number] -= 1
        OutboxEvent.objects.create(kind="Half", payload={}, happened_at=event.at)
        raise ValueError("this listener fails")
    heard.append(event)


@events.listens_to(KettleBoiled)
def the_other_listens(event: KettleBoiled) -> None:
    heard_by_the_other.append(event)


@events.listens_to(TeaMade)
def make_more(event: TeaMade) -> None:
    teas.append(event)
    if event.number < 3:
        events.emit(TeaMade(at=event.at, number=event.number + 1))


@pytest.fixture(autouse=True)
def silence(database: None) -> None:
    for remembered in (heard, heard_by_the_other, teas, faults):
        remembered.clear()


def boil(*numbers: int) -> None:
    for number in numbers:
        events.emit(KettleBoiled(at=clock.now(), number=number))


def numbers_heard() -> list[int]:
    return [event.number for event in heard]


def try_again_now() -> None:
    OutboxEvent.objects.update(next_attempt_at=clock.real_now() - timedelta(seconds=1))


class TestEmit:
    def test_an_event_of_a_transaction_that_fails_never_happened(self):
        with transaction.atomic():
            boil(1)
            transaction.set_rollback(True)

        assert events.deliver() == 0
        assert heard == []

    def test_an_event_waits_until_it_is_delivered(self):
        boil(1)

        assert events.is_any_waiting()
        events.deliver()
        assert not events.is_any_waiting()


class TestDeliver:
    def test_listeners_hear_the_event_as_it_was_emitted_in_order(self):
        boil(1, 2, 3)

        assert events.deliver() == 3

        assert numbers_heard() == [1, 2, 3]
        assert heard == heard_by_the_other
        assert heard[0].at == OutboxEvent.objects.get(payload={"number": 1}).happened_at

    def test_what_was_delivered_is_not_delivered_again(self):
        boil(1)
        events.deliver()

        assert events.deliver() == 0
        assert numbers_heard() == [1]

    def test_told_to_stop_it_ends_after_the_event_in_hand_and_the_rest_waits(self):
        boil(1, 2, 3, 4, 5)

        assert events.deliver(keep_going=lambda: len(heard) < 2) == 2

        assert numbers_heard() == [1, 2]
        assert events.deliver() == 3

    def test_an_event_that_a_listener_emits_is_delivered_in_the_same_call(self):
        events.emit(TeaMade(at=clock.now(), number=1))

        assert events.deliver() == 3

        assert [tea.number for tea in teas] == [1, 2, 3]

    def test_a_failing_listener_holds_up_neither_the_other_listeners_nor_the_next_event(self):
        faults[1] = 1
        boil(1, 2)

        assert events.deliver() == 1

        assert numbers_heard() == [2]
        assert [event.number for event in heard_by_the_other] == [1, 2]

    def test_nothing_of_a_failed_listener_stays(self):
        faults[1] = 1
        boil(1)

        events.deliver()

        assert not OutboxEvent.objects.filter(kind="Half").exists()

    def test_a_failed_listener_is_tried_again_later_and_alone(self):
        faults[1] = 1
        boil(1)
        events.deliver()
        assert events.deliver() == 0  # not at once

        try_again_now()
        assert events.deliver() == 1

        assert numbers_heard() == [1]
        assert len(heard_by_the_other) == 1

    def test_each_failure_waits_longer_than_the_one_before(self):
        faults[1] = 3
        boil(1)
        waits = []
        for _ in range(3):
            before = clock.real_now()
            events.deliver()
            row = OutboxEvent.objects.get()
            assert row.next_attempt_at is not None
            waits.append(round((row.next_attempt_at - before).total_seconds()))
            try_again_now()

        assert waits == [5, 30, 120]

    def test_an_event_nobody_knows_waits_for_a_release_that_does(self):
        events.emit(NeverDeclared(at=clock.now()))
        boil(1)

        assert events.deliver() == 1

        assert OutboxEvent.objects.filter(delivered_at__isnull=True).count() == 1

    def test_a_delivery_inside_another_transaction_is_a_mistake(self):
        boil(1)

        with pytest.raises(RuntimeError), transaction.atomic():
            events.deliver()

    def test_two_deliverers_at_once_deliver_each_event_once(self):
        boil(*range(40))
        start = threading.Barrier(4)
        delivered = []

        def work() -> None:
            start.wait()
            delivered.append(events.deliver())
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        delivered.append(events.deliver())

        assert sum(delivered) == 40
        assert sorted(numbers_heard()) == list(range(40))


class TestForgetDelivered:
    def test_what_was_delivered_before_the_moment_goes_and_what_waits_stays(self):
        boil(1, 2)
        events.deliver()
        OutboxEvent.objects.update(delivered_at=clock.real_now() - timedelta(days=31))
        boil(3)
        events.deliver()
        boil(4)

        assert events.forget_delivered(clock.real_now() - timedelta(days=30)) == 2

        numbers = OutboxEvent.objects.order_by("id").values_list("payload__number", flat=True)
        assert list(numbers) == [3, 4]

    def test_it_goes_on_batch_by_batch_past_what_has_to_stay(self, monkeypatch):
        monkeypatch.setattr(events, "FORGOTTEN_AT_ONCE", 3)
        boil(*range(10))
        events.deliver()
        OutboxEvent.objects.update(delivered_at=clock.real_now() - timedelta(days=31))
        OutboxEvent.objects.filter(payload__number=1).update(delivered_at=None)

        assert events.forget_delivered(clock.real_now() - timedelta(days=30)) == 9
        assert events.forget_delivered(clock.real_now() - timedelta(days=30)) == 0
