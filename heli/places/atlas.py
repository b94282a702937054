"""The regions and offices as a process has them in memory, for who looks at many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from heli.ground.kept import Kept
from heli.ground.refusals import NotFound
from heli.places.models import Office, Region
from heli.places.queries import (
    NO_SUCH_REGION,
    OfficeView,
    RegionView,
    bookable_then_nearest,
    office_view,
    prefix_of,
    region_view,
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Atlas:
    """All regions and offices at one moment.

    regions: by code. centres: by code, latitude and longitude in degrees, where known.
    by_path: regions by the names from the province down. directly_below: by the path of the
    region above, in the order of their codes. offices: by the beginning of their region's code.
    """

    regions: Mapping[str, RegionView]
    centres: Mapping[str, Point]
    by_path: Mapping[str, RegionView]
    directly_below: Mapping[str, tuple[RegionView, ...]]
    offices: Mapping[str, tuple[OfficeView, ...]]

    def region(self, code: str) -> RegionView:
        """One region. Raises NotFound."""
        region = self.regions.get(code)
        if region is None:
            raise NotFound(NO_SUCH_REGION)
        return region

    def offices_in(self, code: str) -> tuple[OfficeView, ...]:
        """The offices of a region and of everything below it, those that take bookings first."""
        return self.offices.get(prefix_of(code), ())


def atlas() -> Atlas:
    """The atlas as of now. Ask once and pass it on: asking has a price, looking has none."""
    return _kept.get()


def _read() -> Atlas:
    rows = list(Region.objects.order_by("code"))
    regions = {row.code: region_view(row) for row in rows}
    below: defaultdict[str, list[RegionView]] = defaultdict(list)
    for region in regions.values():
        below[region.path.rpartition("/")[0]].append(region)
    return Atlas(
        regions=regions,
        centres={
            row.code: (row.latitude, row.longitude)
            for row in rows
            if row.latitude is not None and row.longitude is not None
        },
        by_path={region.path: region for region in reversed(regions.values())},
        directly_below={path: tuple(found) for path, found in below.items()},
        offices=_offices(),
    )


def _offices() -> dict[str, tuple[OfficeView, ...]]:
    views = [office_view(office) for office in Office.objects.select_related("region")]
    found: defaultdict[str, list[OfficeView]] = defaultdict(list)
    for view in sorted(views, key=bookable_then_nearest):
        code = view.region.code
        for prefix in (code[:2], code[:4], code):
            found[prefix].append(view)
    return {prefix: tuple(offices) for prefix, offices in found.items()}


_kept = Kept(_read, Region, Office)
