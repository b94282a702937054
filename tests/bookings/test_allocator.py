"""The allocator under trouble: who is answered, what is written, and what is never cancelled."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg.errors import UniqueViolation

from heli.bookings import allocator as allocator_module
from heli.bookings import storage as storage_module
from heli.bookings.allocator import Allocator, Told
from heli.bookings.books import check_books
from heli.bookings.codes import new_code
from heli.bookings.models import Booking
from heli.bookings.storage import NotAcknowledged, Storage
from heli.bookings.take import Answer, Outcome, TakeRow, take_row
from heli.ground.refusals import RateLimited, Unavailable
from heli.ops.rush.couples import couple as numbered_couple
from heli.slots.models import Slot
from tests.api import world
from tests.bookings.factories import NOW, Couple, a_couple, a_request, a_slot, hold, taken
from tests.ops.running import wait_until

pytestmark = pytest.mark.usefixtures("database")

ANSWER_SECONDS_MAX = 60  # a bound against a hanging test; nothing is judged by it
KILLS, CLIENTS, ANSWERS_BETWEEN_KILLS = 15, 6, 5

_numbers = itertools.count()


def a_row(slot: Slot) -> TakeRow:
    """The request of a new couple for the slot. They are numbered: none comes twice by chance."""
    number = next(_numbers)
    couple = Couple(*numbered_couple(number))
    return take_row(a_request(couple, slot), by=couple.applicant, key=f"key-{number}", at=NOW)


def outcomes(answers: list[Told]) -> list[Outcome | type[Exception]]:
    """What each was told, a fault by its kind."""
    return [one.outcome if isinstance(one, Answer) else type(one) for one in answers]


def told(future: Future[list[Told]]) -> list[Outcome | type[Exception]]:
    """What the one who waits in a thread hears."""
    return outcomes(future.result(timeout=ANSWER_SECONDS_MAX))


@dataclass
class Stalled:
    """Slots that another session keeps locked. statements: how many wait for them."""

    session: psycopg.Connection

    @property
    def statements(self) -> int:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE '%bookings_take(%'"
            " AND pid <> pg_backend_pid()"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])

    def wait_for_one(self) -> None:
        """Until a statement waits."""
        wait_until(lambda: self.statements > 0)

    def let_go(self) -> None:
        """Let all of them go on."""
        self.session.rollback()


@contextmanager
def stalled(slot: Slot) -> Iterator[Stalled]:
    """Nobody can take a place of the slot until it is let go, or the block ends."""
    with psycopg.connect(**another_session()) as session:
        session.execute("SELECT FROM slots_slot WHERE id = %s FOR UPDATE", [slot.id])
        yield Stalled(session)
        session.rollback()


def another_session() -> dict[str, object]:
    """Where the tests' database is."""
    found = connection.get_connection_params()
    return {name: found[name] for name in ("dbname", "user", "host", "port") if name in found}


@contextmanager
def busy(allocator: Allocator) -> Iterator[Stalled]:
    """The allocator's writer waits for PostgreSQL, so that whatever else is asked gathers."""
    slot = a_slot()
    with stalled(slot) as stall:
        first = allocator.submit([a_row(slot)])
        stall.wait_for_one()
        yield stall
        stall.let_go()
        assert told(first) == ["taken"]


