"""Appending to the audit, in the caller's transaction, and saying who changes rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from heli.ground.models import AuditEntry

REASON_MAX, KIND_MAX, SUBJECT_MAX = 300, 40, 64  # characters
# A reason is plain text for good: a document number or a telephone in it is struck out.
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}(?:[\s-]?[Xx])?")


class Kind(StrEnum):
    """What an entry tells of."""

    READING = "reading"  # sealed data was opened
    DEED = "deed"  # something was done
    CHANGE = "change"  # a row was changed, told by a trigger


@dataclass(frozen=True)
class Subject:
    """What an entry is about. kind: "booking", "case", "staff". id: the row's, as text."""

    kind: str
    id: str


NOTHING = Subject("", "")


def record(
    kind: Kind,
    what: str,
    *,
    actor: str,
    at: datetime,
    subject: Subject = NOTHING,
    office: str = "",
    reason: str = "",
    facts: Mapping[str, str | int | bool | None] | None = None,
) -> None:
    """Append one entry, in the caller's transaction.

    actor: "staff:7", "command:load", "person". at: business time, UTC; the real one is the
    database's. reason: why, at most 300 characters; long numbers are struck out of it. facts: ids
    and words, never personal data.
    """
    AuditEntry.objects.create(
        kind=kind,
        what=what,
        actor=actor,
        subject_kind=subject.kind[:KIND_MAX],
        subject=subject.id[:SUBJECT_MAX],
        office=office,
        reason=without_numbers(reason)[:REASON_MAX],
        facts=dict(facts or {}),
        at=at,
    )


def say_who(actor: str, *, why: str = "") -> None:
    """Until the end of the transaction the rows that change are changed by this actor.

    What the triggers of the tracked tables write takes it from here. actor: as for `record`. why:
    the deed. Without a transaction it holds for nothing.
    """
    told = json.dumps({"by": actor, "why": without_numbers(why)[:REASON_MAX]}, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [told])


def without_numbers(text: str) -> str:
    """The text without what could be a document number or a telephone.

    >>> without_numbers("她打电话来 138 0013 8000，要改到 12月24日")
    '她打电话来 …，要改到 12月24日'
    """
    return _LONG_NUMBER.sub("…", text.strip())
