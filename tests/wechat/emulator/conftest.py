"""Calls to the emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heli.wechat.emulator.running import Emulated
from tests.wechat.emulator.asking import Asking


@pytest.fixture
def asking(emulator: Emulated) -> Iterator[Asking]:
    """A server that talks to the emulator."""
    asking = Asking(emulator)
    yield asking
    asking.client.close()
