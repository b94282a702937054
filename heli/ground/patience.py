"""How long those at whom people wait wait for PostgreSQL themselves.

A server that is stopped, or behind a network that is gone, says nothing at all, and libpq waits for
it without end. A connection of this kind closes itself when an answer takes too long. It never asks
the server to cancel: PostgreSQL would then answer success for a commit that a standby may not have.
What was not committed is rolled back by the server; whether a commit was made is not known.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

ANSWER_SECONDS_MAX = 6.0  # for the answer to one statement, or to a commit
LOOK_SECONDS = 0.1  # as psycopg itself, so that Ctrl-C is heard meanwhile
CONNECT_SECONDS_MAX = 3
POOL_SECONDS_MAX = 6.0  # for a free connection of the process's pool
# For an answer or a connection, once PostgreSQL has said nothing and until it says something again:
# else each would find that out for themselves, and those behind them would wait for all of them.
SILENCE_SECONDS_MAX = 1.0
# Tries to connect get rarer: of a pool that kept trying, none would come for minutes after an hour.
KEEP_TRYING_SECONDS = 5.0

# What the server ends itself, first, so that the connection stays good: a slow statement or one
# that waits for a lock (PostgreSQL does not count a commit's wait for a standby), and a
# transaction whose client is gone without a word, with all that it has locked.
STATEMENT_SECONDS_MAX = 5
IDLE_TRANSACTION_SECONDS_MAX = 30
SERVER_OPTIONS = (
    f"-c statement_timeout={STATEMENT_SECONDS_MAX}s"
    f" -c idle_in_transaction_session_timeout={IDLE_TRANSACTION_SECONDS_MAX}s"
)

T = TypeVar("T")


class NoAnswer(psycopg.OperationalError):
    """PostgreSQL did not answer in time, and the connection is closed."""


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that waits for each answer so long and no longer.

    answer_seconds_max: how long. Raises NoAnswer from whatever was waiting.
    """

    answer_seconds_max = ANSWER_SECONDS_MAX

    def wait(
        self, gen: PQGen[T], interval: float = LOOK_SECONDS, timeout: float | None = None
    ) -> T:
        """As psycopg waits, with the bound where the caller has none of their own."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds_max)
        except _WaitTimeout:
            self.close()
            raise NoAnswer(f"no answer from PostgreSQL in {self.answer_seconds_max:g} s") from None


class PromptConnection(ImpatientConnection):
    """One on which the server keeps bounds, too, and on which it is also known when nobody is
    there to connect to. What DATABASE_URL says of either goes before."""

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        """As psycopg connects."""
        kwargs["options"] = f"{SERVER_OPTIONS} {kwargs.get('options') or ''}".strip()
        try:
            made = super().connect(conninfo, **{"connect_timeout": CONNECT_SECONDS_MAX, **kwargs})
        except psycopg.errors.ConnectionTimeout:
            _note_silence()
            raise
        _note_answer()
        return made

    def wait(
        self, gen: PQGen[T], interval: float = LOOK_SECONDS, timeout: float | None = None
    ) -> T:
        """As above; what comes of it is told to all who ask in this process."""
        try:
            answer = super().wait(gen, interval, timeout)
        except NoAnswer:
            _note_silence()
            raise
        _note_answer()
        return answer


def _note_silence() -> None:
    PromptConnection.answer_seconds_max = _pool().timeout = SILENCE_SECONDS_MAX


def _note_answer() -> None:
    if PromptConnection.answer_seconds_max != ANSWER_SECONDS_MAX:
        PromptConnection.answer_seconds_max = ANSWER_SECONDS_MAX
        _pool().timeout = POOL_SECONDS_MAX


def _pool() -> Any:
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    return wrapper.pool


def be_prompt() -> None:
    """From now on Django's connections of this process keep these bounds.

    For processes that answer people, before their first connection. Jobs and commands take as
    long as they take.
    """
    pool = connections[DEFAULT_DB_ALIAS].settings_dict["OPTIONS"]["pool"]
    pool["connection_class"] = PromptConnection
    pool["timeout"] = POOL_SECONDS_MAX
    pool["reconnect_timeout"] = KEEP_TRYING_SECONDS