def terminate_takers() -> bool:
    """End the connections that take places this moment; whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'active'"
            " AND query LIKE '%bookings_take(%' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() is not None


class TestFutures:
    def test_a_thread_and_two_event_loops_are_answered_from_one_batch(self):
        allocator, slot = Allocator(), a_slot(places=3)
        rows = [a_row(slot) for _ in range(4)]
        heard: dict[int, list[Outcome | type[Exception]]] = {}
        have_asked = threading.Barrier(3)

        def ask_from_a_loop(number: int) -> None:
            async def ask() -> None:
                asked = allocator.submit_from_loop([rows[number]], since=time.monotonic())
                have_asked.wait()
                heard[number] = outcomes(await asked)

            asyncio.run(ask())

        with busy(allocator) as stall:
            loops = [threading.Thread(target=ask_from_a_loop, args=(n,)) for n in (0, 1)]
            for loop in loops:
                loop.start()
            have_asked.wait()
            in_thread = allocator.submit(rows[2:])
            stall.let_go()
            for loop in loops:
                loop.join(ANSWER_SECONDS_MAX)

        assert heard == {0: ["taken"], 1: ["taken"]}
        assert told(in_thread) == ["taken", "slot_full"]
        assert check_books() == []

    def test_answers_come_in_the_order_of_the_questions(self):
        allocator, full, free = Allocator(), a_slot(places=1), a_slot()
        hold(a_couple(), full)
        rows = [a_row(slot) for slot in (full, free, full, free, full)]

        answers = allocator.submit(rows).result(ANSWER_SECONDS_MAX)

        assert outcomes(answers) == ["slot_full", "taken", "slot_full", "taken", "slot_full"]
        booked = [one.code for one in answers if isinstance(one, Answer) and one.place]
        assert booked == [rows[1].code, rows[3].code]

    def test_a_loop_that_was_closed_leaves_the_others_their_answers(self):
        allocator, slot = Allocator(), a_slot()

        async def ask_and_leave() -> None:
            allocator.submit_from_loop([a_row(slot)], since=time.monotonic())

        with busy(allocator) as stall:

            async def ask_and_wait() -> list[Outcome | type[Exception]]:
                asked = allocator.submit_from_loop([a_row(slot)], since=time.monotonic())
                stall.let_go()
                return outcomes(await asyncio.wait_for(asked, ANSWER_SECONDS_MAX))

            asyncio.run(ask_and_leave())
            assert asyncio.run(ask_and_wait()) == ["taken"]


class TestNeighbours:
    def test_a_row_that_fails_fails_alone_and_only_its_own_caller_hears(self):
        allocator, slot = Allocator(), a_slot(places=10)
        good = [a_row(slot) for _ in range(4)]
        broken = a_row(slot)._replace(code=good[0].code)  # unique: the whole statement is refused

        with busy(allocator) as stall:
            before = allocator.submit(good[:2])
            among = allocator.submit([good[2], broken])
            after = allocator.submit(good[3:])
            stall.let_go()

            assert told(before) == ["taken", "taken"]
            assert told(among) == ["taken", UniqueViolation]
            assert told(after) == ["taken"]
        assert taken(slot) == 4
        assert check_books() == []


class TestWhoHasGoneAway:
    def test_nothing_is_taken_for_who_left_before_it_was_sent(self):
        allocator, slot = Allocator(), a_slot()

        with busy(allocator) as stall:
            left = allocator.submit([a_row(slot)])
            stayed = allocator.submit([a_row(slot)])
            assert left.cancel()
            stall.let_go()

            assert told(stayed) == ["taken"]
        assert taken(slot) == 1

    def test_nor_for_who_left_an_event_loop(self):
        allocator, slot = Allocator(), a_slot()

        async def ask_and_leave() -> None:
            allocator.submit_from_loop([a_row(slot)], since=time.monotonic()).cancel()

        with busy(allocator) as stall:
            asyncio.run(ask_and_leave())
            stayed = allocator.submit([a_row(slot)])
            stall.let_go()

            assert told(stayed) == ["taken"]
        assert taken(slot) == 1

    def test_what_was_sent_can_no_longer_be_left(self):
        """Else who leaves at the moment of the answer would take it from everybody after them."""
        allocator, slot = Allocator(), a_slot()
        with stalled(slot) as stall:
            asked = allocator.submit([a_row(slot)])
            stall.wait_for_one()

            assert not asked.cancel()

            stall.let_go()
            assert told(asked) == ["taken"]


class TestTooMany:
    def test_who_comes_when_too_many_wait_hears_so_at_once(self, monkeypatch):
        monkeypatch.setattr(allocator_module, "WAITING_MAX", 2)
        allocator, slot = Allocator(), a_slot()

        with busy(allocator) as stall:
            waiting = [allocator.submit([a_row(slot)]) for _ in range(2)]
            with pytest.raises(RateLimited) as refused:
                allocator.submit([a_row(slot)])
            stall.let_go()

            assert [told(one) for one in waiting] == [["taken"], ["taken"]]
        assert refused.value.retry_after_seconds == allocator_module.RETRY_AFTER_SECONDS
        assert told(allocator.submit([a_row(slot)])) == ["taken"]

    def test_over_http_it_is_429_with_retry_after(self, monkeypatch):
        monkeypatch.setattr(allocator_module, "WAITING_MAX", 0)
        couple, slot = a_couple(), world.a_slot(world.an_office())
        caller = world.verified(couple.one)

        answer = caller.post(
            "/bookings", world.booking_body(slot, couple.other), Idempotency_Key=world.a_key()
        )

        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert int(answer.headers["Retry-After"]) >= 1
        assert taken(slot) == 0


class TestABrokenConnection:
    def test_many_who_book_while_it_breaks_again_and_again_are_all_answered_once(self):
        allocator, slots = Allocator(), [a_slot(places=100_000) for _ in range(3)]
        answers: list[Told] = []
        is_over = threading.Event()

        def book_on() -> None:
            while not is_over.is_set():
                rows = [a_row(slot) for slot in slots]
                answers.extend(allocator.submit(rows).result(ANSWER_SECONDS_MAX))

        clients = [threading.Thread(target=book_on) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for _ in range(KILLS):
                before = len(answers)
                wait_until(lambda: len(answers) >= before + ANSWERS_BETWEEN_KILLS)
                wait_until(terminate_takers)
        finally:
            is_over.set()
            for client in clients:
                client.join(ANSWER_SECONDS_MAX)

        assert set(outcomes(answers)) <= {Outcome.TAKEN, Outcome.REPLAYED}
        codes = [one.code for one in answers if isinstance(one, Answer)]
        assert sorted(codes) == sorted(Booking.objects.values_list("code", flat=True))
        assert sum(taken(slot) for slot in slots) == len(codes)
        assert check_books() == []

    def test_a_statement_whose_answer_was_lost_is_answered_as_replayed(self):
        """Committed, then the connection broke: what is sent again finds the booking by its key."""
        slot = a_slot()
        row = a_row(slot)
        first = Storage().take_places([row])

        again = Allocator().submit([row]).result(ANSWER_SECONDS_MAX)

        assert outcomes(again) == [Outcome.REPLAYED]
        assert isinstance(again[0], Answer)
        assert again[0].code == first[0].code
        assert taken(slot) == 1


class TestAStalledStatement:
    @pytest.fixture(autouse=True)
    def short_patience(self, monkeypatch) -> None:
        monkeypatch.setattr(storage_module, "STATEMENT_SECONDS_MAX", 0.3)
        monkeypatch.setattr(allocator_module, "DATABASE_AWAY_SECONDS_MAX", 0.5)

    def test_it_is_given_up_but_not_cancelled_and_its_key_finds_the_booking(self):
        allocator, slot, elsewhere = Allocator(), a_slot(), a_slot()
        row = a_row(slot)
        with stalled(slot) as stall:
            asked = allocator.submit([row])

            assert told(asked) == [Unavailable]

            assert stall.statements >= 1  # it waits still: nobody has cancelled it
            assert Booking.objects.count() == 0
            assert told(allocator.submit([a_row(elsewhere)])) == ["taken"]  # a new connection

        wait_until(lambda: Booking.objects.filter(code=row.code).exists())
        retried = row._replace(booking=uuid4(), code=new_code(), applicant_id=uuid4())
        (again,) = allocator.submit([retried]).result(ANSWER_SECONDS_MAX)
        assert isinstance(again, Answer)
        assert (again.outcome, again.code) == (Outcome.REPLAYED, row.code)
        assert taken(slot) == 1
        assert check_books() == []

    def test_who_waited_behind_it_too_long_hears_so_and_nothing_is_sent_for_them(self, monkeypatch):
        allocator, slot, elsewhere = Allocator(), a_slot(), a_slot()
        with stalled(slot) as stall:
            first = allocator.submit([a_row(slot)])
            stall.wait_for_one()
            behind = [allocator.submit([a_row(elsewhere)]) for _ in range(2)]
            with monkeypatch.context() as patience:
                patience.setattr(allocator_module, "DATABASE_AWAY_SECONDS_MAX", 0.0)

                assert told(first) == [Unavailable]
                assert [told(one) for one in behind] == [[Unavailable], [Unavailable]]

        assert taken(elsewhere) == 0
        assert told(allocator.submit([a_row(elsewhere)])) == ["taken"]


class TestAWarning:
    @pytest.fixture
    def a_warning_with_each_commit(self) -> Iterator[None]:
        """As a commit warns whose wait for a standby was ended."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION test_warn() RETURNS trigger LANGUAGE plpgsql AS $$"
                " BEGIN RAISE WARNING 'canceling wait for synchronous replication';"
                " RETURN NULL; END $$"
            )
            cursor.execute(
                "CREATE CONSTRAINT TRIGGER test_warn AFTER INSERT ON bookings_booking"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_warn()"
            )
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION test_warn CASCADE")

    def test_the_commit_is_not_acknowledged(self, a_warning_with_each_commit):
        storage, slot = Storage(), a_slot()
        row = a_row(slot)

        with pytest.raises(NotAcknowledged):
            storage.take_places([row])

        assert outcomes(list(storage.take_places([row]))) == [Outcome.REPLAYED]  # this one wrote
        assert taken(slot) == 1  # nothing, and warned of nothing

    def test_the_caller_hears_only_what_was_committed_without_one(self, a_warning_with_each_commit):
        slot = a_slot()

        assert told(Allocator().submit([a_row(slot)])) == [Outcome.REPLAYED]

        assert taken(slot) == 1
