"""The shapes of places: regions, offices, and what is free at an office."""

from __future__ import annotations

from pydantic import BaseModel, Field

from heli.api.moments import Day, DayIn, Moment
from heli.api.schemas import OfficeBrief
from heli.api.shape import Shape
from heli.law.services import Service


class RegionOut(Shape):
    """A place of GB/T 2260."""

    code: str
    name: str
    path: str = Field(description="The names from the province down, joined by a slash.")


class OfficeOut(Shape):
    """A registry office. `bookable`: it takes bookings here."""

    id: str
    name: str
    region: str = Field(description="The code of its region.")
    region_path: str = Field(description="The region's names, joined by a slash.")
    address: str | None
    phone: str | None
    hours: str | None
    services: list[Service]
    bookable: bool
    distance_km: float | None = Field(description="With `near` only: as the crow flies.")
    source: str = Field(description="Who says so.")
    as_of: str = Field(description="The day of the source, as the source gives it.")
    confidence: str


class OneOfficeOut(OfficeOut):
    """A registry office, with what it asks of whoever books there."""

    real_name_checks: list[str] | None = Field(
        description="The methods it accepts today, its first one first; null: every method."
    )


class AvailabilityIn(BaseModel):
    """Of which service, and from which day to which, both included."""

    service: Service
    first_on: DayIn | None = Field(
        default=None, alias="from", description="The first day; today where left out."
    )
    last_on: DayIn | None = Field(default=None, alias="to", description="The last day, included.")


class FreeSlotOut(Shape):
    """A slot that can be booked at this moment. `left`: what a booking could get."""

    id: int
    starts_at: Moment
    ends_at: Moment
    places: int
    left: int


class DayOut(Shape):
    """A day and its slots in order of time."""

    date: Day
    slots: list[FreeSlotOut]


class AvailabilityOut(Shape):
    """What one office has left of one service."""

    office: OfficeBrief
    service: Service
    days: list[DayOut]
    next_release: Moment | None = Field(description="When more slots open for booking.")
