"""Bookings of the person who asks: take, read, agree, decline, cancel, move."""

from __future__ import annotations

from ninja import Router
from ninja.params import functions as params

from heli.api.auth import Bearer, IdentifiedRequest, KnownBearer, KnownRequest
from heli.api.openapi import refuses_strangers
from heli.api.people import consent_words, hold_request
from heli.api.schemas import (
    BookingIn,
    BookingOut,
    Code,
    ConsentIn,
    RescheduleIn,
)
from heli.bookings import queries, services
from heli.bookings.errors import (
    AlreadyBooked,
    BookingSuspended,
    ConsentClosed,
    KeyReused,
    NotEligible,
    ProofNotAccepted,
    SlotFull,
    TooLate,
    WrongState,
)
from heli.ground import clock
from heli.ground.refusals import NotAllowed, NotFound

TAKING = (
    *(SlotFull, AlreadyBooked, TooLate, WrongState, BookingSuspended, NotEligible, KeyReused),
    ProofNotAccepted,
)

IDEMPOTENCY_KEY_FORM = r"[\x20-\x7e]{1,200}"
IDEMPOTENCY_KEY = params.Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=200,
    pattern=rf"^{IDEMPOTENCY_KEY_FORM}$",
    description="Printable ASCII. The same key and body answer the same booking.",
    example="6f1c0f6e-5f0b-4d7e-8f42-0c9c2f6f5a11",
)
NO_BODY = params.Body(None)

router = Router(tags=["bookings"], auth=Bearer())


@router.post("", response={201: BookingOut}, openapi_extra=refuses_strangers(NotFound, *TAKING))
def post_booking(
    request: IdentifiedRequest,
    body: BookingIn,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> BookingOut:
    """Take a place: `held` until the partner agrees, `confirmed` where one person may do it."""
    now = clock.now()
    asked = hold_request(body, today=clock.day_of(now))
    view = services.hold_place(asked, by=request.identity, key=idempotency_key, at=now)
    return BookingOut.of(view)


@router.get("", auth=KnownBearer(), response=list[BookingOut], openapi_extra=refuses_strangers())
def get_bookings(request: KnownRequest) -> list[BookingOut]:
    """This person's bookings and the requests that name them, the latest first, at most 100."""
    views = queries.bookings_of(by=request.known, at=clock.now())
    return [BookingOut.of(view) for view in views]


@router.get(
    "/{code}", auth=KnownBearer(), response=BookingOut, openapi_extra=refuses_strangers(NotFound)
)
def get_booking(request: KnownRequest, code: Code) -> BookingOut:
    """One booking. Somebody else's is `not_found`."""
    return BookingOut.of(queries.booking_view(code, by=request.known, at=clock.now()))


@router.post(
    "/{code}/consent",
    response=BookingOut,
    openapi_extra=refuses_strangers(
        *(NotFound, NotAllowed, ConsentClosed, AlreadyBooked, TooLate, WrongState, NotEligible),
        ProofNotAccepted,
    ),
)
def post_consent(
    request: IdentifiedRequest, code: Code, body: ConsentIn | None = NO_BODY
) -> BookingOut:
    """The party who was asked agrees, to a held booking or to a proposed move."""
    view = services.give_consent(code, by=request.identity, at=clock.now(), **consent_words(body))
    return BookingOut.of(view)


@router.post(
    "/{code}/decline",
    response=BookingOut,
    openapi_extra=refuses_strangers(
        NotFound, NotAllowed, ConsentClosed, WrongState, ProofNotAccepted
    ),
)
def post_decline(request: IdentifiedRequest, code: Code) -> BookingOut:
    """The party who was asked does not agree."""
    return BookingOut.of(services.refuse_consent(code, by=request.identity, at=clock.now()))


@router.post(
    "/{code}/cancel",
    response=BookingOut,
    openapi_extra=refuses_strangers(NotFound, TooLate, WrongState),
)
def post_cancel(request: IdentifiedRequest, code: Code) -> BookingOut:
    """Either party gives the place back."""
    return BookingOut.of(services.cancel_booking(code, by=request.identity, at=clock.now()))


@router.post(
    "/{code}/reschedule",
    response=BookingOut,
    openapi_extra=refuses_strangers(NotFound, NotAllowed, *TAKING),
)
def post_reschedule(request: IdentifiedRequest, code: Code, body: RescheduleIn) -> BookingOut:
    """A held booking moves (a successor), for a confirmed one the move is proposed."""
    view = services.reschedule_booking(
        code, by=request.identity, at=clock.now(), slot_id=body.slot_id
    )
    return BookingOut.of(view)
