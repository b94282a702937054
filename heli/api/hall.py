"""Checking in at the hall by the code on its screen."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from heli.api.auth import KnownBearer, KnownRequest
from heli.api.openapi import refuses_strangers
from heli.api.schemas import OfficeBrief, SlotOut
from heli.api.shape import Shape
from heli.bookings.states import State
from heli.ground import clock
from heli.hall.codes import TEXT_MAX
from heli.hall.errors import HallCodeExpired, NothingBooked, NotThisHall
from heli.hall.self_check_in import InTheHall, check_in_self
from heli.law.services import Service

router = Router(tags=["hall"], auth=KnownBearer())


class HallIn(BaseModel):
    """`hall`: what a scan of the code on the hall's screen gives, the whole link or its token."""

    hall: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)] = Field(
        json_schema_extra={"example": "https://heli.example/in/AbC"}
    )


class VisitOut(Shape):
    """A booking of today. `is_here`: the asker has checked in. `is_for_two`: the other one has to,
    too; once they have, `state` is checked_in and `number` the place in the queue. `window`: where
    they were called to, empty where the office named none."""

    code: str
    state: State
    service: Service
    slot: SlotOut
    is_here: bool
    is_for_two: bool
    number: int | None
    window: str | None


class InTheHallOut(Shape):
    """The office of the code, and what the asker has booked there today."""

    office: OfficeBrief
    bookings: list[VisitOut]

    @classmethod
    def of(cls, here: InTheHall) -> InTheHallOut:
        """The hall as the contract shapes it."""
        return cls(
            office=OfficeBrief.reading(here.office),
            bookings=[VisitOut.reading(visit) for visit in here.visits],
        )


@router.post(
    "/check-in",
    response=InTheHallOut,
    openapi_extra=refuses_strangers(NothingBooked, HallCodeExpired, NotThisHall),
)
def post_self_check_in(request: KnownRequest, body: HallIn) -> InTheHallOut:
    """The asker is in the hall: noted in all their bookings of today at its office."""
    return InTheHallOut.of(check_in_self(body.hall, by=request.known, at=clock.now()))
