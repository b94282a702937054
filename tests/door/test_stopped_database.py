"""PostgreSQL is there and says nothing: who asks hears so calmly and soon, and no place is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import psutil
import psycopg
import pytest

from heli.api.problems import CONTENT_TYPE
from heli.desk.staff_session import SESSION_COOKIE
from heli.ground.patience import ImpatientConnection
from tests.door.ends import AVAILABILITY, BOOKINGS, OFFICE, Ends, is_of_the_door
from tests.door.inside import wait_until
from tests.faults.world import Server

WAIT_SECONDS_MAX = 30  # no test judges by it; before there was a bound, nothing came in this time


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """Every process of PostgreSQL stands still, with all its connections open."""
    postmaster = server.postmaster()
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


def at_once(*questions: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to questions that are asked at the same time."""
    answers: dict[int, httpx.Response] = {}

    def ask(number: int) -> None:
        answers[number] = questions[number]()

    asking = [threading.Thread(target=ask, args=[number]) for number in range(len(questions))]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return [answers[number] for number in range(len(questions))]


@pytest.fixture
def asked(ends: Ends) -> Callable[..., Callable[[], httpx.Response]]:
    """A question to the door, with a connection of its own."""

    def asked(method: str, path: str, **sent: object) -> Callable[[], httpx.Response]:
        def ask() -> httpx.Response:
            with httpx.Client(base_url=ends.address, timeout=WAIT_SECONDS_MAX) as client:
                return client.request(method, path, **sent)  # type: ignore[arg-type]

        return ask

    return asked


class TestAStoppedDatabase:
    def test_is_a_page_or_a_problem_for_everybody_and_then_all_is_as_before(
        self, server: Server, ends: Ends, asked: Callable[..., Callable[[], httpx.Response]]
    ):
        page, api = asked("GET", f"/offices/{OFFICE}"), asked("GET", f"/api/v1/offices/{OFFICE}")
        free, ready = (
            asked("GET", f"{AVAILABILITY}?service=divorce_application"),
            asked("GET", "/health/ready"),
        )
        desk = asked("GET", "/desk/account", headers={"cookie": f"{SESSION_COOKIE}={'x' * 43}"})
        booking = ends.asking(ends.a_slot())
        book = asked("POST", BOOKINGS, **booking.sent())
        pages_before = at_once(*[page] * 8)  # so that connections wait in the pools
        assert {answer.status_code for answer in pages_before} == {200}

        with stopped(server):
            *pages, api_said, free_said, ready_said, booked = at_once(
                *[page] * 4, desk, api, free, ready, book
            )

        for answer in (*pages, api_said, free_said, ready_said, booked):
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        for answer in pages:
            assert not is_of_the_door(answer)
            assert answer.headers["content-type"].startswith("text/html")
            assert "系统暂时忙不过来" in answer.text
        for answer in (api_said, free_said, ready_said, booked):
            assert answer.headers["content-type"] == CONTENT_TYPE
            assert answer.json()["code"] == "unavailable"

        again = httpx.post(f"{ends.address}{BOOKINGS}", timeout=60, **booking.sent())
        assert again.status_code == 201
        assert httpx.get(f"{ends.address}/offices/{OFFICE}", timeout=60).status_code == 200
        count = "SELECT count(*) FROM bookings_booking WHERE code = %s"
        assert ends.database.execute(count, [again.json()["code"]]).fetchone() == (1,)


class TestACommitThatWaitsForAStandby:
    @pytest.fixture
    def no_standby(self, server: Server, ends: Ends) -> Iterator[None]:
        """Every commit waits for a standby that is not there."""
        ends.database.execute("SET synchronous_commit = local")
        ends.database.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        ends.database.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self.waits(server))  # PostgreSQL reads its settings when it likes
        yield
        ends.database.execute("ALTER SYSTEM RESET synchronous_standby_names")
        ends.database.execute("SELECT pg_reload_conf()")
        for table in ("waits_for_a_standby", "waits_for_a_standby_first"):
            ends.database.execute(f"DROP TABLE IF EXISTS {table}")
        ends.database.execute("RESET synchronous_commit")

    def waits(self, server: Server) -> bool:
        """Whether a commit waits for a standby by now."""
        with ImpatientConnection.connect(server.database_url) as impatient:
            impatient.answer_seconds_max = 0.3
            impatient.execute("CREATE TABLE IF NOT EXISTS waits_for_a_standby_first ()")
            try:
                impatient.commit()
            except psycopg.OperationalError:
                return True
        return False

    def test_is_not_ended_by_the_bound_on_statements(
        self, server: Server, ends: Ends, no_standby: None
    ):
        """The server would answer success to whoever cancels it."""
        warnings: list[object] = []
        options = "-c statement_timeout=100ms"
        with ImpatientConnection.connect(server.database_url, options=options) as impatient:
            impatient.add_notice_handler(warnings.append)
            impatient.answer_seconds_max = 1.5
            impatient.execute("CREATE TABLE waits_for_a_standby ()")

            with pytest.raises(psycopg.OperationalError, match="no answer"):
                impatient.commit()

        assert warnings == []
        assert impatient.closed
