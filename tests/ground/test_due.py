"""The register of what falls due: in order of time, repeatable, nothing held up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from heli.ground import clock, due, events

NOON = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

diary: list[tuple[str, datetime]] = []
ovens: list[Chores] = []


@events.declare
@dataclass(frozen=True, kw_only=True)
class BreadRisen(events.Event):
    pass


@events.listens_to(BreadRisen)
def bake_an_hour_later(event: BreadRisen) -> None:
    for oven in ovens:
        oven.moments.append(event.at + HOUR)


@dataclass
class Chores:
    """Work with a list of moments; what is done is struck off and written into the diary."""

    name: str
    moments: list[datetime] = field(default_factory=list)
    then: Callable[[datetime], None] = lambda at: None

    def register(self) -> Chores:
        due.register(
            due.DueWork(self.name, lambda: min(self.moments) if self.moments else None, self.run)
        )
        return self

    def run(self, at: datetime) -> None:
        self.then(at)
        done = [moment for moment in self.moments if moment <= at]
        self.moments[:] = [moment for moment in self.moments if moment > at]
        diary.extend((self.name, moment) for moment in done)


@pytest.fixture(autouse=True)
def empty_register(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_register", {})
    monkeypatch.setattr(due, "_resting", {})
    diary.clear()
    ovens.clear()


def fail(at: datetime) -> None:
    raise ValueError("this work fails")


class TestRunDue:
    def test_work_is_done_in_order_of_time_whoever_registered_it_first(self):
        Chores("water", [NOON - 1 * HOUR, NOON - 3 * HOUR]).register()
        Chores("air", [NOON - 2 * HOUR]).register()

        assert due.run_due(NOON) == 3

        assert diary == [
            ("water", NOON - 3 * HOUR),
            ("air", NOON - 2 * HOUR),
            ("water", NOON - 1 * HOUR),
        ]

    def test_its_own_moment_is_due_and_a_later_one_is_not(self):
        work = Chores("water", [NOON, NOON + timedelta(microseconds=1)]).register()

        due.run_due(NOON)

        assert diary == [("water", NOON)]
        assert len(work.moments) == 1

    def test_run_twice_it_is_done_once(self):
        Chores("water", [NOON]).register()

        due.run_due(NOON)
        due.run_due(NOON)

        assert diary == [("water", NOON)]

    def test_a_listener_may_make_something_else_due_on_the_way(self):
        ovens.append(Chores("bake").register())
        Chores(
            "knead", [NOON - 3 * HOUR], then=lambda at: events.emit(BreadRisen(at=at))
        ).register()
        Chores("clean", [NOON]).register()

        due.run_due(NOON)

        assert [name for name, _ in diary] == ["knead", "bake", "clean"]

    def test_work_that_cannot_get_on_does_not_keep_the_walk_from_ending(self):
        stuck = due.DueWork("stuck", lambda: NOON - HOUR, lambda at: None)
        due.register(stuck)
        Chores("water", [NOON]).register()

        due.run_due(NOON)

        assert diary == [("water", NOON)]

    def test_work_that_fails_rests_and_holds_up_no_other(self):
        failing = Chores("fail", [NOON - HOUR], then=fail).register()
        Chores("water", [NOON]).register()

        due.run_due(NOON)

        assert diary == [("water", NOON)]
        assert not due.is_any_due(NOON)
        failing.then = lambda at: None
        due._resting.clear()
        due.run_due(NOON)
        assert diary[-1] == ("fail", NOON - HOUR)

    def test_a_question_that_fails_holds_up_no_other(self):
        due.register(due.DueWork("broken", lambda: fail(NOON), lambda at: None))  # type: ignore[func-returns-value]
        Chores("water", [NOON]).register()

        due.run_due(NOON)

        assert diary == [("water", NOON)]

    def test_a_process_that_is_told_to_stop_finishes_the_deed_and_no_more(self):
        Chores("water", [NOON - 2 * HOUR, NOON - HOUR, NOON]).register()

        due.run_due(NOON, keep_going=lambda: len(diary) < 1)

        assert len(diary) == 1


class TestAdvanceTo:
    def test_every_deed_is_done_at_its_own_time_on_the_clock(self):
        start = clock.now()
        shown: list[timedelta] = []
        Chores(
            "water",
            [start + days * DAY for days in range(1, 31)],
            then=lambda at: shown.append(clock.now() - at),
        ).register()

        due.advance_to(start + 31 * DAY)

        assert len(diary) == 30
        assert all(timedelta() <= late < HOUR for late in shown)
        assert clock.now() >= start + 31 * DAY

    def test_what_falls_due_later_is_left(self):
        start = clock.now()
        work = Chores("water", [start + DAY, start + 3 * DAY]).register()

        due.advance_to(start + 2 * DAY)

        assert work.moments == [start + 3 * DAY]

    def test_events_that_waited_are_delivered_before_it_returns(self):
        ovens.append(Chores("bake").register())
        events.emit(BreadRisen(at=clock.now()))

        due.advance_to(clock.now() + DAY)

        assert [name for name, _ in diary] == ["bake"]

    def test_a_failure_on_the_way_is_not_hidden(self):
        start = clock.now()
        Chores("fail", [start + DAY], then=fail).register()

        with pytest.raises(ValueError, match="this work fails"):
            due.advance_to(start + 2 * DAY)

        assert clock.day_of(clock.now()) == clock.day_of(start + DAY)

    def test_it_waits_for_what_another_process_has_in_hand(self, monkeypatch):
        start = clock.now()
        work = Chores("water", [start + DAY])
        looks = []

        def hand_back_at_the_third_look(at: datetime) -> None:
            looks.append(at)
            if len(looks) == 3:
                work.run(at)

        due.register(
            due.DueWork(
                "water", lambda: min(work.moments, default=None), hand_back_at_the_third_look
            )
        )

        due.advance_to(start + 2 * DAY)

        assert diary == [("water", start + DAY)]

    def test_it_does_not_wait_for_ever(self, monkeypatch):
        monkeypatch.setattr(due, "SETTLE_SECONDS_MAX", 0.1)
        start = clock.now()
        due.register(due.DueWork("stuck", lambda: start, lambda at: None))

        with pytest.raises(due.NotSettled):
            due.advance_to(start + DAY)
