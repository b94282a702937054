"""The rules of the slots that people ask for, kept at the door: a look into memory for each.

With a slot the others of its day are read along: in a rush each is full within a moment, and all
who came for it would wait for the next one's rules together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from heli.bookings.slot_rules import SlotRules, rules_of_days
from heli.door.threads import in_thread
from heli.ground.refusals import Unavailable

FRESH_SECONDS = 5.0  # older ones are read again, meanwhile they serve
KEPT_SECONDS_MAX = 30.0  # older ones no longer serve: then the asker waits for the reading
KEPT_MAX = 20_000

# What is told of a slot that is not there: the allocator says so.
NO_SUCH_SLOT = SlotRules(office_id="", real_name_checks=None, asks_household_address=False)


class KeptRules:
    """What was read of the rules for slots, by one event loop.

    A rule that changes holds here within KEPT_SECONDS_MAX, and mostly within FRESH_SECONDS.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, SlotRules]] = {}
        self._reading: asyncio.Task[None] | None = None

    def of(self, slot_id: int) -> SlotRules | None:
        """What is known of the rules for this slot; None where it was not read of late."""
        found = self._kept.get(slot_id)
        return None if found is None else found[1]

    async def know(self, slot_ids: Iterable[int]) -> None:
        """See to it that the rules for these slots are known, as far as the database answers."""
        now = time.monotonic()
        unknown, old = [], []
        for slot_id in set(slot_ids):
            found = self._kept.get(slot_id)
            read_at, rules = found or (float("-inf"), NO_SUCH_SLOT)
            if now - read_at < FRESH_SECONDS:
                continue
            if rules is NO_SUCH_SLOT or now - read_at >= KEPT_SECONDS_MAX:
                self._kept.pop(slot_id, None)
                unknown.append(slot_id)
            else:
                old.append(slot_id)
        if unknown:
            await self._read(unknown)
        if old and (self._reading is None or self._reading.done()):
            self._reading = asyncio.ensure_future(self._read(old))

    async def _read(self, slot_ids: list[int]) -> None:
        began = time.monotonic()
        with suppress(Unavailable):  # who asks for what is not known is passed on
            found = dict.fromkeys(slot_ids, NO_SUCH_SLOT)
            found |= await in_thread(lambda: rules_of_days(slot_ids))
            self._kept |= {slot_id: (began, rules) for slot_id, rules in found.items()}
        for slot_id in list(islice(self._kept, max(0, len(self._kept) - KEPT_MAX))):
            del self._kept[slot_id]
