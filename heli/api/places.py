"""Regions, offices, and what is free at an office."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from ninja import Query, Router
from ninja.params import functions as params

from heli.api.openapi import refuses
from heli.api.place_schemas import (
    AvailabilityIn,
    AvailabilityOut,
    DayOut,
    OfficeOut,
    OneOfficeOut,
    RegionOut,
)
from heli.api.schemas import Near, OfficeBrief, OfficeId, RegionCode
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.law.services import Service
from heli.places import queries
from heli.places.queries import OfficeView
from heli.slots.queries import availability

DAYS_SHOWN = 30  # where `to` is left out

TYPED = params.Query("", max_length=60, description="Name, pinyin or code.", example="广州")

router = Router(tags=["places"])


@router.get("/regions", response=list[RegionOut], openapi_extra=refuses())
def get_regions(
    request: HttpRequest,
    q: str = TYPED,
) -> list[RegionOut]:
    """Regions that fit what somebody typed, the best first, at most 50; provinces for nothing."""
    return [RegionOut.reading(region) for region in queries.find_regions(q)]


@router.get("/offices", response=list[OfficeOut], openapi_extra=refuses(NotFound))
def get_offices(
    request: HttpRequest,
    region: RegionCode | None = None,
    service: Service | None = None,
    near: Near | None = None,
) -> list[OfficeOut]:
    """Offices, bookable ones first, at most 500. An unknown region is `not_found`."""
    offices = queries.list_offices(region=region, service=service, near=point(near))
    return [office_out(office) for office in offices]


@router.get("/offices/{id}", response=OneOfficeOut, openapi_extra=refuses(NotFound))
def get_office(request: HttpRequest, id: OfficeId) -> OneOfficeOut:
    """One office, and by which real-name checks people may book there, agree, decline or move."""
    office = office_out(queries.get_office(id))
    checks = queries.real_name_checks(id, clock.today())
    accepted = None if checks is None else list(checks)
    return OneOfficeOut(**office.model_dump(), real_name_checks=accepted)


AVAILABILITY_REFUSES = refuses(NotFound)
AVAILABILITY_REFUSES["responses"][304] = {
    "description": "With `If-None-Match`: what its ETag stands for is still so."
}


@router.get(
    "/offices/{id}/availability", response=AvailabilityOut, openapi_extra=AVAILABILITY_REFUSES
)
def get_availability(
    request: HttpRequest,
    id: OfficeId,
    asked: Query[AvailabilityIn],
) -> AvailabilityOut:
    """What can be booked at this moment, from one day to another, both included, 92 at most."""
    return availability_out(id, asked)


def availability_out(office_id: str, asked: AvailabilityIn) -> AvailabilityOut:
    """The free slots of an office as the contract shapes them. Raises NotFound, InvalidInput."""
    office, now = queries.get_office(office_id), clock.now()
    first_on = asked.first_on or clock.day_of(now)
    last_on = asked.last_on or first_on + timedelta(days=DAYS_SHOWN)
    found = availability(office_id, asked.service, first_on, last_on, now)
    return AvailabilityOut(
        office=OfficeBrief(id=office.id, name=office.name),
        service=asked.service,
        days=[DayOut.reading(day) for day in found.days],
        next_release=found.next_release,
    )


def office_out(office: OfficeView) -> OfficeOut:
    """An office as the contract shapes it."""
    return OfficeOut(
        id=office.id,
        name=office.name,
        region=office.region.code,
        region_path=office.region.path,
        address=office.address,
        phone=office.phone,
        hours=office.hours,
        services=list(office.services),
        bookable=office.is_bookable,
        distance_km=office.distance_km,
        source=office.source,
        as_of=office.as_of,
        confidence=office.confidence,
    )


def point(near: str | None) -> tuple[float, float] | None:
    """Latitude and longitude in degrees."""
    if near is None:
        return None
    latitude, longitude = near.split(",")
    return float(latitude), float(longitude)
