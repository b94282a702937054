"""Processes that end with their parent, however that ends: programs, and forks of this one."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LOOK_EVERY_SECONDS = 0.5
STOPPING = (signal.SIGTERM, signal.SIGINT)

_forking = multiprocessing.get_context("fork")


# It becomes the program, which the kernel then tells to end when its parent is killed. SIGTERM and
# not SIGKILL: a program of several processes passes it on to the others.
_ATTACHED = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def program_that_ends_with_us(program: str | Path, *arguments: str) -> list[str]:
    """The command of somebody's program, which is told to end when this process does, however."""
    return [sys.executable, "-c", _ATTACHED, str(os.getpid()), str(program), *arguments]


def die_with(parent: int) -> None:
    """End this process when the parent ends, however it ends; at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os._exit(1)


class Forked:
    """A process that does one deed, forked from this one, which may have one thread only.

    It leads a session of its own, ends with its parent, is told of SIGTERM by the system's rule
    until the deed makes another, and is called by its name in `ps` (15 letters).
    """

    def __init__(self, name: str, deed: Callable[[], None]) -> None:
        self._process = _forking.Process(target=_be, args=(name, deed, os.getpid()), name=name)
        # What comes before the child has its own rules must not be lost to ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None  # it was started
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended; None while it runs. Below zero: by that signal."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, so many seconds; how it ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return code


def _be(name: str, deed: Callable[[], None], parent: int) -> None:
    os.setsid()
    for stopping in STOPPING:
        signal.signal(stopping, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)  # what came meanwhile ends it
    die_with(parent)
    _be_called(name)
    deed()


def _be_called(name: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
