"""The shapes of the desk: sessions, the day, check-in, tickets, outcomes, decisions in a case."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from heli.api.case_schemas import TimelineOut
from heli.api.moments import Day, Moment
from heli.api.schemas import INT8_MAX, Code, IdNumberText, Name, OfficeBrief, OfficeId, SlotOut
from heli.api.shape import Shape
from heli.bookings.states import Role, State
from heli.hall.in_person import DeskCode
from heli.hall.queries import DeskBooking, DeskCase, FoundCase, TicketView, Today
from heli.hall.reasons import Why
from heli.hall.roles import StaffOnDuty, StaffRole
from heli.hall.second_factor import CODE_LENGTH_MAX
from heli.hall.services import Recorded
from heli.hall.staff import PASSWORD_TYPED_MAX, USERNAME_LENGTH_MAX
from heli.hall.states import Result, TicketState
from heli.law.case_steps import CaseState
from heli.law.periods import Reading
from heli.law.services import Service

TicketId = Annotated[
    int, Field(ge=1, le=INT8_MAX, description="A ticket's id.", json_schema_extra={"example": 1})
]
Present = Annotated[
    list[Role], Field(min_length=1, max_length=2, description="Who is there; default: everybody.")
]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class SessionIn(BaseModel):
    """An account of the desk. `otp`: a code of its authenticator app or a recovery code, where it
    has a second factor, and passed over where it has none."""

    username: Annotated[str, Field(min_length=1, max_length=USERNAME_LENGTH_MAX)]
    password: Annotated[str, Field(min_length=1, max_length=PASSWORD_TYPED_MAX)]
    otp: Annotated[str, Field(max_length=CODE_LENGTH_MAX)] | None = None


class SessionOut(Shape):
    """A session: its token for `Authorization: Bearer`, good for twelve hours of real time, and for
    one in which nobody used it.

    `office`: where one works; null for an operator, who works at all of them.
    """

    token: str
    role: StaffRole
    office: OfficeBrief | None

    @classmethod
    def of(cls, token: str, staff: StaffOnDuty) -> SessionOut:
        """The session as the contract shapes it."""
        office = None
        if staff.office_id is not None:
            office = OfficeBrief(id=staff.office_id, name=staff.office_name or "")
        return cls(token=token, role=staff.role, office=office)


class DeskPartyOut(Shape):
    """One of the people of a booking. `checked_in`: at the office on the service day.

    `came_alone`: checked in by the hall's code, so that nobody of the staff has seen them yet."""

    role: Role
    name_masked: str
    consented: bool
    checked_in: bool
    came_alone: bool


class DeskBookingOut(Shape):
    """A booking as the desk sees it."""

    code: str
    state: State
    service: Service
    office: OfficeBrief
    slot: SlotOut
    parties: list[DeskPartyOut]

    @classmethod
    def of(cls, booking: DeskBooking) -> DeskBookingOut:
        """The booking as the contract shapes it."""
        return cls(
            code=booking.code,
            state=booking.state,
            service=booking.service,
            office=OfficeBrief.reading(booking.office),
            slot=SlotOut.reading(booking.slot),
            parties=[
                DeskPartyOut(
                    role=party.role,
                    name_masked=party.name_masked,
                    consented=party.consented,
                    checked_in=party.is_here,
                    came_alone=party.came_alone,
                )
                for party in booking.parties
            ],
        )


class TicketOut(Shape):
    """A place in the day's queue. `booking`: the code it stands for, null for a walk-in."""

    id: int
    number: int = Field(description="Counted from 1 at each office, each day.")
    office: OfficeBrief
    service: Service
    state: TicketState
    on: Day
    present: list[Role]
    booking: str | None
    case_id: UUID | None
    window: str | None
    issued_at: Moment
    called_at: Moment | None
    served_at: Moment | None

    @classmethod
    def of(cls, ticket: TicketView) -> TicketOut:
        """The ticket, field by field."""
        return cls.reading(ticket)


class CountsOut(Shape):
    """Bookings still expected, in the hall and done; tickets that wait."""

    expected: int
    checked_in: int
    served: int
    waiting: int


