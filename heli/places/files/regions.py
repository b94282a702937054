"""regions.csv: one row per region, with the header of heli/places/data/regions.csv."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.places.files.pages import Page

FILE = "regions.csv"
COLUMNS = ("code", "name", "path", "pinyin", "initials", "latitude", "longitude")
LENGTHS_MAX = {"name": 40, "path": 120, "pinyin": 160, "initials": 40}
LIMITS = {"latitude": 90, "longitude": 180}


@dataclass(frozen=True)
class RegionRow:
    """A region as its row says. latitude, longitude: degrees, or None."""

    code: str
    name: str
    path: str
    pinyin: str
    initials: str
    latitude: float | None
    longitude: float | None


def read_regions(path: Path, page: Page) -> dict[str, RegionRow]:
    """The regions by their codes; what is wrong is noted on the page."""
    text = page.read(path)
    if text is None:
        return {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[str, RegionRow] = {}
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            page.wrong(1, _("第一行应当是：{columns}。"), columns=",".join(COLUMNS))
            return {}
        for cells in reader:
            line = reader.line_num
            row = _region_row(cells, line, page)
            if row is not None and row.code in found:
                page.wrong(line, _("代码{code}写了两次。"), code=row.code)
            elif row is not None:
                found[row.code] = row
    except csv.Error as error:
        page.wrong(reader.line_num, _("不是正确的CSV：{reason}。"), reason=str(error))
    return found


def _region_row(cells: list[str], line: int, page: Page) -> RegionRow | None:
    before = len(page.problems)
    if len(cells) != len(COLUMNS):
        sentence = _("这一行有{count}列，应当有{columns}列。")
        page.wrong(line, sentence, count=len(cells), columns=len(COLUMNS))
        return None
    row = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    if not re.fullmatch(r"[1-9][0-9]{5}", row["code"]):
        page.wrong(line, _("代码“{code}”应当是六位数字。"), code=row["code"])
    for column, length_max in LENGTHS_MAX.items():
        if not row[column]:
            page.wrong(line, _("“{column}”是空的。"), column=column)
        elif len(row[column]) > length_max:
            sentence = _("“{column}”太长，最多{length}个字符。")
            page.wrong(line, sentence, column=column, length=length_max)
    degrees = {column: _degrees(row[column], column, line, page) for column in LIMITS}
    if len(page.problems) > before:
        return None
    return RegionRow(
        row["code"], row["name"], row["path"], row["pinyin"], row["initials"], **degrees
    )


def _degrees(text: str, column: str, line: int, page: Page) -> float | None:
    if not text:
        return None
    limit = LIMITS[column]
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) and abs(float(text)) <= limit:
        return float(text)
    page.wrong(line, _("“{column}”应当是-{limit}到{limit}之间的度数。"), column=column, limit=limit)
    return None
