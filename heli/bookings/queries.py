"""What is read of bookings, always as one of the two people. Anybody else finds nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from heli.bookings.codes import clean_code
from heli.bookings.models import Booking, Party, Proposal
from heli.bookings.parties import UNKNOWN_NAME_MASKED, masked_name
from heli.bookings.states import ENDED, ProposalState, Role, State
from heli.bookings.take import Answer, TakeRow
from heli.ground.refusals import NotFound
from heli.identity.names import mask_name
from heli.identity.verified import Known, VerifiedIdentity, is_good_at, office_bound_to
from heli.law.services import Service
from heli.slots.models import Slot


class OfficeName(NamedTuple):
    """An office in a booking."""

    id: str
    name: str


class SlotTime(NamedTuple):
    """A slot in a booking. Moments UTC; ends_at is not included."""

    id: int
    starts_at: datetime
    ends_at: datetime


class PartyView(NamedTuple):
    """One of the two as the other may see them."""

    role: Role
    name_masked: str
    consented: bool


class ConsentView(NamedTuple):
    """Until when the partner may answer, and the link to pass on, which is the applicant's alone.
    Only while the place is held."""

    deadline: datetime
    url: str | None


class ProposalView(NamedTuple):
    """A proposed move that waits for its answer."""

    slot: SlotTime
    office: OfficeName
    asked_by: Role
    deadline: datetime


class BookingView(NamedTuple):
    """A booking as one of its parties sees it. me: which of the two is looking.

    changes_close_at: UTC, not included; until then a confirmed one can be moved or cancelled.
    """

    code: str
    state: State
    service: Service
    office: OfficeName
    slot: SlotTime
    parties: tuple[PartyView, ...]
    consent: ConsentView | None
    proposal: ProposalView | None
    successor: str | None
    changes_close_at: datetime
    me: Role

    @property
    def has_voucher(self) -> bool:
        """Whether a voucher can be shown."""
        return self.state in (State.CONFIRMED, State.CHECKED_IN)


def booking_view(code: str, *, by: Known, at: datetime) -> BookingView:
    """The booking with this code, for one of its parties. Raises NotFound for anybody else.

    Whose it is belongs to the question: a stranger's code costs what one that nobody has costs.
    """
    booking = _of_party(_with_everything(), code, by).first()
    return view_of(booking, by=by, at=at)


def view_of_taken(row: TakeRow, answer: Answer, *, by: VerifiedIdentity) -> BookingView:
    """The booking that was just taken with `row`, as its applicant sees it; nothing is read."""
    place = answer.place
    assert place is not None, "a place that was taken comes with its answer"
    applicant = PartyView(Role.APPLICANT, mask_name(by.name), consented=True)
    partner = PartyView(Role.PARTNER, UNKNOWN_NAME_MASKED, consented=False)
    deadline = place.consent_deadline
    return BookingView(
        code=answer.code,
        state=State.HELD if deadline else State.CONFIRMED,
        service=Service(row.service),
        office=OfficeName(place.office_id, place.office_name),
        slot=SlotTime(row.slot, place.starts_at, place.ends_at),
        parties=(applicant, partner) if row.partner_id else (applicant,),
        consent=ConsentView(deadline, _link(answer.code)) if deadline else None,
        proposal=None,
        successor=None,
        changes_close_at=place.change_closes_at,
        me=Role.APPLICANT,
    )


def bookings_of(*, by: Known, at: datetime) -> list[BookingView]:
    """This person's bookings and the requests that name them, the latest first.

    A request that they dismissed is left out, unless they agreed to it after all; so are those at
    other offices, for somebody whom one office's desk knows.
    """
    not_dismissed = Q(dismissed_at=None) | Q(person=by.person)
    asked = Party.objects.filter(not_dismissed, role=Role.PARTNER, named=by.person)
    mine = Booking.objects.filter(asker=by.person).values("id").union(asked.values("booking_id"))
    bookings = _at_their_office(_with_everything(), by).filter(id__in=mine)
    return [view_of(one, by=by, at=at) for one in bookings.order_by("-taken_at")[:100]]


def view_of(booking: Booking | None, *, by: Known, at: datetime) -> BookingView:
    """What `by` may see of a booking. A held one whose deadline has passed is shown as expired,
    whether or not its job has run. Raises NotFound when they are no party of it."""
    if booking is None:
        raise NotFound()
    me = Role(party_of(booking, by).role)
    state = state_at(booking, at)
    proposal = open_proposal(booking, at)
    return BookingView(
        code=booking.code,
        state=state,
        service=Service(booking.service),
        office=OfficeName(booking.office.id, booking.office.name),
        slot=_slot_time(booking.slot),
        parties=tuple(
            PartyView(Role(party.role), masked_name(party), party.consented_at is not None)
            for party in in_order(booking.parties.all())
        ),
        consent=_consent(booking, state, me),
        proposal=_proposal(proposal) if proposal else None,
        successor=booking.successor.code if hasattr(booking, "successor") else None,
        changes_close_at=booking.slot.change_closes_at,
        me=me,
    )


def party_of(booking: Booking, by: Known) -> Party:
    """The row of this person in a booking. Raises NotFound: the same as for no booking at all."""
    for party in booking.parties.all():
        if bytes(party.named) == by.person and is_good_at(by, booking.office_id):
            return party
    raise NotFound()


def in_order(parties: Iterable[Party]) -> list[Party]:
    """The applicant first."""
    return sorted(parties, key=lambda party: party.role)


def state_at(booking: Booking, at: datetime) -> State:
    """The state at a moment: a deadline refuses by time, not by the job that follows it."""
    if is_overdue(booking, at):
        return State.EXPIRED
    return State(booking.state)


def is_overdue(booking: Booking, at: datetime) -> bool:
    """Whether a held place has passed its deadline and only waits to be given back by the job."""
    return (
        booking.state == State.HELD
        and booking.consent_deadline is not None
        and at >= booking.consent_deadline
    )


def open_proposal(booking: Booking, at: datetime) -> Proposal | None:
    """The proposed move that can still be answered at this moment."""
    for proposal in booking.proposals.all():
        if proposal.state == ProposalState.OPEN and at < proposal.deadline:
            return proposal
    return None


def lock_booking(code: str, *, by: VerifiedIdentity) -> tuple[Booking, Party]:
    """The booking of this code, locked until the end of the transaction, and this person's row."""
    (booking,) = lock_bookings(booking_of_party(code, by).id)
    return booking, party_of(booking, by)


