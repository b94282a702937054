"""Whoever answers people does not wait for PostgreSQL without end, and never cancels a commit."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from heli.ground.patience import (
    ANSWER_SECONDS_MAX,
    POOL_SECONDS_MAX,
    SILENCE_SECONDS_MAX,
    ImpatientConnection,
    NoAnswer,
    PromptConnection,
)

LOCK = 20_261_126  # of these tests alone
WAIT_SECONDS_MAX = 20

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test finds out of the server is forgotten after it."""
    monkeypatch.setattr(PromptConnection, "answer_seconds_max", ANSWER_SECONDS_MAX)
    monkeypatch.setattr(connection.pool, "timeout", connection.pool.timeout)


def where() -> dict[str, Any]:
    """Where the tests' database is."""
    found = connection.get_connection_params()
    return {name: found[name] for name in ("dbname", "user", "host", "port") if name in found}


@contextmanager
def locked() -> Iterator[psycopg.Connection[Any]]:
    """Somebody holds LOCK, so that whoever asks for it waits."""
    with psycopg.connect(**where(), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield holder


def is_waiting(holder: psycopg.Connection[Any], backend: int) -> bool:
    found = holder.execute(
        "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [backend]
    ).fetchone()
    return found == (True,)


class TestWaiting:
    def test_is_given_up_and_the_connection_closed_but_nothing_cancelled(self):
        with locked() as holder, ImpatientConnection.connect(**where()) as impatient:
            impatient.answer_seconds_max = 0.3
            backend = impatient.info.backend_pid

            with pytest.raises(NoAnswer):
                impatient.execute("SELECT pg_advisory_lock(%s)", [LOCK])

            assert impatient.closed
            assert is_waiting(holder, backend)

    def test_what_was_answered_in_time_is_as_ever(self):
        with ImpatientConnection.connect(**where()) as impatient:
            assert impatient.execute("SELECT 1").fetchone() == (1,)

    def test_for_news_keeps_the_bound_that_its_caller_gave(self):
        with ImpatientConnection.connect(**where(), autocommit=True) as impatient:
            impatient.answer_seconds_max = 0.1

            assert list(impatient.notifies(timeout=0.4)) == []
            assert not impatient.closed


class TestAtAServerThatAnswers:
    def test_a_statement_that_takes_too_long_ends_and_the_connection_stays_good(self):
        options = "-c statement_timeout=200ms"  # said last, so it counts
        with locked(), PromptConnection.connect(**where(), options=options) as prompt:
            with pytest.raises(psycopg.errors.QueryCanceled):
                prompt.execute("SELECT pg_advisory_lock(%s)", [LOCK])

            prompt.rollback()
            assert prompt.execute("SELECT 1").fetchone() == (1,)

    def test_the_bounds_are_those_of_people_who_wait(self):
        with PromptConnection.connect(**where()) as prompt:
            assert prompt.execute("SHOW statement_timeout").fetchone() == ("5s",)
            shown = prompt.execute("SHOW idle_in_transaction_session_timeout").fetchone()
            assert shown == ("30s",)


class TestAServerThatSaysNothing:
    def test_is_not_waited_for_when_connecting(self, tmp_path):
        """It takes the connection, as a stopped one does, and that is all."""
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(str(tmp_path / ".s.PGSQL.5432"))
            silent.listen()
            found: list[BaseException] = []

            def connect() -> None:
                try:
                    PromptConnection.connect(host=str(tmp_path), user=os.environ.get("USER", "x"))
                except psycopg.Error as error:
                    found.append(error)

            asking = threading.Thread(target=connect, daemon=True)
            asking.start()
            asking.join(WAIT_SECONDS_MAX)

        assert [type(error) for error in found] == [psycopg.errors.ConnectionTimeout]
        assert PromptConnection.answer_seconds_max == SILENCE_SECONDS_MAX


class TestSilence:
    """Found out by one, it is known to all who ask in the process."""

    def bounds(self) -> tuple[float, float]:
        return PromptConnection.answer_seconds_max, connection.pool.timeout

    def be_silent(self, prompt: PromptConnection) -> None:
        prompt.answer_seconds_max = 0.2
        with locked(), pytest.raises(NoAnswer):
            prompt.execute("SELECT pg_advisory_lock(%s)", [LOCK])

    def test_makes_everybody_less_patient_until_something_is_answered(self):
        with (
            PromptConnection.connect(**where()) as one,
            PromptConnection.connect(**where()) as other,
        ):
            self.be_silent(one)
            assert self.bounds() == (SILENCE_SECONDS_MAX, SILENCE_SECONDS_MAX)

            other.execute("SELECT 1")
            assert self.bounds() == (ANSWER_SECONDS_MAX, POOL_SECONDS_MAX)

    def test_is_over_with_a_new_connection_too(self):
        with PromptConnection.connect(**where()) as one:
            self.be_silent(one)
        with PromptConnection.connect(**where()):
            assert self.bounds() == (ANSWER_SECONDS_MAX, POOL_SECONDS_MAX)

    def test_is_no_server_that_refuses(self, tmp_path):
        """It is being started again, and will be there in a moment."""
        before = self.bounds()

        with pytest.raises(psycopg.OperationalError):
            PromptConnection.connect(host=str(tmp_path))

        assert self.bounds() == before
