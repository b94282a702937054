"""What the desk does with a booking and with a walk-in: check in, record what came of it.

The role is asked first, then the office, then the state. Locks: the booking or the ticket, then
the office for a number, then what a new case takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from heli.bookings import attendance
from heli.bookings.certificates import PersonOnFile, read_party
from heli.bookings.errors import WrongState
from heli.bookings.models import Booking
from heli.bookings.needless import give_back_needless
from heli.bookings.queries import find_booking, lock_bookings, state_at
from heli.bookings.states import Role, State
from heli.cases.models import Case
from heli.cases.running import last_day_of_a_case
from heli.cases.services import Couple, give_receipt
from heli.ground import clock
from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.hall.arriving import admit_when_all_are_here, note_presence
from heli.hall.models import Outcome, Ticket, TicketParty
from heli.hall.queries import DeskBooking, DeskCase, desk_booking, desk_case
from heli.hall.readings import record_reading
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.states import Result, TicketState
from heli.hall.tickets import close_tickets
from heli.identity.id_numbers import IdNumber
from heli.law.services import Service
from heli.vault.fields import seal_into

NOT_TODAY = _("这个预约是{service_on}的，今天不能签到。什么都没有改变。")
NOT_YET_HERE = _("要办理的人还没有全部签到，不能记录结果。什么都没有改变。")
ONLY_APPLICATIONS = _(
    "只有离婚登记申请可以受理。领证和撤回请在案件里办，其他业务办完后，请记录为“已办理”。"
)
TWO_CARDS = _("受理离婚登记申请，要读取两个人的证件。")
SAME_PERSON = _("两张证件是同一个人的，请核对。")


@dataclass(frozen=True)
class CardRead:
    """An identity card as it was read at the desk: clean and allowed (`identity`)."""

    name: str = field(repr=False)
    id_number: IdNumber = field(repr=False)


@dataclass(frozen=True)
class Recorded:
    """What an outcome left: the booking, where there is one, and the case that was opened."""

    booking: DeskBooking | None
    case: DeskCase | None


@transaction.atomic
def check_in(
    code: str, *, by: StaffOnDuty, at: datetime, roles: frozenset[Role] | None = None
) -> DeskBooking:
    """Some or all of the people of a booking are at the office; with the last one it is checked in.

    roles: who is there; None is everybody it needs, and roles it has not are passed over. Open all
    the service day; repeating it changes nothing. at: UTC. Emits BookingCheckedIn. Raises
    NotAllowed, NotFound (another office's too), WrongState (not confirmed, or another day),
    InvalidInput (nobody named who belongs to it).
    """
    by.check_may(Deed.CHECK_IN)
    booking = _lock_here(code, by)
    needed = attendance.roles_needed(booking)
    named = needed if roles is None else roles & needed
    if not named:
        raise InvalidInput(FieldError("parties", _("这个预约里没有这个人，请核对。")))
    _check_can_come(booking, at)
    if booking.state == State.CONFIRMED:
        note_presence(booking, named, by=by, at=at)
        admit_when_all_are_here(booking, by=by, at=at)
    record_reading(by, Deed.CHECK_IN, at=at, booking=booking)
    return desk_booking(booking, at=at)


@transaction.atomic
def record_outcome(
    code: str, *, result: Result, by: StaffOnDuty, at: datetime, reason: str | None = None
) -> Recorded:
    """What came of a booking for which everybody is there; once. After it the booking is served.

    An accepted application opens the couple's case with the receipt of today. at: UTC. Emits
    BookingServed, and what `give_receipt` emits. Raises NotAllowed, NotFound, WrongState (not all
    there, recorded before, or no application), AlreadyBooked (one has an open case).
    """
    by.check_may(Deed.RECORD_OUTCOME)
    booking = _lock_here(code, by)
    state = state_at(booking, at)
    if state is not State.CHECKED_IN:
        raise WrongState(NOT_YET_HERE if state is State.CONFIRMED else None, state=state.value)
    case = None
    if result is Result.ACCEPTED:
        _check_acceptable(booking.service, state=state.value)
        _check_service_day(booking, at)
        couple = _couple_of(booking)
        case = give_receipt(couple, office_id=booking.office_id, at=at, opened_by=booking)
    attendance.record_outcome(booking, at=at)
    close_tickets(Ticket.objects.filter(booking=booking), at=at)
    Outcome.objects.create(
        booking=booking, result=result, reason=reason, case=case, at=at, by_id=by.staff_id
    )
    record_reading(by, Deed.RECORD_OUTCOME, at=at, booking=booking, case=case)
    return Recorded(
        booking=desk_booking(booking, at=at), case=desk_case(case, at=at) if case else None
    )


@transaction.atomic
def record_ticket_outcome(
    ticket_id: int,
    *,
    result: Result,
    cards: Sequence[CardRead],
    by: StaffOnDuty,
    at: datetime,
    reason: str | None = None,
) -> Recorded:
    """What came of a walk-in's visit, or of the booking for which the ticket stands; once.

    cards: the cards read, the applicant's first; with an accepted application both are needed, and
    a couple without a booking gets its case, and a place that the two had booked for it goes back.
    at: UTC. Emits and raises as `record_outcome`, and
    InvalidInput for cards that are missing or of one person.
    """
    by.check_may(Deed.RECORD_OUTCOME)
    ticket = Ticket.objects.select_related("booking").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound()
    by.check_at(ticket.office_id)
    if ticket.booking is not None:  # its people were read when they booked
        return record_outcome(ticket.booking.code, result=result, by=by, at=at, reason=reason)
    ticket = _lock_good_ticket(ticket_id, at)
    _check_cards(cards)
    case = _accept_walk_in(ticket, cards, at=at) if result is Result.ACCEPTED else None
    for role, card in zip(Role, cards, strict=False):
        _ticket_party(ticket, role, card).save(force_insert=True)
    ticket.state = TicketState.SERVED
    ticket.served_at = at
    ticket.save(update_fields=["state", "served_at"])
    Outcome.objects.create(
        ticket=ticket, result=result, reason=reason, case=case, at=at, by_id=by.staff_id
    )
    record_reading(by, Deed.RECORD_OUTCOME, at=at, office_id=ticket.office_id, case=case)
    return Recorded(booking=None, case=desk_case(case, at=at) if case else None)


def _lock_here(code: str, by: StaffOnDuty) -> Booking:
    (booking,) = lock_bookings(find_booking(code).id)
    by.check_at(booking.office_id)
    return booking


def _check_can_come(booking: Booking, at: datetime) -> None:
    state = state_at(booking, at)
    if state not in (State.CONFIRMED, State.CHECKED_IN):
        raise WrongState(state=state.value)
    _check_service_day(booking, at)


def _check_service_day(booking: Booking, at: datetime) -> None:
    service_on = clock.day_of(booking.slot.starts_at)
    if service_on != clock.day_of(at):
        raise WrongState(
            NOT_TODAY,
            state=booking.state,
            service_on=service_on,
            starts_at=booking.slot.starts_at,
        )


def _check_acceptable(service: str, *, state: str) -> None:
    if service != Service.DIVORCE_APPLICATION:
        raise WrongState(ONLY_APPLICATIONS, state=state)


def _couple_of(booking: Booking) -> Couple:
    people = {party.role: read_party(party) for party in booking.parties.all()}
    return Couple(applicant=people[Role.APPLICANT], partner=people[Role.PARTNER])


def _lock_good_ticket(ticket_id: int, at: datetime) -> Ticket:
    """The ticket, locked. Raises WrongState for one that was served, or is of another day."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if ticket.state == TicketState.SERVED:
        raise WrongState(state=ticket.state)
    if ticket.on != clock.day_of(at):
        raise WrongState(
            _("这个排队号是{on}的，已经作废。请重新取号。"), state="lapsed", on=ticket.on
        )
    return ticket


def _check_cards(cards: Sequence[CardRead]) -> None:
    if len(cards) > len(Role):
        raise InvalidInput(FieldError("parties", _("最多填写两个人。")))
    if len({card.id_number.value for card in cards}) < len(cards):
        raise InvalidInput(FieldError("parties", SAME_PERSON))


def _accept_walk_in(ticket: Ticket, cards: Sequence[CardRead], *, at: datetime) -> Case:
    _check_acceptable(ticket.service, state=ticket.state)
    if set(ticket.present) != set(Role):
        raise WrongState(NOT_YET_HERE, state=ticket.state)
    if len(cards) != len(Role):
        raise InvalidInput(FieldError("parties", TWO_CARDS))
    one, other = (
        PersonOnFile(card.id_number.blind_index(), card.name, card.id_number.value)
        for card in cards
    )
    last_on = last_day_of_a_case(clock.day_of(at))
    give_back_needless(frozenset({one.person, other.person}), until=last_on, at=at)
    return give_receipt(Couple(one, other), office_id=ticket.office_id, at=at)


def _ticket_party(ticket: Ticket, role: Role, card: CardRead) -> TicketParty:
    row = TicketParty(id=uuid7(), ticket=ticket, role=role)
    seal_into(row, "name_sealed", card.name)
    seal_into(row, "id_number_sealed", card.id_number.value)
    return row
