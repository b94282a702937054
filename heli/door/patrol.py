"""Who lets the door wait is sent away: seen by one look at all connections, once a second.

A timer for each request would cost every booking of a rush; a look costs nothing where nobody
asks. It counts looks and not the clock, so that a door that had no turn for a while blames nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol
from weakref import WeakKeyDictionary

from uvicorn.server import ServerState

LOOK_EVERY_SECONDS = 1.0


class Watched(Protocol):
    """A connection that can be looked at."""

    def look(self) -> None:
        """Hang up if it has let the door wait for too many looks."""


class Patrol:
    """The looks at one server's connections, for as long as there are any."""

    def __init__(self, connections: Collection[Watched], loop: asyncio.AbstractEventLoop) -> None:
        self._connections, self._loop = connections, loop
        self._next: asyncio.TimerHandle | None = None

    def go_on(self) -> None:
        """See to it that there is a next look."""
        if self._next is None:
            self._next = self._loop.call_later(LOOK_EVERY_SECONDS, self._look)

    def _look(self) -> None:
        self._next = None
        for connection in list(self._connections):
            connection.look()
        if self._connections:
            self.go_on()


_patrols: WeakKeyDictionary[ServerState, Patrol] = WeakKeyDictionary()


def watch(
    server: ServerState, connections: Collection[Watched], loop: asyncio.AbstractEventLoop
) -> None:
    """Look at this server's connections from now on, as long as there are any."""
    patrol = _patrols.get(server)
    if patrol is None:
        patrol = _patrols[server] = Patrol(connections, loop)
    patrol.go_on()
