"""Something that is read once for all who ask within a short while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

AGE_SECONDS_MAX = 0.5
PAUSE_SECONDS = 0.1


class SharedReading(Generic[T]):
    """A value that is read when somebody asks, at most every PAUSE_SECONDS, and then shared.

    Whoever asks gets a value whose reading began less than AGE_SECONDS_MAX ago and after the
    last change that `seen` tells of: one's own change is always in it, anybody else's at most
    AGE_SECONDS_MAX and the length of a reading later.
    """

    def __init__(self, read: Callable[[], Awaitable[T]], seen: Callable[[], bytes]) -> None:
        self._read, self._seen = read, seen
        self._value: T | None = None
        self._began = float("-inf")  # the last reading, by the monotonic clock
        self._counted = b""  # what `seen` told when it began
        self._under_way: asyncio.Task[T] | None = None

    def fresh(self) -> T | None:
        """The value where it may be shared at this moment, else None: then `get` it."""
        if time.monotonic() - self._began < AGE_SECONDS_MAX and self._counted == self._seen():
            return self._value
        return None

    async def get(self) -> T:
        """The value, read anew where need be. Raises what the reading raises."""
        value = self.fresh()
        asked, known = time.monotonic(), self._seen()
        while value is None:
            if self._under_way is None:
                self._under_way = asyncio.ensure_future(self._read_soon())
            found = await asyncio.shield(self._under_way)
            # One that began before I asked may lack the change that I know of: then once more.
            if self._began >= asked or self._counted == known:
                value = found
        return value

    async def _read_soon(self) -> T:
        try:
            wait = self._began + PAUSE_SECONDS - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            began, counted = time.monotonic(), self._seen()
            value = await self._read()
            self._value, self._began, self._counted = value, began, counted
            return value
        finally:
            self._under_way = None
