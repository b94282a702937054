"""What every test stands on: a real PostgreSQL, emptied of what moves after each test."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from heli.places.models import Region
from heli.vault import keys

# Files that take minutes, the longest first: at the end of a run on several processes none of them
# is then still to begin while all others have ended.
LONG_FILES = (
    "tests/ops_demo/test_command.py",
    "tests/ops/test_serve.py",
    "tests/ops/test_bench_rush.py",
    "tests/ops_demo/test_story.py",
    "tests/faults/test_kill.py",
    "tests/journeys/",
    "tests/ops/test_channels.py",
    "tests/faults/test_rush.py",
    "tests/cases/test_model.py",
    "tests/ops/test_postgres.py",
    "tests/bookings/test_model.py",
    "tests/channels/test_guide.py",
)

# No test judges by how long it took.
hypothesis_settings.register_profile("heli", deadline=None)
hypothesis_settings.load_profile("heli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; all else stays in its order."""
    items.sort(key=_place_in_order)


def _place_in_order(item: pytest.Item) -> int:
    longest = (place for place, path in enumerate(LONG_FILES) if item.nodeid.startswith(path))
    return next(longest, len(LONG_FILES))


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys of this run's own: sealed in one run, unreadable in the next."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.create_key_file(path)
    settings.HELI = dataclasses.replace(settings.HELI, keys=path)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Hashes that cost nothing: the tests open hundreds of sessions at the desk."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test begins in Chinese, whatever language an earlier one asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(  # type: ignore[no-untyped-def]
    django_test_environment: None, django_db_blocker
) -> Iterator[None]:
    """The test database. pytest-django's own fixture makes it for tests with its mark alone and
    would leave all others, and what they empty, to the real one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    test_settings = connection.settings_dict["TEST"]
    test_settings["NAME"] = f"test_{connection.settings_dict['NAME']}{worker}"
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set()
        )
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:  # the allocator's thread keeps its connection
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        teardown_databases(made, verbosity=0)


@pytest.fixture
def database(django_db_setup: None, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Real transactions, seen by every connection; regions stay, all else is emptied after."""
    with django_db_blocker.unblock():
        yield
        empty_tables()


def empty_tables() -> None:
    """Empty every table of Heli's but the regions, and the queue of jobs.

    Rows are deleted with the guards off: ten times faster than TRUNCATE, which makes new files
    for every table and index.
    """
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("heli.") and model is not Region
    ]
    queue = ("procrastinate_events", "procrastinate_jobs")  # with the guards off nothing cascades
    deletes = "".join(f"DELETE FROM {table};" for table in (*tables, *queue))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {deletes}")
