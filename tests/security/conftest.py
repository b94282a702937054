"""One world for all tests of a file: each request in it is taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import empty_tables
from tests.security.world import World, a_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """The world, made once; the file's tests leave it as it is."""
    with django_db_blocker.unblock():
        try:
            yield a_world()
        finally:
            empty_tables()
