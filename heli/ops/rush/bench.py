"""The world that is measured in: temporary, with a database as durable as anybody's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from heli.ground.configuration import Environment
from heli.ops import processes
from heli.ops.rush.load import THREADS, LoadProgram, requests_file
from heli.ops.world import Wish, World, opened


@dataclass(frozen=True)
class Size:
    """How large a run is. places: of each slot. clients, seconds: of every load.
    workers: processes of the server, and of what it is compared with."""

    places: int
    clients: int
    seconds: int
    workers: int


@dataclass
class Bench:
    """A world with a database, the program that makes the load, and the couples yet to come.

    acknowledged: the codes of the bookings that clients were told of, over all loads.
    """

    program: LoadProgram
    world: World
    database: psycopg.Connection
    folder: Path
    acknowledged: list[str] = field(default_factory=list)
    _couples: int = 0
    _folders: Iterator[int] = field(default_factory=count)

    @property
    def data(self) -> Path:
        """The data directory."""
        assert self.world.directory is not None
        return self.world.directory.path

    @property
    def database_url(self) -> str:
        """Where the database is, for a program of one's own."""
        return self.world.configuration.database_url

    def postgres(self) -> list[int]:
        """The processes of PostgreSQL at this moment."""
        assert self.world.directory is not None
        return processes.working_in(self.world.directory.cluster, name="postgres")

    def new_folder(self) -> Path:
        """An empty folder for the files of a load."""
        folder = self.folder / f"load-{next(self._folders)}"
        folder.mkdir()
        return folder

    def requests_files(self, folder: Path) -> list[Path]:
        """A file for each thread of the load program."""
        return [requests_file(folder, thread) for thread in range(1, THREADS + 1)]

    def new_couples(self, number: int) -> range:
        """So many couples who have never asked for anything."""
        first, self._couples = self._couples, self._couples + number
        return range(first, first + number)


@contextmanager
def opened_bench(program: LoadProgram) -> Iterator[Bench]:
    """A world of its own for the length of the block, on an embedded PostgreSQL."""
    _forget_settings()
    with tempfile.TemporaryDirectory(prefix="heli-bench-") as name:
        folder = Path(name)
        wish = Wish(data=folder / "world", environment=Environment.TEST, own_server=False)
        with opened(wish) as world:
            from heli.ops import schema

            schema.prepare(is_embedded=True)
            with psycopg.connect(world.configuration.database_url, autocommit=True) as database:
                yield Bench(program, world, database, folder)


def _forget_settings() -> None:
    """What the environment says of somebody's own Heli is not for the benchmark's."""
    for name in list(os.environ):
        if name.startswith("HELI_") or name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
            del os.environ[name]
