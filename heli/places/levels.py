"""The regions above and below a region, for people who look from the province down."""

from __future__ import annotations

from dataclasses import dataclass

from heli.ground.refusals import NotFound
from heli.places.atlas import Atlas, atlas
from heli.places.queries import RegionView, check_point, haversine_km

# Codes that GB/T 2260 keeps between a province and its counties; nobody calls a place so.
NO_PLACE_ENDINGS = ("辖区", "辖县", "行政区划")


@dataclass(frozen=True)
class RegionBelow:
    """A region one level down. offices: how many are known in it and in everything below it."""

    code: str
    name: str
    offices: int


def regions_below(region: RegionView, places: Atlas) -> tuple[RegionBelow, ...]:
    """The regions directly below, by code; () below a county.

    The districts of a municipality lie directly below it.
    """
    return tuple(
        RegionBelow(below.code, below.name, len(places.offices_in(below.code)))
        for below in places.directly_below.get(region.path, ())
        if not below.name.endswith(NO_PLACE_ENDINGS)
    )


def region_above(region: RegionView, places: Atlas) -> RegionView | None:
    """The region that this one lies in, or None for a province."""
    return places.by_path.get(region.path.rpartition("/")[0])


def nearest_region(latitude: float, longitude: float) -> RegionView:
    """The county, or city without counties, whose centre is nearest to a point (degrees).

    Raises InvalidInput for a point that is not on the earth, NotFound while no centre is known.
    """
    check_point((latitude, longitude))
    places = atlas()
    # Of a city and its county at the same spot the county comes first.
    nearest = min(
        (
            (haversine_km((latitude, longitude), centre), -int(code))
            for code, centre in places.centres.items()
            if not code.endswith("0000")
        ),
        default=None,
    )
    if nearest is None:
        raise NotFound()
    return places.region(str(-nearest[1]))


def regions_around(code: str) -> tuple[str, ...]:
    """The codes of a region and of those it lies in, the region first, the province last.

    >>> regions_around("440106"), regions_around("440000")
    (('440106', '440100', '440000'), ('440000',))
    """
    return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000")))