def booking_of_party(code: str, by: Known) -> Booking:
    """The booking of this code, not locked, for one of its parties. Raises NotFound."""
    booking = _of_party(Booking.objects.all(), code, by).first()
    if booking is None:
        raise NotFound()
    return booking


def find_booking(code: str) -> Booking:
    """The booking of this code, not locked. Raises NotFound."""
    booking = Booking.objects.filter(code=clean_code(code) or "").first()
    if booking is None:
        raise NotFound()
    return booking


def lock_bookings(*ids: uuid.UUID) -> list[Booking]:
    """Bookings by id, locked in the order of their ids; answered in the order asked for."""
    rows = {
        row.id: row
        for row in Booking.objects.select_for_update(of=("self",))
        .select_related("slot", "office")
        .filter(id__in=ids)
        .order_by("id")
    }
    return [rows[booking_id] for booking_id in ids]


def active_booking_of(person: bytes, service: str) -> Booking | None:
    """The booking that keeps this person from another one for the same service."""
    party = (
        Party.objects.filter(person=person, service=service, is_active=True)
        .select_related("booking")
        .first()
    )
    return party.booking if party else None


def _of_party(bookings: QuerySet[Booking], code: str, by: Known) -> QuerySet[Booking]:
    mine = bookings.filter(code=clean_code(code) or "", parties__named=by.person)
    return _at_their_office(mine, by)


def _at_their_office(bookings: QuerySet[Booking], by: Known) -> QuerySet[Booking]:
    """What a desk's own proof is good for: the bookings at that office."""
    office_id = office_bound_to(by)
    return bookings.filter(office_id=office_id) if office_id else bookings


def _with_everything() -> QuerySet[Booking]:
    return Booking.objects.select_related("office", "slot", "successor").prefetch_related(
        "parties", "proposals__slot__office"
    )


def _slot_time(slot: Slot) -> SlotTime:
    return SlotTime(slot.id, slot.starts_at, slot.ends_at)


def _consent(booking: Booking, state: State, me: Role) -> ConsentView | None:
    if state is not State.HELD or booking.consent_deadline is None:
        return None
    url = _link(booking.code) if me is Role.APPLICANT else None
    return ConsentView(deadline=booking.consent_deadline, url=url)


def _link(code: str) -> str:
    return f"{settings.HELI.base_url}/c/{code}"


def _proposal(proposal: Proposal) -> ProposalView:
    return ProposalView(
        slot=_slot_time(proposal.slot),
        office=OfficeName(proposal.slot.office.id, proposal.slot.office.name),
        asked_by=Role(proposal.asked_by),
        deadline=proposal.deadline,
    )


def has_ended(booking: Booking) -> bool:
    """Whether the booking no longer holds a place."""
    return State(booking.state) in ENDED
