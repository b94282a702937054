"""Known weaknesses out of a copy of the Python Packaging Advisory Database, without a network.

The copy is a clone of https://github.com/pypa/advisory-database: a folder `vulns` with a folder for
each package and a file for each advisory. A version is affected where it is listed, or lies in a
range from `introduced` on, before `fixed`, not after `last_affected`.

Source: the OSV schema, `affected[].ranges` and `versions` (https://ossf.github.io/osv-schema/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

from scripts.locked import Locked, normal_name

_MODIFIED = re.compile(r"^modified: ['\"]?(\d{4}-\d{2}-\d{2})", re.MULTILINE)
FROM_THE_BEGINNING = "0"


@dataclass(frozen=True)
class Advisory:
    """A weakness of a locked package. fixed: the versions that mend it, as far as known."""

    id: str
    package: str
    version: str
    fixed: tuple[str, ...]
    text: str


def known_of(packages: Iterable[Locked], database: Path) -> Iterator[Advisory]:
    """What the copy knows of these packages in these versions."""
    for package in packages:
        for path in sorted((database / "vulns" / package.name).glob("*.yaml")):
            # Everything as text: a version such as 1.10 is no number.
            told = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
            affected = [one for one in told.get("affected", []) if _is_of(one, package)]
            if "withdrawn" in told or not any(is_affected(package.version, a) for a in affected):
                continue
            fixed = (
                event["fixed"]
                for one in affected
                for events in _ranges(one)
                for event in events
                if "fixed" in event
            )
            text = (told.get("summary") or told.get("details") or "").strip()
            yield Advisory(
                told["id"], package.name, package.version, tuple(fixed), text.split("\n")[0][:200]
            )


def newest(database: Path) -> str:
    """The day on which the latest of its advisories was changed, "" where there is none."""
    paths = (database / "vulns").glob("*/*.yaml")
    days = (_MODIFIED.search(path.read_text("utf-8")) for path in paths)
    return max((day[1] for day in days if day), default="")


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether a version is one of those that an entry of `affected` is about.

    >>> ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.4"}]}]
    >>> [is_affected(each, {"ranges": ranges}) for each in ("1.9", "2.0", "2.4a1", "2.4")]
    [False, True, True, False]
    """
    if version in affected.get("versions", []):
        return True
    return any(_is_in(version, events) for events in _ranges(affected))


def _is_of(affected: dict[str, Any], package: Locked) -> bool:
    return normal_name(affected.get("package", {}).get("name", "")) == package.name


def _ranges(affected: dict[str, Any]) -> list[list[dict[str, str]]]:
    ranges = affected.get("ranges", [])
    return [each.get("events", []) for each in ranges if each.get("type") == "ECOSYSTEM"]


def _is_in(version: str, events: list[dict[str, str]]) -> bool:
    is_in = False
    for event in sorted(events, key=_place_of):
        for kind, at in event.items():
            if kind == "introduced":
                is_in = is_in or at == FROM_THE_BEGINNING or _order(version) >= _order(at)
            elif kind == "fixed":
                is_in = is_in and _order(version) < _order(at)
            elif kind == "last_affected":
                is_in = is_in and _order(version) <= _order(at)
    return is_in


def _place_of(event: dict[str, str]) -> Version:
    return _order(next(iter(event.values())))


def _order(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0")
