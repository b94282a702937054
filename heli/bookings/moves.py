"""Moving a booking: a held one gets a successor, a confirmed one a proposal to the other party."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from heli.bookings import ending, queries
from heli.bookings.certificates import check_certificate_slot
from heli.bookings.errors import TooLate, WrongState
from heli.bookings.events import (
    BookingMoved,
    BookingRescheduled,
    MoveAccepted,
    MoveDeclined,
    MoveProposed,
)
from heli.bookings.models import Booking, Party, Proposal
from heli.bookings.parties import drop_address, reseal
from heli.bookings.queries import BookingView
from heli.bookings.slot_rules import asks_where_registered, check_proof
from heli.bookings.states import ProposalState, Role, State
from heli.bookings.take import Outcome, refusal_of, row_of, take_places
from heli.ground.refusals import FieldError, InvalidInput, NotAllowed
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.slots.models import Slot


@transaction.atomic
def reschedule_booking(
    code: str, *, by: VerifiedIdentity, at: datetime, slot_id: int
) -> BookingView:
    """Move to another slot of the same service, at any office.

    A held booking ends as rescheduled and its successor is answered: a new code, the old link is
    dead. A confirmed one keeps code, state and place and gets a proposal which the other party
    answers; where one person may book alone it moves at once. Repeating a move answers the same.
    Raises NotFound, NotAllowed (the partner of a held one), InvalidInput, ProofNotAccepted (there,
    or where it is now), TooLate, WrongState, SlotFull.
    """
    booking, me = queries.lock_booking(code, by=by)
    if booking.state == State.RESCHEDULED and booking.successor.slot_id == slot_id:
        return queries.booking_view(booking.successor.code, by=by, at=at)
    state = queries.state_at(booking, at)
    if state not in (State.HELD, State.CONFIRMED):
        raise WrongState(state=state.value)
    if slot_id == booking.slot_id:
        raise InvalidInput(FieldError("slot_id", _("这就是现在的时间，请选择另一个时段。")))
    check_proof(by, booking.slot_id, slot_id)
    if state is State.HELD:
        return _move_held_booking(booking, me, slot_id, by=by, at=at)
    if at >= booking.slot.change_closes_at:
        raise TooLate(_("已经过了可以改期的时间，预约没有改变。如果不能来，请给登记处打电话。"))
    if booking.service == Service.DIVORCE_CERTIFICATE:
        check_certificate_slot(booking, slot_id, at=at)
    if booking.parties.count() == len(Role):
        _propose_move(booking, me, slot_id, by=by, at=at)
    else:
        _move_alone(booking, me, slot_id, by=by, at=at)
    return queries.booking_view(code, by=by, at=at)


def accept_move(booking: Booking, proposal: Proposal, *, me: Party, at: datetime) -> None:
    """The other party agrees to a proposed move: the booking takes over the new place.

    Raises NotAllowed when the asking party answers their own proposal.
    """
    _only_the_other_party(proposal, me)
    _swap(booking, proposal, at=at)
    event = MoveAccepted(
        code=booking.code, at=at, asked_by=proposal.asked_by, slot_id=proposal.slot_id
    )
    ending.record(booking, event, by=Role(me.role))


def decline_move(booking: Booking, proposal: Proposal, *, me: Party, at: datetime) -> None:
    """The other party does not agree to a proposed move: the old place stands.

    Raises NotAllowed when the asking party answers their own proposal.
    """
    _only_the_other_party(proposal, me)
    ending.end_proposal(proposal, ProposalState.DECLINED, at=at)
    event = MoveDeclined(
        code=booking.code, at=at, asked_by=proposal.asked_by, slot_id=proposal.slot_id
    )
    ending.record(booking, event, by=Role(me.role))


def _move_held_booking(
    booking: Booking, me: Party, slot_id: int, *, by: VerifiedIdentity, at: datetime
) -> BookingView:
    if me.role != Role.APPLICANT:  # the applicant has agreed to this time and to no other
        raise NotAllowed(_("这个预约还在等您确认。不合适的话可以不同意，由对方另选时间。"))
    applicant, partner = queries.in_order(booking.parties.all())
    _lock_slot(slot_id)
    ending.give_back(booking, State.RESCHEDULED, at=at)
    keeps = asks_where_registered(slot_id)
    row = row_of(
        reseal(applicant, keeps_address=keeps),
        reseal(partner, keeps_address=keeps),
        service=booking.service,
        slot_id=slot_id,
        key=f"successor of {booking.code}",
        digest=bytes(booking.request_digest),
        eligibility_shown=booking.eligibility_shown,
        at=at,
        predecessor=booking.id,
    )
    (answer,) = take_places([row])
    if answer.outcome is not Outcome.TAKEN:
        raise refusal_of(answer.outcome, person=by.person, at=at)
    event = BookingRescheduled(code=booking.code, at=at, successor=answer.code)
    ending.record(booking, event, by=Role.APPLICANT)
    return queries.booking_view(answer.code, by=by, at=at)


def _lock_slot(slot_id: int) -> None:
    """Slots are locked before people everywhere; giving back frees people, so the slot is first."""
    list(Slot.objects.select_for_update(no_key=True).filter(id=slot_id).values_list("id"))


def _propose_move(
    booking: Booking, me: Party, slot_id: int, *, by: VerifiedIdentity, at: datetime
) -> None:
    _clear_earlier_proposal(booking, me, slot_id, at=at)
    if booking.proposals.filter(state=ProposalState.OPEN).exists():
        return  # the same move was proposed before
    _hold_proposed_place(booking, me, slot_id, by=by, at=at)
    event = MoveProposed(code=booking.code, at=at, asked_by=me.role, slot_id=slot_id)
    ending.record(booking, event, by=Role(me.role))


def _clear_earlier_proposal(booking: Booking, me: Party, slot_id: int, *, at: datetime) -> None:
    """Make room for a new proposal: one's own earlier one is taken back, the other's is answered
    first. One that has lapsed and only waits for its job ends as lapsed."""
    earlier = booking.proposals.filter(state=ProposalState.OPEN).select_related("slot").first()
    if earlier is None:
        return
    if at >= earlier.deadline:
        ending.end_proposal(earlier, ProposalState.LAPSED, at=at)
    elif earlier.asked_by != me.role:
        raise WrongState(_("对方已经提出改期，请先回答对方的提议。"), state="move_proposed")
    elif earlier.slot_id != slot_id:
        ending.end_proposal(earlier, ProposalState.WITHDRAWN, at=at)


def _move_alone(
    booking: Booking, me: Party, slot_id: int, *, by: VerifiedIdentity, at: datetime
) -> None:
    proposal = _hold_proposed_place(booking, me, slot_id, by=by, at=at)
    _swap(booking, proposal, at=at)
    ending.record(booking, BookingMoved(code=booking.code, at=at), by=Role(me.role))


def _hold_proposed_place(
    booking: Booking, me: Party, slot_id: int, *, by: VerifiedIdentity, at: datetime
) -> Proposal:
    proposal_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_propose(%s, %s, %s, %s, %s)",
            [proposal_id, booking.id, slot_id, me.role, at],
        )
        (obstacle,) = cursor.fetchone()
    if obstacle is not None:
        raise refusal_of(Outcome(obstacle), person=by.person, at=at)
    return Proposal.objects.select_related("slot").get(id=proposal_id)


def _swap(booking: Booking, proposal: Proposal, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bookings_swap(%s, %s, %s)",
            [proposal.id, at, ending.reappears_at(booking, at)],
        )
        (was_open,) = cursor.fetchone()
    assert was_open, "the booking is locked and its proposal was open a moment ago"
    if not asks_where_registered(proposal.slot_id):
        for party in booking.parties.all():
            drop_address(party)


def _only_the_other_party(proposal: Proposal, me: Party) -> None:
    if proposal.asked_by == me.role:
        raise NotAllowed(_("这是您自己提出的改期，要由对方来回答。"))
