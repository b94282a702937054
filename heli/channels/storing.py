"""Write what a file says of channels, and only what differs from what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from heli.channels import rules
from heli.channels.files import EntryRow
from heli.channels.models import ChannelEntry
from heli.ground import clock

Key = tuple[str | None, str, str, str]
KEY = ("region_id", "kind", "name", "source")  # what tells entries apart


def store_entries(rows: Iterable[EntryRow], *, at: datetime) -> int:
    """Add and change entries; returns how many were new or different. at: the moment, UTC.

    Needs the caller's transaction. An entry that an operator has confirmed keeps what they said.
    """
    stored = {_key_of(entry): entry for entry in ChannelEntry.objects.select_for_update()}
    added: list[ChannelEntry] = []
    changed: list[ChannelEntry] = []
    for row in rows:
        before = stored.get((row.region_code, row.kind, row.name, row.source))
        fields = _fields(row)
        if before is None:
            review_on = row.review_on or _review_day(row, at)
            added.append(ChannelEntry(**fields, review_on=review_on, added_at=at))
        elif before.checked_by is None and _differs(before, fields, row):
            for name, value in fields.items():
                setattr(before, name, value)
            before.review_on = row.review_on or _review_day(row, before.added_at)
            before.added_at = at
            changed.append(before)
    ChannelEntry.objects.bulk_create(added)
    if changed:
        written = [name for name in fields if name not in KEY]
        ChannelEntry.objects.bulk_update(changed, written, batch_size=500)
    return len(added) + len(changed)


def _review_day(row: EntryRow, at: datetime) -> Any:
    return rules.review_day(row.confidence, row.as_of, clock.day_of(at))


def _differs(before: ChannelEntry, fields: dict[str, Any], row: EntryRow) -> bool:
    is_other_day = row.review_on is not None and row.review_on != before.review_on
    return is_other_day or any(getattr(before, name) != value for name, value in fields.items())


def _key_of(entry: ChannelEntry) -> Key:
    return (entry.region_id, entry.kind, entry.name, entry.source)


def _fields(row: EntryRow) -> dict[str, Any]:
    return {
        "region_id": row.region_code,
        "kind": row.kind.value,
        "name": row.name,
        "operator": row.operator,
        "operator_stated": row.operator_stated,
        "path": row.path,
        "url": row.url,
        "services": list(row.services),
        "source": row.source,
        "source_kind": row.source_kind.value,
        "as_of": row.as_of,
        "confidence": row.confidence.value,
        "note": row.note,
        "ended_on": row.ended_on,
    }
