"""Business time at the door: real time in production, running ahead by an offset in the demo."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from heli.door.changes import Changes, Kind
from heli.door.shared import SharedReading
from heli.door.threads import in_thread
from heli.ground import clock


class BusinessTime:
    """The moment in business time, without asking the database for each."""

    def __init__(self, changes: Changes) -> None:
        self._offset: SharedReading[timedelta] = SharedReading(
            lambda: in_thread(clock.offset), lambda: changes.seen(Kind.CLOCK)
        )

    async def now(self) -> datetime:
        """The moment, UTC; as `heli.ground.clock.now`."""
        if not settings.HELI.clock_can_move:
            return clock.real_now()
        offset = self._offset.fresh()
        if offset is None:
            offset = await self._offset.get()
        return clock.real_now() + offset
