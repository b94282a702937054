"""How long each kind of data is kept and why: the table of `data/periods.toml`, read and checked.

Pure: no Django, no clock.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "data" / "periods.toml"


class Deed(StrEnum):
    """What is done when the period is over."""

    REMOVE = "remove"
    ANONYMISE = "anonymise"
    KEEP = "keep"
    OPERATOR = "operator"


class Clock(StrEnum):
    """By which of the two clocks the period runs."""

    BUSINESS = "business"
    REAL = "real"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of data that is kept of people.

    zh, en: what it is. days: how long, counted from what from_zh and from_en say; 0 where no end
    is set. columns: where it is, as `table.column`. sources: what the law says, in words.
    """

    name: str
    zh: str
    en: str
    days: int
    from_zh: str
    from_en: str
    clock: Clock
    deed: Deed
    columns: tuple[str, ...]
    reason_zh: str
    reason_en: str
    sources: tuple[str, ...]

    @property
    def period(self) -> timedelta | None:
        """How long it is kept; None where no end is set."""
        return timedelta(days=self.days) if self.days else None


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name, in the order of the table.

    >>> kinds()["booking"].days
    184
    """
    content = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    sources = content["sources"]
    rows = [
        Kind(
            **{
                **row,
                "clock": Clock(row["clock"]),
                "deed": Deed(row["deed"]),
                "columns": tuple(row["columns"]),
                "sources": tuple(sources[key] for key in row["sources"]),
            }
        )
        for row in content["kind"]
    ]
    return {row.name: row for row in rows}
