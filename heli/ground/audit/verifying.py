"""Whether the audit is whole: what was removed, changed, inserted or left out, and the tail.

An entry that waits for its place in the chain is part of the tail, which is no fault: seconds old
where the job worker runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from heli.ground.audit import chain, checkpoints
from heli.ground.models import AuditEntry

READ_AT_ONCE = 2000
PROBLEMS_MAX = 100
# No transaction lasts so long. What claims to be older than a run of the chain by more than this,
# and was not chained in that run, was not there then.
COMMITTED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was recorded. kind: changed, removed, late, left_out, row,
    guard, rewritten, cut or checkpoint. position: in the chain, None outside of it."""

    kind: str
    position: int | None
    text: str


@dataclass(frozen=True)
class Report:
    """What was found. tail: how many entries wait for their place; tail_since: the oldest, UTC.

    checkpoints: how many lines of the file are ours, None without a file; signed_to: the last
    position that one of them vouches for. problems: at most a hundred; found: how many there are.
    """

    chained: int
    head: bytes
    tail: int
    tail_since: datetime | None
    checkpoints: int | None
    unreadable_lines: int
    signed_to: int
    problems: tuple[Problem, ...]
    found: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing was tampered with."""
        return self.found == 0


@dataclass
class _Findings:
    problems: list[Problem] = field(default_factory=list)
    found: int = 0

    def add(self, kind: str, position: int | None, text: str) -> None:
        self.found += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(kind, position, text))


def verify_audit() -> Report:
    """Read the whole audit and the file of checkpoints; nothing is changed.

    It may run while Heli serves: what is appended meanwhile is tail, or further chain.
    """
    findings = _Findings()
    signed = _Signed.read(settings.HELI.audit_checkpoints, findings)
    end = _walk(findings, signed)
    for position in sorted(signed.by_position):
        if position > end.position:
            text = (
                f"A checkpoint vouches for position {position}; the chain ends at {end.position}."
            )
            findings.add("cut", position, text)
    waiting = AuditEntry.objects.filter(position__isnull=True)
    if end.chained_at is not None:
        since = end.chained_at - COMMITTED_WITHIN
        for id in waiting.filter(really_at__lt=since).order_by("id").values_list("id", flat=True):
            findings.add("left_out", None, f"Entry {id} was there and has no place in the chain.")
    tail, tail_since = chain.tail()
    _compare_rows(findings)
    _look_at_guards(findings)
    return Report(
        chained=end.position,
        head=end.hash,
        tail=tail,
        tail_since=tail_since,
        checkpoints=signed.genuine,
        unreadable_lines=signed.unreadable,
        signed_to=max(signed.by_position, default=0),
        problems=tuple(findings.problems),
        found=findings.found,
    )


@dataclass
class _Signed:
    """What the file vouches for: hashes by their position."""

    genuine: int | None = None
    unreadable: int = 0
    by_position: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None, findings: _Findings) -> _Signed:
        signed = cls()
        if path is None or not path.exists():
            return signed
        signed.genuine = 0
        for number, checkpoint in enumerate(checkpoints.read_all(path), start=1):
            if checkpoint is None:
                signed.unreadable += 1
            elif not checkpoints.is_genuine(checkpoint):
                text = f"Line {number} of the checkpoints is not signed by this installation."
                findings.add("checkpoint", checkpoint.position, text)
            else:
                signed.genuine += 1
                signed.by_position[checkpoint.position] = checkpoint.hash
        return signed


def _walk(findings: _Findings, signed: _Signed) -> chain.Head:
    """Follow the chain from its beginning to its end."""
    end = chain.Head(0, chain.BEGINNING, None)
    run_before: datetime | None = None  # the moment of the run before the one being read
    for told, place in _chained():
        if place.position != end.position + 1:
            _tell_removed(findings, end.position + 1, place.position - 1)
        elif place.hash != chain.hash_of(
            told, position=place.position, previous=end.hash, chained_at=_moment(place)
        ):
            text = f"Entry {told.id} at position {place.position} is not the one that was chained."
            findings.add("changed", place.position, text)
        if place.chained_at != end.chained_at:
            run_before = end.chained_at
        if run_before is not None and told.really_at < run_before - COMMITTED_WITHIN:
            text = f"Entry {told.id} was added later than it says; it was not there in time."
            findings.add("late", place.position, text)
        vouched = signed.by_position.get(place.position)
        if vouched is not None and vouched != place.hash:
            text = f"The chain was rewritten: position {place.position} was signed otherwise."
            findings.add("rewritten", place.position, text)
        end = place
    return end


def _tell_removed(findings: _Findings, first: int, last: int) -> None:
    where = f"position {first}" if first == last else f"positions {first} to {last}"
    findings.add("removed", first, f"What was chained at {where} is not there.")


def _chained() -> Iterator[tuple[chain.Told, chain.Head]]:
    after = 0
    columns = (*chain.Told._fields, *chain.Head._fields)
    while True:
        rows = AuditEntry.objects.filter(position__gt=after).order_by("position")
        batch = list(rows.values_list(*columns)[:READ_AT_ONCE])
        for row in batch:
            told = chain.Told(*row[: len(chain.Told._fields)])
            position, hash, chained_at = row[len(chain.Told._fields) :]
            yield told, chain.Head(position, bytes(hash), chained_at)
        if len(batch) < READ_AT_ONCE:
            return
        after = batch[-1][len(chain.Told._fields)]


def _moment(place: chain.Head) -> datetime:
    assert place.chained_at is not None  # a constraint: position, hash and moment come together
    return place.chained_at


_DIFFERENCES = {
    "changed": "{table}: row {row} is not what entry {entry} tells of.",
    "removed": "{table}: row {row}, of which entry {entry} tells, is not there.",
    "untold": "{table}: row {row} is there, and the audit was never told of it.",
}


def _compare_rows(findings: _Findings) -> None:
    """Whether the rows of which entries tell are still the same, and no others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry, told_by, id, what FROM ground_audit_differences()")
        for entry, table, row, what in cursor.fetchall():
            text = _DIFFERENCES[what].format(entry=entry, table=table, row=row)
            findings.add("row", None, text)


def _look_at_guards(findings: _Findings) -> None:
    """Whether the triggers that append and refuse are switched on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgenabled = 'D' AND NOT tgisinternal ORDER BY relname, tgname"
        )
        for trigger, table in cursor.fetchall():
            findings.add("guard", None, f"{table}: the trigger {trigger} is switched off.")
