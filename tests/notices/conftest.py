"""The emulator, as the tests of WeChat have it, and ways that were silent in no test before."""

from __future__ import annotations

import pytest

from heli.notices import silences
from tests.wechat.conftest import emulator, emulator_server

__all__ = ["emulator", "emulator_server", "no_silence"]


@pytest.fixture(autouse=True)
def no_silence() -> None:
    """Every way may be called."""
    silences.forget()
