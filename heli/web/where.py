"""Where a service can be booked, from what somebody typed or chose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from heli.ground import clock
from heli.law.services import Service
from heli.places.queries import OfficeView, RegionView, find_regions, get_region, list_offices
from heli.slots.comparison import places_left

DAYS_COUNTED = 30  # from today on
REGIONS_SHOWN = 8
OTHERS_SHOWN = 5
ALL_SHOWN = 12  # where there are no more in the country, nobody has to search


@dataclass(frozen=True)
class OfficeChoice:
    """An office that takes bookings. free_days: how many of the next 30 days have a free place."""

    office: OfficeView
    free_days: int


@dataclass(frozen=True)
class Found:
    """What was found.

    region: what was searched, None for the whole country. choices: offices that take bookings.
    is_wider: there are none in the region itself, these are around it. others: offices of the
    region that take none. regions: what else the words could mean.
    """

    region: RegionView | None
    choices: tuple[OfficeChoice, ...]
    is_wider: bool = False
    others: tuple[OfficeView, ...] = ()
    regions: tuple[RegionView, ...] = ()


def look_around(service: Service, at: datetime) -> Found:
    """All offices of the country, where they are few; else none."""
    bookable = _bookable(list_offices(service=service))
    return Found(None, _choices(bookable, service, at) if len(bookable) <= ALL_SHOWN else ())


def look_in(region_code: str, service: Service, at: datetime) -> Found:
    """The offices of a region; where none of them takes bookings also those around it.

    Raises NotFound where there is no such region.
    """
    region = get_region(region_code)
    here = list_offices(region.code, service)
    bookable = _bookable(here)
    around = bookable or _around(region.code, service)
    return Found(
        region,
        _choices(around, service, at),
        is_wider=not bookable,
        others=tuple(office for office in here if not office.is_bookable)[:OTHERS_SHOWN],
    )


def look_for(typed: str, service: Service, at: datetime) -> Found:
    """Offices by the name of a place or by their own name."""
    bookable = _bookable(list_offices(service=service))
    named = [office for office in bookable if typed in office.name][:ALL_SHOWN]
    regions = find_regions(typed, REGIONS_SHOWN)
    if not regions:
        return Found(None, _choices(named, service, at))
    meant = _likeliest(regions, bookable)
    found = look_in(meant.code, service, at)
    if found.is_wider and named:
        found = replace(found, choices=_choices(named, service, at), is_wider=False)
    return replace(found, regions=tuple(region for region in regions if region != meant))


def _likeliest(regions: tuple[RegionView, ...], bookable: list[OfficeView]) -> RegionView:
    """Of regions with like names the first in which bookings are taken, else the first."""
    codes = [office.region.code for office in bookable]
    taking = (
        region
        for region in regions
        if any(code.startswith(_code_of_all_within(region.code)) for code in codes)
    )
    return next(taking, regions[0])


def _code_of_all_within(code: str) -> str:
    """What the codes of a region and of those below it begin with.

    >>> _code_of_all_within("440000"), _code_of_all_within("440100")
    ('44', '4401')
    """
    return code.removesuffix("00").removesuffix("00")


def _bookable(offices: tuple[OfficeView, ...]) -> list[OfficeView]:
    return [office for office in offices if office.is_bookable]


def _around(code: str, service: Service) -> list[OfficeView]:
    """Those of the city around a county, else of the province."""
    for wider in dict.fromkeys((code[:4] + "00", code[:2] + "0000")):
        bookable = _bookable(list_offices(wider, service)) if wider != code else []
        if bookable:
            return bookable
    return []


def _choices(offices: list[OfficeView], service: Service, at: datetime) -> tuple[OfficeChoice, ...]:
    today = clock.day_of(at)
    last_on = today + timedelta(days=DAYS_COUNTED - 1)
    left = places_left([office.id for office in offices], service, today, last_on, at)
    return tuple(
        OfficeChoice(office, sum(1 for places in left.get(office.id, {}).values() if places))
        for office in offices
    )
