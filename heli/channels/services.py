"""What may be done with the directory: load it from a file, and write the file again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.channels import files, storing
from heli.channels.models import ChannelEntry
from heli.ground import clock
from heli.ground.turns import wait_for_turn
from heli.places import services as places
from heli.places.errors import LineProblem, LoadRefused
from heli.places.files.pages import Page
from heli.places.models import Region
from heli.places.services import LoadReport


@dataclass(frozen=True)
class Loaded:
    """What a load did. places: None where the directory has no file of regions and offices.

    channels_changed: entries that were new or different; None without a channels.yaml.
    left_alone: names of the files that no room knows.
    """

    places: LoadReport | None
    channels_changed: int | None
    left_alone: tuple[str, ...]


def load_directory(path: Path, *, at: datetime | None = None) -> Loaded:
    """Load regions.csv, offices.yaml, rules.yaml and channels.yaml, as many as are there.

    One transaction: everything, or, where one line of one file is wrong, nothing. at: the moment
    of the load, UTC; by default now. Raises LoadRefused with every wrong line of every file.
    """
    at = at or clock.now()
    if not (path / files.FILE).is_file():
        loaded = places.load_directory(path, at=at, read_above=(files.FILE,))
        return Loaded(loaded, None, loaded.left_alone)
    page = Page(files.FILE)
    rows = files.read_channels(path / files.FILE, page)
    names = {entry.name for entry in path.iterdir() if not entry.name.startswith(".")}
    with transaction.atomic():
        report, problems = _load_places(path, at) if names & set(places.KNOWN_FILES) else (None, [])
        changed = 0 if problems else _load(rows, page, at=at)
        if problems or page.problems:
            raise LoadRefused([*problems, *page.problems])
    left_alone = names - {files.FILE, *places.KNOWN_FILES}
    return Loaded(report, changed, tuple(sorted(left_alone)))


def load_channels_text(text: str, *, at: datetime) -> int:
    """Load what a channels.yaml holds; returns how many entries were new or different.

    Everything, or, where one line is wrong, nothing. at: UTC. Raises LoadRefused.
    """
    page = Page(files.FILE)
    rows = files.parse_channels(text, page)
    with transaction.atomic():
        changed = _load(rows, page, at=at)
        if page.problems:
            raise LoadRefused(page.problems)
    return changed


def export_yaml() -> str:
    """The directory as a channels.yaml that loads to the same again; ended entries too."""
    entries = ChannelEntry.objects.order_by("region_id", "kind", "name", "source")
    return files.write_channels([_document(entry) for entry in entries])


def _load_places(path: Path, at: datetime) -> tuple[LoadReport | None, list[LineProblem]]:
    try:
        return places.load_directory(path, at=at), []
    except LoadRefused as refused:
        return None, list(refused.problems)


def _load(rows: Iterable[files.EntryRow], page: Page, *, at: datetime) -> int:
    rows = list(rows)
    wait_for_turn("channels.load")
    codes = {row.region_code for row in rows if row.region_code}
    known = set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
    for row in rows:
        if row.region_code is not None and row.region_code not in known:
            page.wrong(row.line, _("行政区划代码{code}不存在。"), code=row.region_code)
    return 0 if page.problems else storing.store_entries(rows, at=at)


def _document(entry: ChannelEntry) -> dict[str, Any]:
    document = {
        "region": entry.region_id or files.WHOLE_COUNTRY,
        "kind": entry.kind,
        "name": entry.name,
        "operator": entry.operator,
        "operator_basis": "stated" if entry.operator_stated else "inferred",
        "path": entry.path,
        "url": entry.url,
        "services": list(entry.services),
        "source": entry.source,
        "source_kind": entry.source_kind,
        "as_of": entry.as_of,
        "confidence": entry.confidence,
        "note": entry.note,
        "review_on": entry.review_on.isoformat(),
    }
    if entry.ended_on is not None:
        document["ended_on"] = entry.ended_on.isoformat()
    if entry.checked_by is not None:
        document["checked_by"] = entry.checked_by
    return document
