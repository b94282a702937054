"""What tests of the checks share: Tencent Cloud as the emulator plays it."""

from tests.wechat.conftest import emulator, emulator_server

__all__ = ["emulator", "emulator_server"]
