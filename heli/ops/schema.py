"""The tables: which migrations are missing, and applying them, one command at a time."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from heli.ops.errors import DatabaseFailed
from heli.vault.marks import check_keys, refuse_unlike_marks

ONE_AT_A_TIME = 4_854_701  # the number of the advisory lock; any, but always the same


def prepare(*, is_embedded: bool) -> None:
    """See to it that the tables are those of this version: the embedded database is migrated; and
    that the key file is the one that this database was sealed with.

    Raises DatabaseFailed where somebody's own lacks something, since its owner decides when, and
    ConfigurationError for other keys.
    """
    if is_embedded:
        refuse_unlike_marks()  # a wrong key file changes nothing, the tables included
        migrate()
    elif missing := missing_migrations():
        raise DatabaseFailed(
            f"The database lacks {len(missing)} migrations ({', '.join(missing)}); "
            "run heli migrate first."
        )
    check_keys()


def missing_migrations() -> list[str]:
    """The migrations that the database has not had yet, such as 'slots.0002_release', in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> list[str]:
    """Apply what is missing and say what it was. Another command that does so is waited for, and
    so is a backup; where nothing is missing nobody is."""
    if not missing_migrations():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            missing = missing_migrations()
            if missing:
                call_command("migrate", verbosity=0, interactive=False)
            return missing
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
