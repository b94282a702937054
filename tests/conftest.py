"""What every test stands on: a real PostgreSQL, emptied of what moves after each test."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from heli.vault import keys

MOVING_TABLES = (
    "hall_staffreading, hall_outcome, hall_ticketparty, hall_ticket, hall_checkin, "
    "hall_wrongpassword, hall_staffsession, hall_staff, "
    "cases_caseevent, cases_certificateplace, cases_caseparty, cases_case, "
    "bookings_lapse, bookings_bookingevent, bookings_proposal, bookings_party, bookings_booking, "
    "slots_returnedplace, slots_slot, notices_notice, notices_reminded, identity_verification, "
    "ground_outboxevent, ground_clockoffset, procrastinate_jobs, "
    "places_openinghours, places_closure, places_extraday, places_servicerule, places_policy, "
    "places_office"
)


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


@pytest.fixture(scope="session")
def django_db_setup(  # type: ignore[no-untyped-def]
    django_test_environment: None, django_db_blocker
) -> Iterator[None]:
    """The test database. pytest-django's own fixture makes it for tests with its mark alone and
    would leave all others, and their TRUNCATE, to the real one."""
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
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {MOVING_TABLES} RESTART IDENTITY CASCADE")
