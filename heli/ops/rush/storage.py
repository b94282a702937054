"""The bare storage: the allocator's own statement, without HTTP, people or cryptography.

    python -m heli.ops.rush.storage PARENT ROWS FIRST_SLOT SLOTS SECONDS

The rows are of the sizes of real ones and made before the clock starts, with random bytes where
those are sealed. As many processes as the server has write in batches as large as the allocator's
largest, to one slot after another.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from heli.ops.forked import die_with
from heli.ops.rush.load import LoadFailed, Slots

if TYPE_CHECKING:
    from heli.bookings.take import TakeRow

ROWS_PER_SECOND = 40_000  # of all writers: more than any machine we know takes
SEALED_BYTES = 165
POOL = 256  # of values for each sealed field


def storage_per_s(slots: Slots, *, writers: int, seconds: int) -> float:
    """Places taken per second by so many writer processes. Raises LoadFailed."""
    rows = ROWS_PER_SECOND * seconds // writers
    processes = [_start(rows, slots, seconds) for _ in range(writers)]
    try:
        for process in processes:
            _line(process)  # it is ready
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()  # go
        told = [json.loads(_line(process)) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    if any(one["ran_out"] for one in told):
        raise LoadFailed("The rows or the slots ran out before the seconds were over.")
    return float(sum(one["taken"] / one["seconds"] for one in told))


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise LoadFailed("A writer of the bare storage failed; see above why.")
    return line


def _start(rows: int, slots: Slots, seconds: int) -> subprocess.Popen[str]:
    arguments = (os.getpid(), rows, slots.first, slots.count, seconds)
    return subprocess.Popen(
        [sys.executable, "-m", "heli.ops.rush.storage", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def prepared_rows(count: int) -> list[TakeRow]:
    """Rows of people of whom there is one only; the slot is yet to be said."""
    from uuid_utils.compat import uuid7

    from heli.bookings.codes import new_code
    from heli.bookings.take import TakeRow
    from heli.ground import clock
    from heli.law import eligibility
    from heli.ops.rush.requests import SERVICE, key_of

    chance = random.Random(os.getpid())
    sealed = [chance.randbytes(SEALED_BYTES) for _ in range(POOL)]

    at = clock.now()
    return [
        TakeRow(
            at=at,
            booking=uuid7(),
            code=new_code(),
            service=SERVICE,
            slot=0,
            person=chance.randbytes(32),
            key=key_of(number),
            digest=chance.randbytes(32),
            eligibility=eligibility.VERSION,
            predecessor=None,
            applicant_id=uuid7(),
            applicant_details=chance.choice(sealed),
            partner_id=uuid7(),
            partner_named=chance.randbytes(32),
            partner_details=chance.choice(sealed),
        )
        for number in range(count)
    ]


def write(rows: Sequence[TakeRow], slots: Slots, *, seconds: int) -> dict[str, object]:
    """Take places until the seconds are over; who finds a slot full asks for the next one."""
    from heli.bookings.allocator import BATCH_MAX
    from heli.bookings.storage import Storage
    from heli.bookings.take import Outcome

    storage, slot, outcomes = Storage(), slots.first, Counter[str]()
    storage.take_places([row._replace(slot=slot) for row in rows[:1]])  # connects
    written, began = 1, time.monotonic()
    again: list[TakeRow] = []  # who was told that the slot is full, and asks for the next one
    while (
        (took := time.monotonic() - began) < seconds
        and written < len(rows)
        and slot < slots.first + slots.count
    ):
        fresh = rows[written : written + BATCH_MAX - len(again)]
        written += len(fresh)
        batch = [row._replace(slot=slot) for row in (*again, *fresh)]
        answers = storage.take_places(batch)
        outcomes.update(answer.outcome for answer in answers)
        again = [
            row
            for row, answer in zip(batch, answers, strict=True)
            if answer.outcome is Outcome.SLOT_FULL
        ]
        if again:
            slot += 1
    return {"taken": outcomes[Outcome.TAKEN], "seconds": took, "ran_out": took < seconds}


def main(arguments: Sequence[str]) -> None:
    """Be one of the writers."""
    parent, rows, first_slot, slots, seconds = map(int, arguments)
    die_with(parent)
    import django

    django.setup()
    prepared = prepared_rows(rows)
    print("ready", flush=True)
    sys.stdin.read()  # until the parent closes it
    print(json.dumps(write(prepared, Slots(first_slot, slots), seconds=seconds)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
