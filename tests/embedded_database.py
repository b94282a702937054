"""A plugin of pytest: without DATABASE_URL the tests run on an embedded PostgreSQL of their own.

It has to be up before Django's settings are read, which pytest-django does very early; hence a
plugin (`-p tests.embedded_database` in pyproject.toml) and not a fixture.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from heli.ground.configuration import Environment
from heli.ops.data_directory import open_directory
from heli.ops.postgres import joined

_open = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    os.environ.setdefault("HELI_ENV", str(Environment.TEST))
    if not os.environ.get("DATABASE_URL"):
        path = Path(tempfile.mkdtemp(prefix="heli-tests-"))
        _open.callback(shutil.rmtree, path, ignore_errors=True)
        directory = open_directory(path, create_for=Environment.TEST)
        server = _open.enter_context(joined(directory, is_durable=False))
        os.environ["DATABASE_URL"] = server.url
    return (yield)


def pytest_unconfigure() -> None:
    _open.close()
