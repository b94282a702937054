"""The desk of an office: sessions, the day, check-in, tickets, outcomes, decisions in a case."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from ninja.params import functions as params

from heli.api.auth import StaffBearer, StaffRequest
from heli.api.desk_schemas import (
    CallIn,
    CardNumberIn,
    CheckInIn,
    DeskBookingOut,
    DeskCaseOut,
    FoundCaseOut,
    InPersonIn,
    InPersonOut,
    OutcomeIn,
    RecordedOut,
    RefuseIn,
    RegisterIn,
    SessionIn,
    SessionOut,
    TicketId,
    TicketIn,
    TicketOut,
    TicketOutcomeIn,
    TodayOut,
    WithdrawIn,
)
from heli.api.openapi import refuses, refuses_strangers
from heli.api.people import card_number, card_read, cards_read
from heli.api.schemas import Code, OfficeId
from heli.bookings.errors import AlreadyBooked, NotEligible, TooLate, WrongState
from heli.bookings.states import Role
from heli.bookings.vouchers import read_qr
from heli.cases.errors import OutsideWindow
from heli.ground import clock
from heli.ground.callers import address_of
from heli.ground.refusals import FieldError, IdentityRequired, InvalidInput, NotAllowed, NotFound
from heli.hall import decisions, in_person, queries, services, sessions, tickets
from heli.hall.roles import Deed

QR_OR_CODE = _("请在 qr 和 code 中只填一项。")
NO_BODY = params.Body(None)

router = Router(tags=["desk"], auth=StaffBearer())


@router.post("/sessions", response=SessionOut, auth=None, openapi_extra=refuses(IdentityRequired))
def post_session(request: HttpRequest, body: SessionIn) -> SessionOut:
    """Log in. Ten wrong passwords for one account in 15 minutes are `rate_limited`, save from an
    address where it has a live session; so are ten wrong codes. Where the password was right
    `second_factor` says what is missing: `required`, `wrong`, or `set_up` (on the desk's page)."""
    token, staff = sessions.open_session(**body.model_dump(), address=address_of(request))
    return SessionOut.of(token, staff)


@router.delete("/sessions", response={204: None}, openapi_extra=refuses_strangers())
def delete_session(request: StaffRequest) -> None:
    """Log out: the token opens nothing any more."""
    sessions.end_session(request.staff)


@router.get(
    "/today",
    auth=StaffBearer(Deed.SEE_TODAY),
    response=TodayOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound),
)
def get_today(request: StaffRequest, office: OfficeId | None = None) -> TodayOut:
    """The office's day. `office`: for an operator, who has to name one."""
    return TodayOut.of(queries.today(request.staff, at=clock.now(), office_id=office))


@router.post(
    "/checkin",
    auth=StaffBearer(Deed.CHECK_IN),
    response=DeskBookingOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState),
)
def post_check_in(request: StaffRequest, body: CheckInIn) -> DeskBookingOut:
    """One or both are here, all the service day; `checked_in` once everybody it needs is."""
    booking = services.check_in(
        code_shown(body), roles=roles(body.parties), by=request.staff, at=clock.now()
    )
    return DeskBookingOut.of(booking)


@router.post(
    "/tickets",
    auth=StaffBearer(Deed.ISSUE_TICKET),
    response=TicketOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, NotEligible),
)
def post_ticket(request: StaffRequest, body: TicketIn) -> TicketOut:
    """A place in today's queue for somebody who walks in."""
    ticket = tickets.issue_ticket(
        body.service,
        case_id=str(body.case_id) if body.case_id else None,
        present=roles(body.parties),
        office_id=body.office,
        by=request.staff,
        at=clock.now(),
    )
    return TicketOut.of(ticket)


@router.post(
    "/call",
    auth=StaffBearer(Deed.CALL_NEXT),
    response=TicketOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound),
)
def post_call(request: StaffRequest, body: CallIn | None = NO_BODY) -> TicketOut:
    """Call the next ticket of the day; `not_found` when nobody waits."""
    body = body or CallIn()
    ticket = tickets.call_next(
        by=request.staff, at=clock.now(), window=body.window, office_id=body.office
    )
    return TicketOut.of(ticket)


