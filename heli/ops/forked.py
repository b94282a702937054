"""Processes that end with their parent, and a parent that keeps processes forked from itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 0.5
STEADY_SECONDS = 1.0  # one that lived less was not fit to live
STOPPING = (signal.SIGTERM, signal.SIGINT)


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
    """Processes that do the same deed, each by its number. Of a process with one thread only."""

    def __init__(self, deed: Callable[[int], None]) -> None:
        self._deed = deed
        self._numbers: dict[int, int] = {}  # by process
        self._started: dict[int, float] = {}
        self._is_stopping = False

    def keep(self, how_many: int) -> None:
        """Fork so many and replace those that die, until SIGTERM is passed on and all have ended.

        Ends the process with 1 where one ended as soon as it was started. One that was killed
        (SIGKILL is always somebody else's doing) is replaced, however young it was.
        """
        for stopping in STOPPING:
            signal.signal(stopping, self._stop)
        for number in range(how_many):
            self._fork(number)
        failed = False
        while self._numbers:
            pid, status = os.waitpid(-1, 0)
            was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            number, lived = self._numbers.pop(pid), time.monotonic() - self._started.pop(pid)
            if self._is_stopping:
                continue
            if lived < STEADY_SECONDS and not was_killed:
                failed = True
                self._stop(signal.SIGTERM, None)
            else:
                self._fork(number)
        if failed:
            sys.exit(1)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
        for pid in self._numbers:
            os.kill(pid, signal.SIGTERM)

    def _fork(self, number: int) -> None:
        # A signal to stop must find every child noted, or none begun.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            if self._is_stopping:
                return
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                self._be(number, parent)
            self._numbers[pid], self._started[pid] = number, time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _be(self, number: int, parent: int) -> NoReturn:
        code = 1
        try:
            for stopping in STOPPING:
                signal.signal(stopping, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)  # what came meanwhile ends it
            die_with(parent)
            self._deed(number)
            code = 0
        except BaseException:  # noqa: BLE001 nothing of the parent's may run here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
