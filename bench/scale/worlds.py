"""Three worlds on one server, so that what disturbs the machine disturbs all alike.

All have the same offices. SMALL has a thousand slots, of one office; SLOTS has them of all; LARGE
has the bookings of all besides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from bench.scale.worker import ANSWERED
from heli.ground.configuration import Environment
from heli.ops.data_directory import open_directory
from heli.ops.postgres import joined
from tests.scale.country import bookings_sql, offices_sql, slots_sql

ROOT = Path(__file__).resolve().parents[2]
PLACES = 1_000_000  # of a slot: none is full before the measuring ends


class World(StrEnum):
    """By the name of its database."""

    SMALL = "small"
    SLOTS = "slots"
    LARGE = "large"


# A checkpoint or a vacuum in the middle would hit one world and not the other.
_QUIET = {"max_wal_size": "'32GB'", "checkpoint_timeout": "'1d'", "autovacuum": "off"}


@contextmanager
def served(directory: Path):
    """The server, quiet; its URL for a database."""
    directory = open_directory(directory, create_for=Environment.TEST)
    with joined(directory) as server:

        def url_of(name: str) -> str:
            return f"postgresql://heli@/{name}?host={server.sockets}"

        with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
            for name, value in _QUIET.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
        yield url_of


def build(url_of, *, offices: int) -> dict[World, dict[str, int]]:
    """Fill the three; how many rows each has."""
    at = datetime.now(UTC)
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:

        def create(name: str, template: str = "template1") -> None:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

        create("empty")
        worker = Worker(url_of("empty"))
        worker.ask("migrate")
        worker.stop()
        _write(url_of("empty"), offices_sql(count=offices, at=at))
        create(World.SMALL, "empty")
        create(World.SLOTS, "empty")
        for world, number in ((World.SMALL, 1), (World.SLOTS, offices)):
            _write(url_of(world), slots_sql(offices=number, at=at, places=PLACES))
            _write(url_of(world), bookings_sql(last=1, at=at) + "DROP TABLE wanted")
        create(World.LARGE, World.SLOTS)
        _write(
            url_of(World.LARGE), bookings_sql(first=2, last=offices, at=at) + "DROP TABLE wanted"
        )
    return {world: _settled(url_of(world)) for world in World}


def _write(url: str, sql: str) -> None:
    with psycopg.connect(url) as connection:
        # Keys and guards would be asked ten million times; the rows are right as they are.
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute(sql)


def _settled(url: str) -> dict[str, int]:
    """Leave the world as a quiet night does; how many rows it has."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
        rows = {}
        for table in ("slots_slot", "bookings_booking", "bookings_party"):
            (rows[table],) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
        return rows


@dataclass
class Worker:
    """A process that works in one world. url: of its database."""

    url: str

    def __post_init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.scale.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "HELI_ENV": "test",
                "DATABASE_URL": self.url,
                "DJANGO_SETTINGS_MODULE": "heli.settings",
            },
        )

    def ask(self, task: str, **arguments: object) -> Any:
        """Have it do something; its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, **arguments}) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith(ANSWERED):
                return json.loads(line.removeprefix(ANSWERED))
        raise SystemExit(f"The worker of {self.url} failed; see above why.")

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
