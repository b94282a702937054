"""What the two people may do with a booking: hold a place, agree, decline, cancel.

Moves to another time are in `moves`, what the clock does is in `deadlines`. Locks are taken in one
order everywhere: bookings by id, then slots by id, then people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as NotAnswered
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from heli.bookings import moves, queries
from heli.bookings.allocator import NOT_KNOWN, Told, allocator
from heli.bookings.certificates import take_for_case
from heli.bookings.deadlines import expire_hold
from heli.bookings.eligibility import can_be_taken_at_once, check_eligibility
from heli.bookings.ending import count_lapse, give_back, record
from heli.bookings.errors import (
    AlreadyBooked,
    ConsentClosed,
    ProofNotAccepted,
    TooLate,
    WrongState,
)
from heli.bookings.events import BookingCancelled, BookingConfirmed, BookingDeclined
from heli.bookings.models import Booking, Party, Proposal
from heli.bookings.parties import put_own_word
from heli.bookings.queries import BookingView, active_booking_of
from heli.bookings.requests import HoldRequest
from heli.bookings.slot_rules import SlotRules, asks_where_registered, check_proof
from heli.bookings.states import Role, State
from heli.bookings.take import ASK_MORE, Answer, Outcome, TakeRow, refusal_of, take_row
from heli.ground import clock
from heli.ground.refusals import NotAllowed, Refusal, Unavailable
from heli.identity.verified import VerifiedIdentity, is_good_at
from heli.law.services import Service

ANSWER_SECONDS_MAX = 15.0


def hold_place(
    request: HoldRequest, *, by: VerifiedIdentity, key: str, at: datetime
) -> BookingView:
    """Take a place: held until the partner agrees, or confirmed at once where nobody else must.

    key: the caller's Idempotency-Key; the same key and request answer the same booking and take
    no second place. at: the moment of the request, UTC, from the clock. The partner is not looked
    up. Emits BookingHeld or BookingConfirmed. Raises InvalidInput, ProofNotAccepted, NotEligible,
    NotFound, SlotFull, AlreadyBooked, TooLate, WrongState, BookingSuspended, KeyReused,
    Unavailable.
    """
    _check_proof_for_a_new_one(request, by=by, key=key)
    check_eligibility(request, by=by)
    if request.service is Service.DIVORCE_CERTIFICATE:
        return take_for_case(request, by=by, key=key, at=at)
    has_address = request.household_address is not None
    keeps = has_address and asks_where_registered(request.slot_id)
    row = take_row(request, by=by, key=key, at=at, keeps_address=keeps)
    answer = _take(row)
    if answer.outcome is Outcome.ALREADY_BOOKED and _expire_own_overdue(by, request.service, at):
        answer = _take(row)
    if answer.outcome is Outcome.TAKEN:
        return queries.view_of_taken(row, answer, by=by)
    if answer.outcome is Outcome.REPLAYED:
        return queries.booking_view(answer.code, by=by, at=at)
    raise refusal_of(answer.outcome, person=by.person, at=at)


class Asking(NamedTuple):
    """Somebody who asks for a place; see `hold_place`."""

    request: HoldRequest
    by: VerifiedIdentity
    key: str


async def hold_places_at_once(
    asking: Sequence[Asking | None],
    *,
    rules_of: Callable[[int], SlotRules | None],
    at: datetime,
    since: float,
) -> list[BookingView | Refusal | None]:
    """`hold_place` for many in an event loop, as far as the storage's one answer decides it.

    rules_of: what is known of the rules for a slot; None where nothing is. since: when the first of
    them came, by the monotonic clock.
    For each, in order of arrival: the booking, the refusal, or None where more has to be read to
    answer (a certificate place, an age on the day, a replay, a booking that stands in the way, a
    proof that the office does not accept): then `hold_place` answers the same request with the
    same key. None for a None among them, too.
    Nothing here waits for anything but the allocator. Raises RateLimited (too many are waiting).
    """
    told: list[BookingView | Refusal | None] = [None] * len(asking)
    today = clock.day_of(at)
    decided = [
        (number, one, rules.asks_household_address)
        for number, one in enumerate(asking)
        if one is not None
        and (rules := rules_of(one.request.slot_id)) is not None
        and rules.accepts(one.by)
        and can_be_taken_at_once(one.request, by=one.by, on=today)
    ]
    rows = [
        take_row(one.request, by=one.by, key=one.key, at=at, keeps_address=asks)
        for _, one, asks in decided
    ]
    answers = await allocator.submit_from_loop(rows, since=since) if rows else []
    for (number, one, _asks), row, answer in zip(decided, rows, answers, strict=True):
        told[number] = _told_at_once(row, answer, by=one.by, at=at)
    return told


def _told_at_once(
    row: TakeRow, answer: Told, *, by: VerifiedIdentity, at: datetime
) -> BookingView | Refusal | None:
    if isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Exception) or answer.outcome in ASK_MORE:
        return None  # asked again by itself, a fault shows where it belongs
    if answer.outcome is Outcome.TAKEN:
        return queries.view_of_taken(row, answer, by=by)
    return refusal_of(answer.outcome, person=by.person, at=at)


@transaction.atomic
def give_consent(
    code: str,
    *,
    by: VerifiedIdentity,
    at: datetime,
    phone: str | None = None,
    household_address: str | None = None,
    give_back_own: bool = False,
) -> BookingView:
    """The answering party agrees: a held booking is confirmed, a proposed move is made.

    Repeating it changes nothing. at: the moment of the answer, UTC, from the clock.
    household_address: stored only where the office asks for it. give_back_own: give back the
    person's own held booking that names the asker. Emits BookingConfirmed or MoveAccepted. Raises
    NotFound (no party of it), NotAllowed (not their turn), ProofNotAccepted, ConsentClosed,
    AlreadyBooked.
    """
    booking, own, me = _lock_with_own(code, by)
    proposal = queries.open_proposal(booking, at)
    check_proof(by, *_slots_of(booking, proposal))
    if proposal is not None:
        moves.accept_move(booking, proposal, me=me, at=at)
    elif me.role == Role.APPLICANT:
        raise NotAllowed(_("这一步要由对方来确认。您已经表示过同意。"))
    elif booking.state != State.CONFIRMED or me.consented_at is None:
        if booking.state != State.HELD or queries.is_overdue(booking, at):
            raise ConsentClosed()
        if own is not None:
            _make_room(booking, own, by=by, at=at, give_back_own=give_back_own)
        asks = household_address is not None and asks_where_registered(booking.slot_id)
        address = household_address if asks else None
        put_own_word(me, by, phone=phone, household_address=address)
        _confirm(booking, me, at=at)
    return queries.booking_view(code, by=by, at=at)


@transaction.atomic
def refuse_consent(code: str, *, by: VerifiedIdentity, at: datetime) -> BookingView:
    """The party who was asked does not agree: a held booking ends, a proposed move falls away.

    Repeating it changes nothing. Emits BookingDeclined or MoveDeclined. Raises NotFound,
    NotAllowed (the asking party), ProofNotAccepted, ConsentClosed.
    """
    booking, me = queries.lock_booking(code, by=by)
    check_proof(by, booking.slot_id)
    proposal = queries.open_proposal(booking, at)
    if proposal is not None:
        moves.decline_move(booking, proposal, me=me, at=at)
    elif me.role == Role.APPLICANT:
        raise NotAllowed(_("这一步要由对方来回答。如果您不想要这个预约了，可以取消。"))
    elif booking.state != State.DECLINED:
        if booking.state != State.HELD or queries.is_overdue(booking, at):
            raise ConsentClosed()
        give_back(booking, State.DECLINED, at=at)
        count_lapse(booking, State.DECLINED, at=at)
        record(booking, BookingDeclined(code=booking.code, at=at), by=Role.PARTNER)
    return queries.booking_view(code, by=by, at=at)


@transaction.atomic
def dismiss_request(code: str, *, by: VerifiedIdentity, at: datetime) -> None:
    """The person named says that a request is not for them: it leaves their list, nothing else.

    The asker is told nothing and only sees that time runs out; the link still works. Repeating it
    changes nothing. at: UTC, from the clock. Emits nothing. Raises NotFound (not named in it),
    NotAllowed (who has given their word to it).
    """
    _booking, me = queries.lock_booking(code, by=by)
    if me.consented_at is not None:
        raise NotAllowed(_("您已经同意了这个预约，它会留在您的列表里。不想要的话，可以取消。"))
    Party.objects.filter(id=me.id, dismissed_at=None).update(dismissed_at=at)


@transaction.atomic
def cancel_booking(code: str, *, by: VerifiedIdentity, at: datetime) -> BookingView:
    """Either party gives the place back: a held one at any time, a confirmed one until the cut-off.

    Repeating it changes nothing. Emits BookingCancelled. Raises NotFound, TooLate, WrongState.
    """
    booking, me = queries.lock_booking(code, by=by)
    if booking.state != State.CANCELLED:
        was_held = booking.state == State.HELD
        if queries.state_at(booking, at) not in (State.HELD, State.CONFIRMED):
            raise WrongState(state=queries.state_at(booking, at).value)
        if not was_held and at >= booking.slot.change_closes_at:
            raise TooLate(_("已经过了可以取消的时间，预约没有改变。如果不能来，请给登记处打电话。"))
        give_back(booking, State.CANCELLED, at=at)
        if was_held and me.role == Role.APPLICANT:
            count_lapse(booking, State.CANCELLED, at=at)
        event = BookingCancelled(code=booking.code, at=at, was_confirmed=not was_held)
        record(booking, event, by=Role(me.role))
    return queries.booking_view(code, by=by, at=at)


def reschedule_booking(
    code: str, *, by: VerifiedIdentity, at: datetime, slot_id: int
) -> BookingView:
    """Move to another slot; see `moves.reschedule_booking`."""
    return moves.reschedule_booking(code, by=by, at=at, slot_id=slot_id)


def _check_proof_for_a_new_one(request: HoldRequest, *, by: VerifiedIdentity, key: str) -> None:
    """Raises ProofNotAccepted, except for a repetition, which is answered as before."""
    try:
        check_proof(by, request.slot_id)
    except ProofNotAccepted:
        if not Booking.objects.filter(asker=by.person, idempotency_key=key).exists():
            raise


def _slots_of(booking: Booking, proposal: Proposal | None) -> tuple[int, ...]:
    """The slot of a booking, and that of the move proposed for it."""
    return (booking.slot_id,) if proposal is None else (booking.slot_id, proposal.slot_id)


def _take(row: TakeRow) -> Answer:
    asked = allocator.submit([row])
    try:
        (told,) = asked.result(timeout=ANSWER_SECONDS_MAX)
    except NotAnswered:
        asked.cancel()
        raise Unavailable(NOT_KNOWN) from None
    if isinstance(told, Exception):
        raise told
    return told


def _expire_own_overdue(by: VerifiedIdentity, service: str, at: datetime) -> bool:
    """Give back this person's held place whose deadline has passed, if its job has not run yet."""
    own = active_booking_of(by.person, service)
    return own is not None and queries.is_overdue(own, at) and expire_hold(own.id, at)


