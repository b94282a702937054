"""The emulator in a thread of this process, reached over real HTTP: for tests."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from heli.wechat.emulator.remote import Control
from heli.wechat.emulator.server import listening_socket, started
from heli.wechat.emulator.state import Registered, State, registered


@dataclass(frozen=True)
class Emulated:
    """An emulator that runs. address: without a slash at the end. control: its strings.

    registered: the apps and keys it knows.
    """

    address: str
    control: Control
    registered: Registered

    @property
    def api(self) -> str:
        """Base address of the server API."""
        return f"{self.address}/api"

    @property
    def open(self) -> str:
        """Base address of the pages that ask for an account."""
        return f"{self.address}/open"

    @property
    def mp(self) -> str:
        """Base address of the pictures of QR codes."""
        return f"{self.address}/mp"

    @property
    def js(self) -> str:
        """Address of the stand-in for WeChat's script."""
        return f"{self.address}/open/jweixin.js"


@contextmanager
def emulator_running(
    webhook: str | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Emulated]:
    """An emulator on a free port, for the length of the block.

    webhook: where it pushes, None for nowhere. env: settings of the apps; the process's own
    environment is the default.
    """
    listening = listening_socket("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    known = registered(os.environ if env is None else env)
    state = State(known, address=address, webhook=webhook)
    state.reset()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wechat emulator", daemon=True)
    thread.start()  # first: the thread that asks may run a loop of its own, as Playwright's does
    runner = asyncio.run_coroutine_threadsafe(started(state, listening), loop).result()
    control = Control(address)
    try:
        yield Emulated(address, control, known)
    finally:
        control.close()
        loop.call_soon_threadsafe(state.stop)
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