class TodayOut(Shape):
    """An office's day: bookings in order of time, tickets in order of number."""

    date: Day
    office: OfficeBrief
    bookings: list[DeskBookingOut]
    tickets: list[TicketOut]
    counts: CountsOut

    @classmethod
    def of(cls, day: Today) -> TodayOut:
        """The day as the API shapes it."""
        return cls(
            date=day.on,
            office=OfficeBrief.reading(day.office),
            bookings=[DeskBookingOut.of(booking) for booking in day.bookings],
            tickets=[TicketOut.of(ticket) for ticket in day.tickets],
            counts=CountsOut.reading(day.counts),
        )


class CheckInIn(BaseModel):
    """Either the text of a voucher's QR code or a booking's code; and who is there."""

    qr: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    code: Code | None = None
    parties: Present | None = None


class TicketIn(BaseModel):
    """A walk-in. `case_id`: the case they come for. `office`: for an operator alone."""

    service: Service
    case_id: UUID | None = None
    parties: Present | None = None
    office: OfficeId | None = None


class CallIn(BaseModel):
    """Where the next one is called to. `office`: for an operator alone."""

    window: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    office: OfficeId | None = None


class OutcomeIn(BaseModel):
    """What came of a visit."""

    result: Result
    reason: Reason | None = None


class CardIn(BaseModel):
    """An identity card as it was read at the desk."""

    name: Name
    id_number: IdNumberText


class InPersonIn(CardIn):
    """An identity card that was looked at, for somebody for whom no check works online. `is_seen`:
    card and person are at the desk and were compared. `own_number`: of whoever looked, needed the
    first time, so that nobody vouches for themselves. `office`: for an operator alone."""

    is_seen: Annotated[bool, Field(strict=True)]
    own_number: IdNumberText | None = None
    office: OfficeId | None = None


class InPersonOut(Shape):
    """What the person gets: `code`, once and until `expires_at`, or `link` as a QR code. It is told
    to nobody else."""

    code: str
    link: str
    office: OfficeBrief
    expires_at: Moment

    @classmethod
    def of(cls, code: DeskCode) -> InPersonOut:
        """The code as the API shapes it."""
        return cls.reading(code)


class TicketOutcomeIn(OutcomeIn):
    """What came of a walk-in's visit. `parties`: the cards read, the applicant's first."""

    parties: Annotated[list[CardIn], Field(max_length=2)] = []


class CardNumberIn(BaseModel):
    """The number on the card of somebody at the desk. `why`: needed where none of their cases is of
    today, also where they have none."""

    id_number: IdNumberText
    why: Why | None = None


class WithdrawIn(BaseModel):
    """Who of the two withdraws. `reading`: where the readings of the law differ on this day."""

    party: Role
    reading: Reading | None = None


class RegisterIn(BaseModel):
    """The number of the certificate, such as L440106-2026-000001. `reading`: as to withdraw."""

    certificate_number: Annotated[str, Field(min_length=1, max_length=40)]
    reading: Reading | None = None


class RefuseIn(BaseModel):
    """Why the office cannot register."""

    reason: Reason


class DeskCaseOut(Shape):
    """A case as the desk sees it."""

    id: UUID
    state: CaseState
    office: OfficeBrief
    receipt: Day
    timeline: TimelineOut
    certificate_booking: DeskBookingOut | None

    @classmethod
    def of(cls, case: DeskCase) -> DeskCaseOut:
        """The case as the contract shapes it."""
        booking = case.certificate_booking
        return cls(
            id=UUID(case.id),
            state=case.state,
            office=OfficeBrief.reading(case.office),
            receipt=case.receipt_on,
            timeline=TimelineOut.of(case.dates, case.here),
            certificate_booking=DeskBookingOut.of(booking) if booking else None,
        )


class FoundCaseOut(Shape):
    """A case of the person whose card was read. `party`: which of the two they are."""

    case: DeskCaseOut
    party: Role

    @classmethod
    def of(cls, found: FoundCase) -> FoundCaseOut:
        """The case with the person's part in it."""
        return cls(case=DeskCaseOut.of(found.case), party=found.party)


class RecordedOut(Shape):
    """What an outcome left. `case`: the case that was opened, with an accepted application."""

    booking: DeskBookingOut | None
    case: DeskCaseOut | None

    @classmethod
    def of(cls, recorded: Recorded) -> RecordedOut:
        """The outcome as the contract shapes it."""
        return cls(
            booking=DeskBookingOut.of(recorded.booking) if recorded.booking else None,
            case=DeskCaseOut.of(recorded.case) if recorded.case else None,
        )
