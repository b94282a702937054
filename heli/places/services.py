"""What may be done with places: load regions, offices and rules from a directory of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.turns import wait_for_turn
from heli.places import models, storing
from heli.places.errors import LineProblem, LoadRefused
from heli.places.files import offices, regions, rules
from heli.places.files.pages import Page

KNOWN_FILES = (regions.FILE, offices.FILE, rules.FILE)


@dataclass(frozen=True)
class LoadReport:
    """What a load did. The three counts are of rows that were new or different.

    rules_changed: offices whose rules, or whether they take bookings, changed.
    read, left_alone: names of the files that were read, and of those this room does not know.
    """

    read: tuple[str, ...]
    left_alone: tuple[str, ...]
    regions_changed: int
    offices_changed: int
    rules_changed: int


@dataclass(frozen=True)
class _Directory:
    """What the files of a directory say; the offices' and rules' pages go on noting problems."""

    regions: dict[str, regions.RegionRow] = field(default_factory=dict)
    offices: offices.OfficesFile = field(
        default_factory=lambda: offices.OfficesFile({}, frozenset(), ())
    )
    rules: dict[str, rules.RulesEntry] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def problems(self) -> list[LineProblem]:
        return [problem for page in self.pages.values() for problem in page.problems]


def load_directory(
    path: Path, *, at: datetime | None = None, read_above: tuple[str, ...] = ()
) -> LoadReport:
    """Load regions.csv, offices.yaml and rules.yaml of a directory, as many as are there.

    One transaction: everything, or, where one line is wrong, nothing. Loading adds and changes and
    never takes away: what a file does not name stays. Loading the same files again changes
    nothing. An office takes bookings exactly when rules.yaml gave it rules and it has an address
    and hours. The format: docs/loading.md.

    at: the moment of the load, UTC; by default now. read_above: files that a higher room reads.
    Emits OfficeRulesChanged for each office whose slots may have to change.
    Raises LoadRefused with every wrong line of every file.
    """
    names = _names_in(path, read_above)
    directory = _read(path, [name for name in names if name in KNOWN_FILES])
    with transaction.atomic():
        wait_for_turn("places.load")
        _check_against_stored(directory)
        if problems := directory.problems():
            raise LoadRefused(problems)
        regions_changed = storing.store_regions(directory.regions.values())
        stored = storing.store_offices(
            directory.offices.entries.values(),
            {id: entry.rules for id, entry in directory.rules.items()},
            at=at or clock.now(),
        )
    return LoadReport(
        read=tuple(directory.pages),
        left_alone=tuple(name for name in names if name not in KNOWN_FILES),
        regions_changed=regions_changed,
        offices_changed=stored.offices_changed,
        rules_changed=stored.rules_changed,
    )


def _names_in(path: Path, read_above: tuple[str, ...]) -> list[str]:
    try:
        names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        sentence = _("目录打不开：{reason}。")
        facts = {"reason": error.strerror}
        raise LoadRefused([LineProblem(str(path), None, sentence, facts)]) from None
    if not set(names) & set(KNOWN_FILES):
        sentence = _("目录里没有可以载入的文件。可以有：{files}。")
        facts = {"files": _("、").join((*KNOWN_FILES, *read_above))}
        raise LoadRefused([LineProblem(str(path), None, sentence, facts)])
    return names


def _read(path: Path, names: Iterable[str]) -> _Directory:
    pages = {name: Page(name) for name in KNOWN_FILES if name in set(names)}
    directory = _Directory(pages=pages)
    if page := pages.get(regions.FILE):
        directory.regions.update(regions.read_regions(path / regions.FILE, page))
    if page := pages.get(rules.FILE):
        directory.rules.update(rules.read_rules(path / rules.FILE, page))
    if page := pages.get(offices.FILE):
        found = offices.read_offices(path / offices.FILE, page)
        return _Directory(directory.regions, found, directory.rules, pages)
    return directory


def _check_against_stored(directory: _Directory) -> None:
    """Note what no file can know alone: a region, an office or a service that is not there."""
    named = {*directory.offices.named, *directory.rules}
    stored = {office.id: office for office in models.Office.objects.filter(id__in=named)}
    if page := directory.pages.get(offices.FILE):
        _check_offices(directory, stored, page)
    if page := directory.pages.get(rules.FILE):
        for id, entry in directory.rules.items():
            _check_rules(id, entry, directory, stored.get(id), page)


def _check_offices(directory: _Directory, stored: dict[str, models.Office], page: Page) -> None:
    codes = directory.offices.region_codes
    rows = models.Region.objects.filter(code__in={code for code, _line in codes})
    known = {*rows.values_list("code", flat=True), *directory.regions}
    # A code whose line in regions.csv is wrong would be named twice; its own line says enough.
    regions_page = directory.pages.get(regions.FILE)
    regions_are_right = regions_page is None or not regions_page.problems
    for code, line in codes:
        if code not in known and regions_are_right:
            page.wrong(line, _("行政区划代码{code}不存在。"), code=code)
    for entry in directory.offices.entries.values():
        before = stored.get(entry.id)
        if before is not None and before.is_bookable and entry.id not in directory.rules:
            _check_keeps_its_bookings(entry, page)


def _check_keeps_its_bookings(entry: offices.OfficeEntry, page: Page) -> None:
    """Rules that rules.yaml gave an earlier time, and that hold on, need what they stand on."""
    if not _can_open(entry):
        sentence = _("{id}正在接受预约，不能去掉地址或工作时间。要停办，在rules.yaml里写成null。")
        page.wrong(entry.line, sentence, id=entry.id)
    rows = models.ServiceRule.objects.filter(office_id=entry.id)
    for service in sorted(set(rows.values_list("service", flat=True)) - set(entry.services)):
        sentence = _("{id}正在接受{service}的预约，不能从services里去掉它。")
        page.wrong(entry.line, sentence, id=entry.id, service=service)


def _check_rules(
    id: str,
    entry: rules.RulesEntry,
    directory: _Directory,
    stored: models.Office | None,
    page: Page,
) -> None:
    office = directory.offices.entries.get(id)
    if office is None and id in directory.offices.named:
        return  # its own lines in offices.yaml are wrong and say so
    if office is None and stored is None:
        page.wrong(entry.line, _("没有编号是{id}的婚姻登记机关。"), id=id)
        return
    if entry.rules is None:
        return
    offered = set(office.services if office else stored.services if stored else ())
    if not _can_open(office or stored):
        sentence = _("{id}没有地址或工作时间，只能列出，不能接受预约。")
        page.wrong(entry.line, sentence, id=id)
    for service, line in entry.service_lines.items():
        if service not in offered:
            sentence = _("按offices.yaml，{id}不办理{service}。")
            page.wrong(line, sentence, id=id, service=service.value)


def _can_open(office: offices.OfficeEntry | models.Office | None) -> bool:
    return office is not None and bool(office.address and office.hours_text)
