"""The chain: each committed entry gets a position and a hash over itself and the one before.

It is done by one job within seconds and never in the transaction that writes the entry: that would
make every such commit wait for the one before. A hash is SHA-256 over this JSON array, written
without spaces and with sorted keys:

    ["heli audit 1", position, hash of the entry before in hexadecimal, id, kind, actor, what,
     subject_kind, subject, office, reason, facts, at, really_at, through, chained_at]

Moments are ISO 8601 in UTC with six digits of a second; before the first entry stand 64 zeros.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min

from heli.ground.models import AuditEntry

BEGINNING = bytes(32)
BATCH = 1000
ONE_AT_A_TIME = 4_854_702  # the number of the advisory lock; any, but always the same

_TOLD = (
    "id", "kind", "actor", "what", "subject_kind", "subject", "office", "reason", "facts",
    "at", "really_at", "through",
)  # fmt: skip


class Told(NamedTuple):
    """What an entry says, in the order in which it is hashed. Moments UTC."""

    id: int
    kind: str
    actor: str
    what: str
    subject_kind: str
    subject: str
    office: str
    reason: str
    facts: dict[str, object]
    at: datetime
    really_at: datetime
    through: str


class Head(NamedTuple):
    """The last entry that has its place. position: 0 before the first."""

    position: int
    hash: bytes
    chained_at: datetime | None


def hash_of(told: Told, *, position: int, previous: bytes, chained_at: datetime) -> bytes:
    """The hash that an entry has at this position, after the one with the hash `previous`."""
    text = json.dumps(
        ["heli audit 1", position, previous.hex(), *map(_plain, told), _plain(chained_at)],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).digest()


def head() -> Head:
    """The end of the chain."""
    row = (
        AuditEntry.objects.filter(position__isnull=False)
        .order_by("-position")
        .values_list("position", "hash", "chained_at")
        .first()
    )
    if row is None:
        return Head(0, BEGINNING, None)
    position, hash, chained_at = row
    assert position is not None  # as was asked for
    assert hash is not None  # a constraint: position, hash and moment come together
    return Head(position, bytes(hash), chained_at)


def next_unchained() -> datetime | None:
    """The real moment of the oldest entry that waits for its place, UTC, or None."""
    waiting = AuditEntry.objects.filter(position__isnull=True).order_by("id")
    return waiting.values_list("really_at", flat=True).first()


def tail() -> tuple[int, datetime | None]:
    """How many entries wait for their place, and the real moment of the oldest, UTC."""
    found = AuditEntry.objects.filter(position__isnull=True).aggregate(
        count=Count("id"), oldest=Min("really_at")
    )
    return found["count"], found["oldest"]


@transaction.atomic
def chain_waiting(_at: datetime) -> None:
    """Give every entry that is committed its place. Two at once: one does it, the other leaves.

    All in one transaction with one moment, by which `verifying` knows what had been committed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT clock_timestamp()")
        chained_at: datetime = cursor.fetchone()[0]
    end = head()
    while waiting := _waiting():
        end = _append(waiting, end, chained_at)


def _waiting() -> list[Told]:
    rows = AuditEntry.objects.filter(position__isnull=True).order_by("id").values_list(*_TOLD)
    return [Told(*row) for row in rows[:BATCH]]


def _append(waiting: list[Told], end: Head, chained_at: datetime) -> Head:
    positions, hashes = [], []
    position, previous = end.position, end.hash
    for told in waiting:
        position += 1
        previous = hash_of(told, position=position, previous=previous, chained_at=chained_at)
        positions.append(position)
        hashes.append(previous)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ground_auditentry entry SET position = place.position, hash = place.hash,"
            " chained_at = %s FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])"
            " AS place(id, position, hash) WHERE entry.id = place.id",
            [chained_at, [told.id for told in waiting], positions, hashes],
        )
    return Head(position, previous, chained_at)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