@router.post(
    "/tickets/{id}/outcome",
    auth=StaffBearer(Deed.RECORD_OUTCOME),
    response=RecordedOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, AlreadyBooked),
)
def post_ticket_outcome(request: StaffRequest, id: TicketId, body: TicketOutcomeIn) -> RecordedOut:
    """What came of a ticket's visit; an accepted application opens the couple's case."""
    recorded = services.record_ticket_outcome(
        id,
        result=body.result,
        cards=cards_read(body.parties),
        reason=body.reason,
        by=request.staff,
        at=clock.now(),
    )
    return RecordedOut.of(recorded)


@router.post(
    "/bookings/{code}/outcome",
    auth=StaffBearer(Deed.RECORD_OUTCOME),
    response=RecordedOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, AlreadyBooked),
)
def post_outcome(request: StaffRequest, code: Code, body: OutcomeIn) -> RecordedOut:
    """What came of a booking, everybody being here; an accepted application opens the case."""
    recorded = services.record_outcome(
        code, result=body.result, reason=body.reason, by=request.staff, at=clock.now()
    )
    return RecordedOut.of(recorded)


@router.post(
    "/in-person",
    auth=StaffBearer(Deed.VERIFY_IN_PERSON),
    response={201: InPersonOut},
    openapi_extra=refuses_strangers(NotAllowed, NotFound),
)
def post_in_person(request: StaffRequest, body: InPersonIn) -> Status[InPersonOut]:
    """Card and person were looked at: a code with which the person goes on by themselves, for an
    hour and at this office alone (`POST /identity/desk`). Forty a day for one account and six about
    one person, else `rate_limited`. It tells nothing of what they have booked."""
    code = in_person.record_in_person(
        card_read(body),
        is_seen=body.is_seen,
        own_number=card_number(body.own_number, of="own_number") if body.own_number else None,
        by=request.staff,
        at=clock.now(),
        office_id=body.office,
    )
    return Status(201, InPersonOut.of(code))


@router.post(
    "/cases/find",
    auth=StaffBearer(Deed.FIND_CASES),
    response=list[FoundCaseOut],
    openapi_extra=refuses_strangers(NotAllowed),
)
def post_find_cases(request: StaffRequest, body: CardNumberIn) -> list[FoundCaseOut]:
    """The cases here of somebody whose card was read, the latest first."""
    found = queries.find_cases(
        card_number(body.id_number), by=request.staff, at=clock.now(), why=body.why
    )
    return [FoundCaseOut.of(case) for case in found]


@router.post(
    "/cases/{id}/withdraw",
    auth=StaffBearer(Deed.WITHDRAW),
    response=DeskCaseOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, TooLate, OutsideWindow),
)
def post_withdraw(request: StaffRequest, id: UUID, body: WithdrawIn) -> DeskCaseOut:
    """One of the two takes the application back. `reading` where the readings differ today."""
    case = decisions.withdraw(
        str(id), party=body.party, reading=body.reading, by=request.staff, at=clock.now()
    )
    return DeskCaseOut.of(case)


@router.post(
    "/cases/{id}/register",
    auth=StaffBearer(Deed.REGISTER),
    response=DeskCaseOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, OutsideWindow),
)
def post_register(request: StaffRequest, id: UUID, body: RegisterIn) -> DeskCaseOut:
    """The certificate is given. Both have checked in today, by a booking or a ticket."""
    case = decisions.register(
        str(id),
        certificate_number=body.certificate_number,
        reading=body.reading,
        by=request.staff,
        at=clock.now(),
    )
    return DeskCaseOut.of(case)


@router.post(
    "/cases/{id}/refuse",
    auth=StaffBearer(Deed.REFUSE),
    response=DeskCaseOut,
    openapi_extra=refuses_strangers(NotAllowed, NotFound, WrongState, OutsideWindow),
)
def post_refuse(request: StaffRequest, id: UUID, body: RefuseIn) -> DeskCaseOut:
    """The office cannot register; the case ends with the reason."""
    case = decisions.refuse(str(id), reason=body.reason, by=request.staff, at=clock.now())
    return DeskCaseOut.of(case)


def code_shown(shown: CheckInIn) -> str:
    """The booking's code, from a voucher's QR text or as typed. Raises InvalidInput."""
    if (shown.qr is None) == (shown.code is None):
        raise InvalidInput(FieldError("code", QR_OR_CODE), FieldError("qr", QR_OR_CODE))
    return read_qr(shown.qr).code if shown.qr is not None else shown.code or ""


def roles(present: list[Role] | None) -> frozenset[Role] | None:
    """Who is there; None for everybody."""
    return frozenset(present) if present is not None else None
