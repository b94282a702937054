"""What every test stands on: a real PostgreSQL, emptied of what moves after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

MOVING_TABLES = (
    "bookings_lapse, bookings_bookingevent, bookings_proposal, bookings_party, bookings_booking, "
    "slots_returnedplace, slots_slot, notices_notice, identity_verification, "
    "ground_outboxevent, ground_clockoffset, "
    "places_openinghours, places_closure, places_extraday, places_servicerule, places_policy, "
    "places_office"
)


@pytest.fixture
def database(django_db_setup: None, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Real transactions, seen by every connection; regions stay, all else is emptied after."""
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {MOVING_TABLES} RESTART IDENTITY CASCADE")
