"""How far the directory reaches: provinces, or a province's cities, by kind of door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.channels.kinds import Kind
from heli.channels.queries import CoverageRow
from heli.channels.rules import Sureness
from heli.channels.words import KIND_NAMES, as_of_in_words
from heli.places.queries import RegionView


@dataclass(frozen=True)
class Mark:
    """How sure a door is, in a sign and a word. name: of the style."""

    sign: str
    word: str | Promise
    name: str


MARKS = {
    Sureness.CONFIRMED: Mark("✓", _("近两年"), "ok"),
    Sureness.DATED: Mark("○", _("较旧"), "care"),
    Sureness.WEAK: Mark("?", _("不可靠"), "quiet"),
}


@dataclass(frozen=True)
class CoverageLine:
    """A row of the table. marks: one for each kind of `CoveragePage.kinds`, None for no door.

    newest: the day of the newest source in words, "" where there is none. cities: how many
    regions its own table has.
    """

    region: RegionView
    marks: tuple[Mark | None, ...]
    newest: str
    cities: int


@dataclass(frozen=True)
class CoveragePage:
    """A table. province: whose cities are shown, None for all provinces.

    covered: how many of the rows have a way to book without the telephone or the hall.
    """

    province: RegionView | None
    kinds: tuple[str | Promise, ...]
    lines: tuple[CoverageLine, ...]
    covered: int
    marks: tuple[Mark, ...] = tuple(MARKS.values())


def coverage_page(rows: Iterable[CoverageRow], province: str | None) -> CoveragePage:
    """All provinces, or the cities of the province with this code; an unknown one is passed over.

    A province's doors are its cities' doors, too.
    """
    rows = tuple(rows)
    chosen = next((row for row in rows if row.is_province and row.region.code == province), None)
    shown = [row for row in rows if row.is_province is (chosen is None)]
    if chosen is not None:
        shown = [row for row in shown if _province_of(row) == _province_of(chosen)] or [chosen]
    return CoveragePage(
        province=chosen.region if chosen else None,
        kinds=tuple(KIND_NAMES[kind] for kind in Kind),
        lines=tuple(_line(row, rows) for row in shown),
        covered=sum(1 for row in shown if _is_covered(row)),
    )


def _line(row: CoverageRow, rows: tuple[CoverageRow, ...]) -> CoverageLine:
    cities = [other for other in rows if row.is_province and not other.is_province]
    return CoverageLine(
        region=row.region,
        marks=tuple(MARKS[row.kinds[kind]] if kind in row.kinds else None for kind in Kind),
        newest=as_of_in_words(row.newest) if row.newest else "",
        cities=sum(1 for city in cities if _province_of(city) == _province_of(row)),
    )


def _is_covered(row: CoverageRow) -> bool:
    return any(kind not in (Kind.PHONE, Kind.OFFICE_QUEUE) for kind in row.kinds)


def _province_of(row: CoverageRow) -> str:
    return row.region.code[:2]
