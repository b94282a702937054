"""The web process's pages behind a real port, for the emulator to push to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread, _StaticFilesHandler

from heli.wechat.pushes.answers import PATH


@contextmanager
def webhook_running() -> Iterator[str]:
    """The address for pushes, for the length of the block."""
    thread = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    thread.server_class = ThreadedWSGIServer
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    try:
        yield f"http://127.0.0.1:{thread.port}{PATH}"
    finally:
        thread.terminate()
