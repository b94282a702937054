"""Restoring a backup into an empty database: first what could be wrong, then the deed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from heli.ground import clock
from heli.ground.audit.recording import Kind, Subject, record
from heli.ground.configuration import Configuration
from heli.ground.files import draft_of, written_privately
from heli.ops.backup import archive, clients
from heli.ops.backup.archive import Archive
from heli.ops.backup.manifest import Manifest
from heli.ops.backup.taking import count_rows
from heli.ops.errors import CommandRefused, DatabaseFailed

MAJOR_MIN = 17  # pg_restore 18 sets what PostgreSQL 16 does not know


def restore_backup(backup: Archive, configuration: Configuration) -> None:
    """Make the database what it was. Django is set up, the archive and the settings were checked.

    Raises CommandRefused, and the database is as empty as before; DatabaseFailed also where rows
    are missing afterwards, which nothing is known to cause.
    """
    _refuse_newer(backup.manifest)
    _refuse_server(backup.manifest)
    _refuse_full_database()
    connection.close()  # pg_restore may take long, and nothing of ours has to wait for it
    clients.restore(configuration.database_url, backup.chunks(archive.DUMP))
    _compare(backup.manifest)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # else the first hours are planned without knowing any size
    if backup.has_checkpoints and configuration.audit_checkpoints:
        bring_back(backup, configuration.audit_checkpoints)


def tell_audit(backup: Archive, *, missing: Sequence[str]) -> bool:
    """Append to the restored audit that what came after the backup's moment is not in it.

    missing: migrations that the database has not had. Where the audit's own are among them its
    table is not yet what an entry needs; returns whether it was told.
    """
    if any(name.startswith("ground.") for name in missing):
        return False
    manifest = backup.manifest
    with transaction.atomic():
        record(
            Kind.DEED,
            "restore_backup",
            actor="command:restore",
            at=clock.now(),
            subject=Subject("backup", backup.mark),
            facts={
                "taken_at": manifest.taken_at.isoformat(),
                "heli": manifest.heli,
                "rows": manifest.rows,
            },
        )
    return True


def _refuse_newer(manifest: Manifest) -> None:
    on_disk = MigrationLoader(None).disk_migrations
    known = {f"{app}.{name}" for app, name in on_disk}
    known |= {f"{app}.{name}" for made in on_disk.values() for app, name in made.replaces}
    apps = {app for app, _name in on_disk}
    strange = [
        name for name in manifest.migrations if name not in known and name.partition(".")[0] in apps
    ]
    if strange:
        raise CommandRefused(
            f"The backup was taken by another version of Heli ({manifest.heli}): its tables had "
            f"{strange[0]}, which this version does not know."
        )


def _refuse_server(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major = cursor.fetchone()[0]
    needed = max(MAJOR_MIN, manifest.postgres // 10_000)
    if major < needed:
        raise CommandRefused(
            f"The database is PostgreSQL {major}; this backup is restored into {needed} or newer."
        )


def _refuse_full_database() -> None:
    """What an extension of the server brought does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT 'pg_class'::regclass AS kind, oid, relnamespace AS schema FROM pg_class
                UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
            ) AS thing
            JOIN pg_namespace ON pg_namespace.oid = thing.schema
            WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
            AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE classid = thing.kind AND objid = thing.oid AND deptype = 'e'
            )
            """
        )
        if cursor.fetchone()[0]:
            raise CommandRefused(
                "The database is not empty. A restore replaces nothing: choose a new directory "
                "with --data DIR, or a new database with DATABASE_URL."
            )


def _compare(manifest: Manifest) -> None:
    found = count_rows()
    wrong = sorted(
        name
        for name in manifest.tables.keys() | found.keys()
        if manifest.tables.get(name) != found.get(name)
    )
    if wrong:
        raise DatabaseFailed(
            f"The backup was restored, but {len(wrong)} tables ({wrong[0]} the first) do not have "
            "the rows that its manifest tells of; do not use this database."
        )


def bring_back(backup: Archive, path: Path) -> None:
    """The audit's checkpoints, where there are none: those that are there vouch for more."""
    draft = draft_of(path)
    try:
        if path.exists():
            return
        with written_privately(draft) as file:
            for chunk in backup.chunks(archive.CHECKPOINTS):
                file.write(chunk)
        draft.rename(path)
    except OSError as error:
        raise CommandRefused(
            f"The database was restored, but {path} cannot be written: {error.strerror}."
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()
