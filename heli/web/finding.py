"""What the pages of places show: a region with its offices, what is nearest, offices compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from heli.ground import clock
from heli.law.services import Service
from heli.places.atlas import Point, atlas
from heli.places.levels import RegionBelow, region_above, regions_below
from heli.places.queries import OfficeView, RegionView, list_offices
from heli.slots.comparison import places_left
from heli.web.hours import how_old

# The second visit's time follows from the receipt, so nobody comes here to choose it.
CHOSEN_ONLINE = (
    Service.DIVORCE_APPLICATION,
    Service.MARRIAGE,
    Service.REPLACEMENT,
    Service.COUNSELLING,
    Service.DIVORCE_WITHDRAWAL,
)

FIRST_PAGE_OFFICES_MAX = 8
REGION_OFFICES_MAX = 60
NEAREST_MAX = 10
NEAR_KM_MAX = 200.0  # what lies further away helps nobody
COMPARED_MAX = 8
COMPARED_DAYS_MAX = 14
COMPARED_WITHIN = timedelta(days=29)
POSITION_DECIMALS = 2  # degrees: about a kilometre, enough for a list


@dataclass(frozen=True)
class ListedOffice:
    """An office in a list. how_old: from which year what is known of it is, in words."""

    office: OfficeView
    how_old: str


@dataclass(frozen=True)
class RegionPage:
    """A region, what takes bookings in it, what does not, and where to go on.

    instead: the nearest offices elsewhere, where there is none here. more: how many are left out.
    """

    region: RegionView
    above: RegionView | None
    below: tuple[RegionBelow, ...]
    bookable: tuple[ListedOffice, ...]
    others: tuple[ListedOffice, ...]
    instead: tuple[ListedOffice, ...]
    more: int


@dataclass(frozen=True)
class ComparedOffice:
    """A row of the comparison. left: its days with their places, None where none is offered."""

    office: OfficeView
    left: tuple[tuple[date, int | None], ...]


@dataclass(frozen=True)
class Comparison:
    """Offices side by side. days: those on which at least one of them has a free place."""

    days: tuple[date, ...]
    offices: tuple[ComparedOffice, ...]
    more: int


def known_service(text: str | None) -> Service | None:
    """The service that a page's address names; None for anything else."""
    return next((service for service in Service if service.value == text), None)


def region_page(region: RegionView, service: Service | None) -> RegionPage:
    """Everything that the page of a region shows."""
    found, places = list_offices(region.code, service), atlas()
    bookable, others = _listed(found, is_bookable=True), _listed(found, is_bookable=False)
    return RegionPage(
        region=region,
        above=region_above(region, places),
        below=regions_below(region, places),
        bookable=bookable[:REGION_OFFICES_MAX],
        others=others[:REGION_OFFICES_MAX],
        instead=() if found else _nearest_to(places.centres.get(region.code), service),
        more=max(0, len(others) - REGION_OFFICES_MAX),
    )


def bookable_offices(service: Service | None) -> tuple[ListedOffice, ...]:
    """Some offices of the country that take bookings here."""
    return _listed(list_offices(service=service), is_bookable=True)[:FIRST_PAGE_OFFICES_MAX]


def nearest_offices(
    position: tuple[float, float], service: Service | None
) -> tuple[ListedOffice, ...]:
    """The nearest offices within 200 km, with the nearest bookable one where none of them is.

    position: latitude and longitude in degrees; more than two decimals are dropped.
    Raises InvalidInput for a point that is not on the earth.
    """
    latitude, longitude = (round(degrees, POSITION_DECIMALS) for degrees in position)
    bookable_first = [
        office
        for office in list_offices(service=service, near=(latitude, longitude))
        if office.distance_km is not None and office.distance_km <= NEAR_KM_MAX
    ]
    nearest = sorted(bookable_first, key=_distance)[:NEAREST_MAX]
    if not any(office.is_bookable for office in nearest):
        nearest += [office for office in bookable_first[:1] if office.is_bookable]
    return _listed(nearest)


def comparison(region: str | None, service: Service, at: datetime) -> Comparison:
    """What the bookable offices of a region have free within thirty days of `at` (UTC).

    region: None is the whole country. Raises NotFound for an unknown region.
    """
    bookable = [office for office in list_offices(region, service) if office.is_bookable]
    today = clock.day_of(at)
    compared = bookable[:COMPARED_MAX]
    ids = [office.id for office in compared]
    left = places_left(ids, service, today, today + COMPARED_WITHIN, at)
    days = sorted({day for of_office in left.values() for day, n in of_office.items() if n})
    days = days[:COMPARED_DAYS_MAX]
    return Comparison(
        days=tuple(days),
        offices=tuple(
            ComparedOffice(office, tuple((day, left.get(office.id, {}).get(day)) for day in days))
            for office in compared
        ),
        more=len(bookable) - len(compared),
    )


def _nearest_to(centre: Point | None, service: Service | None) -> tuple[ListedOffice, ...]:
    return () if centre is None else nearest_offices(centre, service)[:3]


def _listed(
    offices: Iterable[OfficeView], *, is_bookable: bool | None = None
) -> tuple[ListedOffice, ...]:
    return tuple(
        ListedOffice(office, how_old(office))
        for office in offices
        if is_bookable is None or office.is_bookable is is_bookable
    )


def _distance(office: OfficeView) -> float:
    return float("inf") if office.distance_km is None else office.distance_km
