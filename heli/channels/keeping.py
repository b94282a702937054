"""How the directory is kept true: an operator confirms an entry, corrects it, or ends it.

Nothing is rewritten that somebody was shown: a correction ends the entry and adds another one.
Each is one transaction with the entry locked; sent twice, it is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.channels.fields import Fields
from heli.channels.kinds import (
    NAME_MAX,
    NOTE_MAX,
    OPERATOR_MAX,
    PATH_MAX,
    SERVICE_WORDS,
    Confidence,
    Kind,
    SourceKind,
)
from heli.channels.models import ChannelEntry, Remark
from heli.channels.reports import ID_MAX
from heli.channels.rules import REVIEWED_AFTER
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.ground.turns import wait_for_turn

FOUND_MAX = 240  # characters
CHECKED = "平台核实"  # leads the source of what an operator found out; data, and not translated

ENDED = _("这一条已经停用，或者已经改过，什么都没有改变。请从名录里重新打开。")
CHOOSE = _("请从列表里选择。")


@dataclass(frozen=True)
class Correction:
    """What an operator found out of a door, as typed. region: a code, None for the whole country.

    found: how it was found out ("电话问过市民政局"), or where it can be read; "" says no more than
    that the platform checked it.
    """

    region: str | None
    kind: str
    name: str
    operator: str | None
    operator_stated: bool
    path: str | None
    url: str | None
    services: tuple[str, ...]
    source_kind: str
    note: str | None
    found: str = ""


@transaction.atomic
def confirm_entry(entry_id: int, *, by: str, on: date) -> None:
    """The operator has checked it, and it holds as it stands: sure for another year.

    by: the operator's user name. on: the day, business time. What people remarked is settled.
    Raises NotFound where it is not there or has ended.
    """
    entry = _lock_valid(entry_id, on)
    entry.as_of = on.isoformat()
    entry.confidence = Confidence.HIGH
    entry.checked_by = by
    entry.review_on = on + REVIEWED_AFTER[Confidence.HIGH]
    entry.save(update_fields=["as_of", "confidence", "checked_by", "review_on"])
    _settle_remarks(entry)


@transaction.atomic
def correct_entry(entry_id: int, correction: Correction, *, by: str, on: date) -> int:
    """The operator has found it otherwise: it ends, and what was found takes its place.

    by, on: as for `confirm_entry`. Returns the id of the new entry; the same correction sent
    again answers the one that is there. Raises InvalidInput with every field at fault, NotFound.
    """
    values = _read(correction)
    wait_for_turn("channels.corrections")  # two corrections may lead to one name and source
    entry = _lock(entry_id)
    if entry.has_ended(on):
        return int(_successor(values, on).pk)
    values["source"] = _free_source(values, on)
    corrected = ChannelEntry.objects.create(
        **values,
        as_of=on.isoformat(),
        confidence=Confidence.HIGH,
        review_on=on + REVIEWED_AFTER[Confidence.HIGH],
        checked_by=by,
        added_at=clock.now(),
    )
    _end(entry, by=by, on=on)
    return int(corrected.pk)


@transaction.atomic
def end_entry(entry_id: int, *, by: str, on: date) -> None:
    """The operator has found that it is no more. One that has ended stays as it is.

    by, on: as for `confirm_entry`. What people remarked is settled. Raises NotFound.
    """
    entry = _lock(entry_id)
    if not entry.has_ended(on):
        _end(entry, by=by, on=on)


def _read(correction: Correction) -> dict[str, object]:
    fields = Fields()
    kinds, source_kinds = list(Kind), list(SourceKind)
    if correction.kind not in kinds:
        fields.wrong("kind", CHOOSE)
    if correction.source_kind not in source_kinds:
        fields.wrong("source_kind", CHOOSE)
    if not set(correction.services) <= set(SERVICE_WORDS):
        fields.wrong("services", CHOOSE)
    found = fields.line("found", correction.found, FOUND_MAX)
    values: dict[str, object] = {
        "region_id": fields.region("region", correction.region),
        "kind": correction.kind,
        "name": fields.line("name", correction.name, NAME_MAX, required=True),
        "operator": fields.line("operator", correction.operator, OPERATOR_MAX),
        "operator_stated": correction.operator_stated,
        "path": fields.line("path", correction.path, PATH_MAX),
        "url": fields.url("url", correction.url),
        "services": [word for word in SERVICE_WORDS if word in correction.services],
        "source_kind": correction.source_kind,
        "note": fields.line("note", correction.note, NOTE_MAX),
        "source": found or "",
    }
    fields.check()
    return values


def _source(found: object, on: date, attempt: int) -> str:
    """The source in words, unlike any other's: its day, and which of the day it is.

    >>> _source("电话问过", date(2026, 12, 1), 1), _source("", date(2026, 12, 1), 2)
    ('平台核实 2026-12-01：电话问过', '平台核实 2026-12-01（2）')
    """
    which = f"（{attempt}）" if attempt > 1 else ""
    return f"{CHECKED} {on.isoformat()}{which}" + (f"：{found}" if found else "")


def _free_source(values: dict[str, object], on: date) -> str:
    """The first source of the day that no entry of this name has yet."""
    same = {name: values[name] for name in ("region_id", "kind", "name")}
    taken = set(ChannelEntry.objects.filter(**same).values_list("source", flat=True))
    attempts = range(1, len(taken) + 2)
    found = values["source"]
    return next(
        source for attempt in attempts if (source := _source(found, on, attempt)) not in taken
    )


def _successor(values: dict[str, object], on: date) -> ChannelEntry:
    """What the same correction made before. Raises NotFound: it is another one that came late."""
    told = {name: value for name, value in values.items() if name != "source"}
    made = ChannelEntry.objects.filter(
        **told, source__startswith=_source("", on, 1), ended_on=None
    ).first()
    if made is None:
        raise NotFound(ENDED)
    return made


def _lock(entry_id: int) -> ChannelEntry:
    entries = ChannelEntry.objects.select_for_update()
    entry = entries.filter(pk=entry_id).first() if 0 < entry_id <= ID_MAX else None
    if entry is None:
        raise NotFound()
    return entry


def _lock_valid(entry_id: int, on: date) -> ChannelEntry:
    entry = _lock(entry_id)
    if entry.has_ended(on):
        raise NotFound(ENDED)
    return entry


def _end(entry: ChannelEntry, *, by: str, on: date) -> None:
    entry.ended_on = on
    entry.checked_by = by
    entry.save(update_fields=["ended_on", "checked_by"])
    _settle_remarks(entry)


def _settle_remarks(entry: ChannelEntry) -> None:
    Remark.objects.filter(entry=entry, settled_at=None).update(settled_at=clock.real_now())
