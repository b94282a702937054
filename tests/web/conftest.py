"""What tests of the pages share: WeChat as the emulator plays it."""

from tests.wechat.conftest import emulator, emulator_server

__all__ = ["emulator", "emulator_server"]
