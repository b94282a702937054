"""Regions that were abolished, and which region people who still write their code belong to now."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from heli.ground.refusals import NotFound
from heli.places.levels import NO_PLACE_ENDINGS, regions_around
from heli.places.models import Region
from heli.places.queries import RegionView, get_region

DATA = Path(__file__).parent / "data"
ENDINGS = ("自治县", "自治州", "自治旗", "地区", "省", "市", "区", "县", "旗", "盟")


@dataclass(frozen=True)
class RetiredRegion:
    """An abolished region: its code and its name as they were."""

    code: str
    name: str


def region_now(code: str) -> tuple[RegionView, RetiredRegion | None]:
    """The region of a code; for an abolished one the region that its people belong to now.

    That is the one it was merged into where that is known, else the one that took its name over,
    else the city or province it lay in. Raises NotFound for a code that never was.
    """
    retired = _retired().get(code)
    if retired is None or Region.objects.filter(code=code).exists():
        return get_region(code), None
    return _successor(retired), retired


def _successor(retired: RetiredRegion) -> RegionView:
    merged_into = _merged().get(retired.code)
    if merged_into is not None:
        return get_region(merged_into)
    _own, city, province = (*regions_around(retired.code), "", "")[:3]
    for prefix in (city[:4], retired.code[:2]):
        same = [region for region in _below(prefix) if _stem(region.name) == _stem(retired.name)]
        if len(same) == 1:
            return get_region(same[0].code)
    around = Region.objects.filter(code__in=[city, province, retired.code[:2] + "0000"])
    named = [region for region in around.order_by("-code") if _is_place(region)]
    if not named:
        raise NotFound()
    return get_region(named[0].code)


def _below(prefix: str) -> list[Region]:
    return [
        region for region in Region.objects.filter(code__startswith=prefix) if _is_place(region)
    ]


def _is_place(region: Region) -> bool:
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
