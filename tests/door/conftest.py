"""One real server for all tests of this folder that ask over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.door.ends import Ends, open_ends
from tests.door.inside import InsideDoor, door_before, echo
from tests.faults.world import Server, served


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`heli serve` with two doors, and two web processes behind them."""
    with served(tmp_path_factory.mktemp("door") / "heli") as running:
        yield running


@pytest.fixture(scope="package")
def ends(server: Server) -> Iterator[Ends]:
    """Both ways to ask that server, and an office of its own."""
    with open_ends(server) as found:
        yield found


@pytest.fixture(scope="module")
def running() -> Iterator[InsideDoor]:
    """A door inside this process, for all tests of a module."""
    with door_before(echo) as found:
        yield found


@pytest.fixture
def door(running: InsideDoor) -> InsideDoor:
    """The module's door; its upstream echoes until the test says otherwise."""
    running.upstream.answers = echo
    running.upstream.asked.clear()
    return running
