"""The regions above and below a region, for people who look from the province down."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from heli.ground.refusals import NotFound
from heli.places.models import Office, Region
from heli.places.queries import RegionView, check_point, haversine_km, region_view

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
    return region_view(above) if above else None


def region_centre(code: str) -> tuple[float, float] | None:
    """Latitude and longitude of a region's centre in degrees, or None where they are not known."""
    region = Region.objects.filter(code=code).first()
    if region is None or region.latitude is None or region.longitude is None:
        return None
    return region.latitude, region.longitude


def nearest_region(latitude: float, longitude: float) -> RegionView:
    """The county, or city without counties, whose centre is nearest to a point (degrees).

    Raises InvalidInput for a point that is not on the earth, NotFound while no centre is known.
    """
    check_point((latitude, longitude))
    rows = Region.objects.exclude(code__endswith="0000")
    # Of a city and its county at the same spot the county comes first.
    nearest = min(
        (
            (haversine_km((latitude, longitude), (lat, lon)), -int(code))
            for code, lat, lon in rows.values_list("code", "latitude", "longitude")
            if lat is not None and lon is not None
        ),
        default=None,
    )
    if nearest is None:
        raise NotFound()
    region = Region.objects.get(code=str(-nearest[1]))
    return region_view(region)


def regions_around(code: str) -> tuple[str, ...]:
    """The codes of a region and of those it lies in, the region first, the province last.

    >>> regions_around("440106"), regions_around("440000")
    (('440106', '440100', '440000'), ('440000',))
    """
    return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000")))


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
