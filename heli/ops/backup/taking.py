"""Taking a backup while everybody goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from heli import __version__
from heli.ground.configuration import Configuration
from heli.ops import schema
from heli.ops.backup import archive, clients
from heli.ops.backup.archive import Write
from heli.ops.backup.manifest import Manifest
from heli.ops.errors import CommandRefused
from heli.vault.marks import stored_marks


@dataclass(frozen=True)
class Snapshot:
    """A moment that pg_dump sees as well. name: PostgreSQL's, valid while it is held."""

    name: str
    manifest: Manifest


def take_backup(path: Path, configuration: Configuration) -> Manifest:
    """Write everything but the keys to a new file, as it was at one moment.

    What is committed until the moment is in it, what is committed later is not. Nobody who reads
    or writes waits for it; migrations do. Raises CommandRefused, and no file is left.
    """
    with (
        archive.created(path) as writer,
        # Their file is measured before the snapshot: each tells of an entry that is in it.
        _checkpoints(configuration.audit_checkpoints) as (checkpoints, size),
        _snapshot(configuration) as snapshot,
    ):
        with writer.member(archive.MANIFEST) as write:
            write(snapshot.manifest.as_json())
        if checkpoints is not None:
            with writer.member(archive.CHECKPOINTS) as write:
                _copy(checkpoints, size, write)
        with writer.member(archive.DUMP) as write:
            clients.dump(configuration.database_url, snapshot=snapshot.name, write=write)
    return snapshot.manifest


@contextmanager
def _snapshot(configuration: Configuration) -> Iterator[Snapshot]:
    with _no_migrations(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute(
            "SELECT pg_export_snapshot(), clock_timestamp(),"
            " current_setting('server_version_num')::int"
        )
        name, taken_at, postgres = cursor.fetchone()
        applied = MigrationRecorder(connection).applied_migrations()
        if not applied:
            raise CommandRefused("There is nothing in this database yet.")
        manifest = Manifest(
            heli=__version__,
            environment=configuration.environment,
            taken_at=taken_at,
            postgres=postgres,
            migrations=tuple(sorted(f"{app}.{migration}" for app, migration in applied)),
            keys=stored_marks(),
            tables=count_rows(),
        )
        yield Snapshot(name, manifest)


@contextmanager
def _no_migrations() -> Iterator[None]:
    """A migration would wait for pg_dump, and everybody else for the migration; so it is kept from
    beginning. Taken before the snapshot: one that was under way has ended then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [schema.ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [schema.ONE_AT_A_TIME])


def count_rows() -> dict[str, int]:
    """How many rows each table of the database has, by its name with its schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND NOT pg_is_other_temp_schema(relnamespace)"
            " AND relnamespace <> pg_my_temp_schema() ORDER BY 1"
        )
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
        return counts


@contextmanager
def _checkpoints(path: Path | None) -> Iterator[tuple[IO[bytes] | None, int]]:
    """The file of the audit's checkpoints and its length now; lines are only ever added to it."""
    try:
        file = path.open("rb") if path else None
    except FileNotFoundError:
        file = None
    except OSError as error:
        raise CommandRefused(f"{path} cannot be read: {error.strerror}.") from None
    if file is None:
        yield None, 0
        return
    with file:
        yield file, os.fstat(file.fileno()).st_size


def _copy(file: IO[bytes], size: int, write: Write) -> None:
    while size and (chunk := file.read(min(size, archive.CHUNK))):
        size -= len(chunk)
        write(chunk)
