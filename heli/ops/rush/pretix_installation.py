"""An installed pretix: its configuration, its commands, its server and its database, for one run.

Every process that is started here ends with the benchmark, also with one that is killed.
"""

from __future__ import annotations

import configparser
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from heli.ops.errors import CommandRefused, DatabaseFailed
from heli.ops.forked import program_that_ends_with_us

DATABASE = "heli_bench_pretix"
STOP_SECONDS_MAX = 10
REASON_CHARACTERS_MAX = 300


class PeerFailed(CommandRefused):
    """pretix is not installed as it should be, does not start, or does not do what it says."""


@dataclass(frozen=True)
class Installation:
    """pretix's Python, and the folder of one run: configuration, log and files of pretix."""

    python: Path
    folder: Path

    def configure(self, parser: configparser.RawConfigParser) -> None:
        """Write pretix.cfg, which may hold the password of the database."""
        with open(self.folder / "pretix.cfg", "x", encoding="utf-8") as file:
            parser.write(file)

    def check(self) -> None:
        """Raises PeerFailed when pretix or gunicorn is missing: before minutes of migrations."""
        if not self.python.exists():
            raise PeerFailed(
                f"PEER_PRETIX names no virtual environment: there is no {self.python}."
            )
        self.run("-c", "import pretix, gunicorn")

    def run(self, *arguments: str, script: str = "", **variables: str) -> str:
        """What Python printed in that environment. Raises PeerFailed with its last words."""
        done = subprocess.run(
            self._attached(*arguments),
            cwd=self.folder,
            env=self._environment() | variables,
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            reason = last_words(done.stderr or done.stdout)
            raise PeerFailed(f"`python {' '.join(arguments)}` of PEER_PRETIX failed: {reason}.")
        return done.stdout

    @contextmanager
    def serving(self, listener: socket.socket, *, workers: int) -> Iterator[None]:
        """pretix under gunicorn on that socket, which is closed here; nothing is left of it."""
        command = ["-m", "gunicorn", "pretix.wsgi", "--bind", f"fd://{listener.fileno()}"]
        command += ["--workers", str(workers)]
        command += ["--max-requests", "1200", "--max-requests-jitter", "50"]
        with open(self.folder / "gunicorn.log", "wb") as log:
            process = subprocess.Popen(
                self._attached(*command),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # a Ctrl-C in the terminal is for the benchmark
            )
        listener.close()  # else clients of a gunicorn that died would wait for an answer
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS_MAX)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _attached(self, *arguments: str) -> list[str]:
        return program_that_ends_with_us(self.python, *arguments)

    def _environment(self) -> dict[str, str]:
        """Its own: Heli's DJANGO_SETTINGS_MODULE is not for pretix."""
        return {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PRETIX_CONFIG_FILE": str(self.folder / "pretix.cfg"),
        }


def configuration(
    database: psycopg.ConnectionInfo, folder: Path, *, port: int
) -> configparser.RawConfigParser:
    """pretix.cfg: that database, that folder for its files, that port; no redis and no celery."""
    parser = configparser.RawConfigParser()
    parser.read_dict(
        {
            "pretix": {"url": f"http://127.0.0.1:{port}", "datadir": str(folder)},
            "django": {"debug": "off", "secret": secrets.token_urlsafe(50)},
            "database": {
                "backend": "postgresql",
                "host": database.host,
                "port": str(database.port),
                "user": database.user,
                "password": database.password,
                "name": database.dbname,
            },
        }
    )
    return parser


@contextmanager
def fresh_database(server_url: str) -> Iterator[psycopg.Connection]:
    """A connection to an empty database, which is dropped at the end, whoever else uses it.

    One that a killed benchmark has left is replaced. Raises DatabaseFailed: it may not be made.
    """
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    create = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")
    with psycopg.connect(server_url, autocommit=True) as server:
        try:
            server.execute(drop)
            server.execute(create.format(sql.Identifier(DATABASE)))
        except psycopg.Error as error:
            reason = str(error).splitlines()[0]
            raise DatabaseFailed(f"No database could be made for pretix: {reason}.") from None
        try:
            with psycopg.connect(server_url, dbname=DATABASE, autocommit=True) as connection:
                yield connection
        finally:
            server.execute(drop)


def last_words(printed: str) -> str:
    """The last line of what a program printed, without its full stop.

    >>> last_words("Traceback\\n  a.py\\nValueError: no such thing.\\n\\n")
    'ValueError: no such thing'
    """
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return lines[-1].rstrip(".")[:REASON_CHARACTERS_MAX] if lines else "it gave no reason"
