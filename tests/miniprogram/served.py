"""The demo world and its WeChat for the mini program's own tests (miniprogram/tests).

Usage: python -m tests.miniprogram.served

Prints one line of JSON with both addresses once they answer, and ends when its standard input
does, however whoever started it ended.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from heli.wechat.emulator.running import emulator_running
from heli.wechat.emulator.settings import settings_for
from tests.journeys.demo_server import demo_served


def main() -> None:
    """Serve until nobody listens any more."""
    with (
        tempfile.TemporaryDirectory(prefix="heli-miniprogram-") as folder,
        emulator_running(env={}) as emulated,
        demo_served(Path(folder) / "world", settings_for(emulated.address, {})) as served,
    ):
        addresses = {"address": served.address, "emulator": emulated.address}
        sys.stdout.write(f"{json.dumps(addresses)}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