def _lock_with_own(code: str, by: VerifiedIdentity) -> tuple[Booking, Booking | None, Party]:
    """The booking, the person's other active one for the same service, their row; all locked."""
    asked = queries.booking_of_party(code, by)
    own = active_booking_of(by.person, asked.service)
    if own is None or own.id == asked.id:
        (booking,) = queries.lock_bookings(asked.id)
        return booking, None, queries.party_of(booking, by)
    booking, own = queries.lock_bookings(asked.id, own.id)
    me = queries.party_of(booking, by)
    return booking, None if queries.has_ended(own) else own, me


def _make_room(
    booking: Booking, own: Booking, *, by: VerifiedIdentity, at: datetime, give_back_own: bool
) -> None:
    """Give back the person's own held place, where that is what stands in the way of this one."""
    if queries.is_overdue(own, at):
        expire_hold(own.id, at)
        return
    names_the_asker = any(
        party.role == Role.PARTNER and bytes(party.named) == bytes(booking.asker)
        for party in own.parties.all()
    )
    is_own_hold = own.state == State.HELD and bytes(own.asker) == by.person
    # A desk's own proof neither names nor ends what somebody holds at another office.
    is_theirs_to_give = is_own_hold and names_the_asker and is_good_at(by, own.office_id)
    if not is_theirs_to_give:
        raise AlreadyBooked()
    if not give_back_own:
        raise AlreadyBooked(
            _("您自己也为你们两人占了一个号。同意这个预约，会把您自己占的号放回，请先确认。"),
            own=own.code,
        )
    give_back(own, State.CANCELLED, at=at)
    event = BookingCancelled(code=own.code, at=at, was_confirmed=False)
    record(own, event, by=Role.APPLICANT)


def _confirm(booking: Booking, me: Party, *, at: datetime) -> None:
    me.consented_at = at
    try:
        with transaction.atomic():
            me.save()
    except IntegrityError as conflict:  # the index on people: another door was faster
        raise AlreadyBooked() from conflict
    booking.state = State.CONFIRMED
    booking.save(update_fields=["state"])
    record(booking, BookingConfirmed(code=booking.code, at=at), by=Role.PARTNER)
