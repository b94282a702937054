"""Who asks for a place while enough are being served waits for their turn, in the order they came.

Most of them wait as the bytes that they sent (`heli.door.protocol`): a request that has been read
takes some nine kilobytes until it is answered, as it came one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)

SERVED_AT_ONCE_MAX = 512  # several groups: one is written, others are read, and the next gather
HERE_MAX = 5000  # served and waiting, in this process; more would wait three seconds or so

TURNS = "turns"
"""In the state that the door shares with its connections."""

CAME = "heli.came"
"""In the scope of a request whose turn it is: since when it waited, by the monotonic clock."""


class Turns:
    """The turns at one door, for one event loop. As a context: somebody is being served."""

    def __init__(self) -> None:
        self._served = 0
        self._waiting: deque[Callable[[], None]] = deque()
        self._lets_in_soon = False

    @property
    def are_busy(self) -> bool:
        """Whether who comes now has to wait."""
        return self._served >= SERVED_AT_ONCE_MAX or bool(self._waiting)

    @property
    def are_full(self) -> bool:
        """Whether who comes now would have to wait too long."""
        return self._served + len(self._waiting) >= HERE_MAX

    def wait(self, go_on: Callable[[], None]) -> None:
        """Wait for a turn, as the last. go_on: called when it has come; it may have gone by then
        and take none."""
        self._waiting.append(go_on)
        self._let_in()

    async def has_come(self) -> None:
        """Return when it is the turn of who asks, as the last who wait now."""
        if self.are_busy:
            come = asyncio.Event()
            self.wait(come.set)
            await come.wait()

    def __enter__(self) -> None:
        """Be served for the length of the block."""
        self._served += 1

    def __exit__(self, *_raised: object) -> None:
        """Make room for the next."""
        self._served -= 1
        if self._waiting:
            self._let_in()

    def _let_in(self) -> None:
        """Call as many as there is room for; and look again once it is seen who of them took it."""
        if self._lets_in_soon:
            return
        room = min(SERVED_AT_ONCE_MAX - self._served, len(self._waiting))
        for _one in range(room):
            self._call(self._waiting.popleft())
        if room > 0 and self._waiting:
            self._lets_in_soon = True
            asyncio.get_running_loop().call_soon(self._look_again)

    def _look_again(self) -> None:
        self._lets_in_soon = False
        self._let_in()

    def _call(self, go_on: Callable[[], None]) -> None:
        try:
            go_on()
        except Exception:  # a matter between the door and them; who makes room has no part in it
            log.exception("somebody whose turn had come could not go on")
