"""Regions that were abolished, and which region people who still write their code belong to now."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from heli.ground.refusals import NotFound
from heli.places.atlas import Atlas, atlas
from heli.places.levels import NO_PLACE_ENDINGS, regions_around
from heli.places.queries import NO_SUCH_REGION, RegionView, prefix_of

DATA = Path(__file__).parent / "data"
ENDINGS = ("自治县", "自治州", "自治旗", "地区", "省", "市", "区", "县", "旗", "盟")


@dataclass(frozen=True)
class RetiredRegion:
    """An abolished region: its code and its name as they were."""

    code: str
    name: str


def region_now(code: str, places: Atlas | None = None) -> tuple[RegionView, RetiredRegion | None]:
    """The region of a code; for an abolished one the region that its people belong to now.

    That is the one it was merged into where that is known, else the one that took its name over,
    else the city or province it lay in. places: the atlas, where it is at hand. Raises NotFound
    for a code that never was.
    """
    if not (code.isascii() and code.isdigit()):
        raise NotFound(NO_SUCH_REGION)
    places = places or atlas()
    retired = _retired().get(code)
    if retired is None or code in places.regions:
        return places.region(code), None
    return _successor(retired, places), retired


def _successor(retired: RetiredRegion, places: Atlas) -> RegionView:
    merged_into = _merged().get(retired.code)
    if merged_into is not None:
        return places.region(merged_into)
    around = regions_around(retired.code)[1:]
    for prefix in [prefix_of(code) for code in around] or [""]:  # a province
        same = [
            region
            for region in _places_in(prefix, places)
            if _stem(region.name) == _stem(retired.name)
        ]
        if len(same) == 1:
            return same[0]
    named = [places.regions[code] for code in around if code in places.regions]
    found = next((region for region in named if _is_place(region)), None)
    if found is None:
        raise NotFound()
    return found


def _places_in(prefix: str, places: Atlas) -> list[RegionView]:
    return [
        region
        for code, region in places.regions.items()
        if code.startswith(prefix) and _is_place(region)
    ]


def _is_place(region: RegionView) -> bool:
    return not region.name.endswith(NO_PLACE_ENDINGS)


def _stem(name: str) -> str:
    """A name without what the region is: 临安市 became 临安区.

    >>> _stem("临安市"), _stem("县")
    ('临安', '县')
    """
    ending = next((end for end in ENDINGS if name.endswith(end) and len(name) > len(end) + 1), "")
    return name.removesuffix(ending)


@cache
def _retired() -> dict[str, RetiredRegion]:
    with (DATA / "retired_regions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: RetiredRegion(row["code"], row["name"]) for row in csv.DictReader(file)
        }


@cache
def _merged() -> dict[str, str]:
    with (DATA / "merged_regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["into"] for row in csv.DictReader(file)}
