"""Keeps child processes running: replaces one that dies, stops all of them within a bound."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import heli

BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0)  # the waits before a child is started again
STEADY_SECONDS = 30  # one that ran this long starts again at the shortest wait
FIT_SECONDS = 1.0  # one that lived less was not fit to live
DEATHS_OF_THE_UNFIT_MAX = 3
STOP_SECONDS_MAX = 20  # granian's own bound for draining is 10
LOOK_EVERY_SECONDS = 0.1


class Running(Protocol):
    """A process that was begun, as subprocess.Popen has it. It leads a group of its own."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def poll(self) -> int | None:
        """How it ended; None while it runs. Below zero: by that signal."""
        ...

    def terminate(self) -> None:
        """Send it SIGTERM."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, so many seconds; how it ended. Raises subprocess.TimeoutExpired."""
        ...


@dataclass
class Child:
    """A process to keep running. deaths: in a row, without a steady run between them.

    begin: how it is begun. is_front: it hands on to the others or asks them, so it is stopped, and
    has drained, before them. stop_seconds_max: for its draining; then it is killed. was_fit: it
    has lived for a second or more.
    """

    name: str
    begin: Callable[[], Running]
    is_front: bool = False
    stop_seconds_max: float = STOP_SECONDS_MAX
    process: Running | None = None
    deaths: int = 0
    was_fit: bool = False
    started_at: float = 0.0  # by the monotonic clock, like start_at
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Watches over its children: from a thread of its own, so that a caller may do other things,
    or in the caller's."""

    children: Sequence[Child]
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the children and watch over them."""
        # The children die with the thread that started them (see heli.ops.forked): it is this
        # one, and it ends after them.
        self._thread = threading.Thread(
            target=self.watch, args=(self._stop.wait,), name="supervisor"
        )
        self._thread.start()

    def stop(self) -> None:
        """SIGTERM to all, a bound for their draining, SIGKILL to what is left of their groups."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def most_deaths(self) -> int:
        """How often the child that fares worst has died in a row."""
        return max(child.deaths for child in self.children)

    def has_unfit(self) -> bool:
        """Whether one of the children has died three times and never lived for a second."""
        return any(
            child.deaths >= DEATHS_OF_THE_UNFIT_MAX and not child.was_fit for child in self.children
        )

    def watch(self, is_told: Callable[[float], bool]) -> None:
        """Start the children and keep them running until told to stop; then stop them. is_told:
        waits so many seconds and says whether it was by then."""
        while not is_told(LOOK_EVERY_SECONDS):
            for child in self.children:
                _keep(child)
        _stop_all([child for child in self.children if child.is_front])
        _stop_all([child for child in self.children if not child.is_front])


class Repetition:
    """Does the deed again and again in a thread, until it is stopped."""

    def __init__(self, deed: Callable[[], None], *, every_seconds: float) -> None:
        self._deed, self._every_seconds = deed, every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="repetition")

    def start(self) -> None:
        """Begin, after the first wait."""
        self._thread.start()

    def stop(self) -> None:
        """The deed is not begun again, and one that was begun is over."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self._every_seconds):
            self._deed()


def attached_command(*arguments: str) -> list[str]:
    """The command of a child that ends with this process; see `heli.ops.attached`."""
    return [sys.executable, "-m", "heli.ops.attached", str(os.getpid()), *arguments]


def attached(*arguments: str, inherited: Sequence[int] = ()) -> Callable[[], Running]:
    """How such a child is begun. inherited: open files that it gets."""

    def begin() -> Running:
        return subprocess.Popen(
            attached_command(*arguments),
            cwd=Path(heli.__file__).parents[1],  # where `-m heli` is found, installed or not
            stdin=subprocess.DEVNULL,
            pass_fds=inherited,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone
        )

    return begin


def _keep(child: Child) -> None:
    now = time.monotonic()
    if child.process is None:
        if now >= child.start_at:
            _start(child)
        return
    code = child.process.poll()
    lived = now - child.started_at
    if lived > FIT_SECONDS:
        child.was_fit = True
    if code is None:
        if lived > STEADY_SECONDS:
            child.deaths = 0
        return
    _kill_group(child.process)
    wait = BACKOFF_SECONDS[min(child.deaths, len(BACKOFF_SECONDS) - 1)]
    print(
        f"heli: {child.name} ended ({code}); it starts again in {wait:g} s.",
        file=sys.stderr,
        flush=True,
    )
    child.process, child.deaths, child.start_at = None, child.deaths + 1, now + wait


def _start(child: Child) -> None:
    child.started_at = time.monotonic()
    child.process = child.begin()


def _stop_all(children: Sequence[Child]) -> None:
    shortest_first = sorted(children, key=lambda child: child.stop_seconds_max)
    running = [(c.process, c.stop_seconds_max) for c in shortest_first if c.process is not None]
    for process, _seconds in running:
        process.terminate()
    told = time.monotonic()
    for process, seconds in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, told + seconds - time.monotonic()))
        _kill_group(process)
        process.wait()


def _kill_group(process: Running) -> None:
    """A child leads a group of its own; what it started may outlive it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
