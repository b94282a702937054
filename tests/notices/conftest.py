"""The emulator, as the tests of WeChat have it."""

from tests.wechat.conftest import emulator, emulator_server

__all__ = ["emulator", "emulator_server"]
