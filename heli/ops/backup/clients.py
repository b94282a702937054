"""pg_dump and pg_restore: started on a database's address, fed and read through pipes.

Through pipes on purpose: a dump that was written to a file points into it by offsets, which are
wrong as soon as it lies inside another one.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from heli.ops.backup.archive import CHUNK, Write
from heli.ops.errors import DatabaseFailed
from heli.ops.postgres_programs import find_clients

DUMP = (
    "--format=custom",
    "--compress=gzip:1",  # sealed values do not shrink; the rest does at once
    "--no-owner",
    "--no-privileges",
    "--no-tablespaces",
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
)
RESTORE = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
PATIENCE = 10  # niceness: who serves goes first


def dump(url: str, *, snapshot: str, write: Write) -> None:
    """All of the database, as the snapshot sees it. Raises DatabaseFailed."""
    with _running("pg_dump", *DUMP, f"--snapshot={snapshot}", url=url) as process:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, PATIENCE)
        while chunk := _pipe(process.stdout).read(CHUNK):
            write(chunk)


def restore(url: str, chunks: Iterable[bytes]) -> None:
    """Make in one transaction what the dump holds. Raises DatabaseFailed: nothing was made."""
    with _running("pg_restore", *RESTORE, url=url) as process:
        with suppress(BrokenPipeError):  # it ended early, and says why
            for chunk in chunks:
                _pipe(process.stdin).write(chunk)
        with suppress(BrokenPipeError):
            _pipe(process.stdin).close()


@contextmanager
def _running(name: str, *options: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program, which has ended well at the end of the block; a broken block kills it."""
    address = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = address.pop("password", None)  # in the list of processes everybody could read it
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    for kept, value in os.environ.items():
        if kept.startswith("PG") or kept in ("HOME", "LD_LIBRARY_PATH"):
            environment[kept] = value
    if password:
        environment["PGPASSWORD"] = password
    command = [str(find_clients() / name), *options, "--no-password"]
    command.append("--dbname=" + make_conninfo("", **address))
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                start_new_session=True,  # a Ctrl-C in the terminal is for heli
            )
        except OSError as error:
            raise DatabaseFailed(f"{name} cannot be run: {error.strerror}.") from None
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    _pipe(pipe).close()
            ended = process.wait()
        if ended:
            raise DatabaseFailed(f"{name} failed: {_reason(said)}.")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "it was asked for"
    return pipe


def _reason(said: IO[bytes]) -> str:
    """The first error that it told. What follows it in detail may quote rows, and is left out."""
    said.seek(0)
    lines = said.read().decode(errors="replace").splitlines()
    told = next((line for line in lines if "error:" in line), "it gave no reason")
    return told.partition("error: ")[2].strip().rstrip(".") or told
