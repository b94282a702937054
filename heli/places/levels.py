"""The regions above and below a region, for people who look from the province down."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from heli.places.models import Office, Region
from heli.places.queries import RegionView

# Codes that GB/T 2260 keeps between a province and its counties; nobody calls a place so.
NO_PLACE_ENDINGS = ("辖区", "辖县", "行政区划")


@dataclass(frozen=True)
class RegionBelow:
    """A region one level down. offices: how many are known in it and in everything below it."""

    code: str
    name: str
    offices: int


def regions_below(region: RegionView) -> tuple[RegionBelow, ...]:
    """The regions directly below, by code; () below a county.

    The districts of a municipality lie directly below it.
    """
    below = Region.objects.filter(
        code__startswith=_prefix(region.code), path__regex=f"^{region.path}/[^/]+$"
    ).order_by("code")
    known = _offices_by_region(_prefix(region.code))
    return tuple(
        RegionBelow(code, name, _offices_in(code, known))
        for code, name in below.values_list("code", "name")
        if not name.endswith(NO_PLACE_ENDINGS)
    )


def region_above(region: RegionView) -> RegionView | None:
    """The region that this one lies in, or None for a province."""
    outer, _slash, _name = region.path.rpartition("/")
    above = Region.objects.filter(path=outer).first() if outer else None
    return RegionView(code=above.code, name=above.name, path=above.path) if above else None


def region_centre(code: str) -> tuple[float, float] | None:
    """Latitude and longitude of a region's centre in degrees, or None where they are not known."""
    region = Region.objects.filter(code=code).first()
    if region is None or region.latitude is None or region.longitude is None:
        return None
    return region.latitude, region.longitude


def _offices_by_region(prefix: str) -> dict[str, int]:
    rows = Office.objects.filter(region__code__startswith=prefix).values_list("region_id")
    return dict(rows.annotate(Count("id")))


def _offices_in(code: str, known: dict[str, int]) -> int:
    prefix = _prefix(code)
    return sum(count for region, count in known.items() if region.startswith(prefix))


def _prefix(code: str) -> str:
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
