"""Which event becomes which notice, to whom. Each may hear an event twice and tells people once."""

from __future__ import annotations

from heli.bookings.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingDeclined,
    BookingExpired,
    BookingFact,
    BookingHeld,
    BookingMissed,
    BookingMoved,
    BookingOfficeClosed,
    BookingRescheduled,
    MoveAccepted,
    MoveDeclined,
    MoveLapsed,
    MoveProposed,
)
from heli.bookings.models import Booking, Proposal
from heli.bookings.needless import was_needless
from heli.bookings.states import Role
from heli.ground.events import listens_to
from heli.hall.events import ProvenAtTheDesk
from heli.identity.models import Verification
from heli.notices import case_listeners
from heli.notices.kinds import Kind
from heli.notices.writing import facts_of, recipients, write_about_a_proof, write_notice
from heli.slots.models import Slot


@listens_to(BookingHeld)
def ask_to_pass_the_link_on(event: BookingHeld) -> None:
    """A place is held: the applicant gets the link for the other. A moved booking's own event
    tells of its successor."""
    booking = _booking(event.code)
    if booking.predecessor_id is None:
        _tell_applicant(Kind.CONSENT_ASKED, booking, event)


@listens_to(BookingConfirmed)
def tell_that_it_is_confirmed(event: BookingConfirmed) -> None:
    """Everybody who has given their word learns that the booking stands. A place for the second
    visit that came with the receipt, or instead of one lost, is told of with these."""
    booking = _booking(event.code)
    if not case_listeners.is_told_otherwise(booking):
        _tell_all(Kind.CONFIRMED, booking, event)


@listens_to(BookingDeclined)
def tell_that_it_was_declined(event: BookingDeclined) -> None:
    """The applicant sees that the other did not agree."""
    _tell_applicant(Kind.DECLINED, _booking(event.code), event)


@listens_to(BookingExpired)
def tell_that_time_ran_out(event: BookingExpired) -> None:
    """The applicant sees that time ran out and nothing else."""
    _tell_applicant(Kind.EXPIRED, _booking(event.code), event)


@listens_to(BookingCancelled)
def tell_that_it_was_cancelled(event: BookingCancelled) -> None:
    """Everybody who had given their word learns it, not who cancelled. Where the place went back
    because the case has ended, they are told that, and not of the place."""
    booking = _booking(event.code)
    if was_needless(booking):
        _tell_all(Kind.NEEDLESS, booking, event)
    elif not case_listeners.ended_with_its_case(booking):
        _tell_all(Kind.CANCELLED, booking, event)


@listens_to(BookingRescheduled)
def tell_of_the_successor(event: BookingRescheduled) -> None:
    """A held booking stands at another time under a new code: the applicant gets the new link."""
    _tell_applicant(Kind.RESCHEDULED, _booking(event.successor), event)


@listens_to(BookingMoved)
def tell_of_the_new_time(event: BookingMoved) -> None:
    """A booking one makes alone stands at another time."""
    _tell_all(Kind.RESCHEDULED, _booking(event.code), event, once=event.at.isoformat())


@listens_to(MoveProposed)
def ask_about_the_move(event: MoveProposed) -> None:
    """The party who did not ask learns which new time is proposed, and until when to answer."""
    booking = _booking(event.code)
    proposal = (
        Proposal.objects.select_related("slot")
        .filter(booking=booking, slot_id=event.slot_id, asked_at__lte=event.at)
        .latest("asked_at")
    )
    facts = facts_of(booking, deadline=proposal.deadline, new_starts_at=proposal.slot.starts_at)
    facts["new_office"] = proposal.slot.office_id
    others = [
        person for role, person in recipients(booking).items() if role != Role(event.asked_by)
    ]
    write_notice(
        Kind.MOVE_PROPOSED,
        booking,
        to=others,
        facts=facts,
        at=event.at,
        once=event.at.isoformat(),
    )


@listens_to(MoveAccepted)
def tell_of_the_agreed_move(event: MoveAccepted) -> None:
    """Both learn the new time."""
    booking = _booking(event.code)
    write_notice(
        Kind.MOVE_ACCEPTED,
        booking,
        to=recipients(booking).values(),
        facts=facts_of(booking, slot=Slot.objects.get(id=event.slot_id)),
        at=event.at,
        once=event.at.isoformat(),
    )


@listens_to(MoveDeclined)
def tell_that_the_move_was_declined(event: MoveDeclined) -> None:
    """The party who asked learns that the old time stands."""
    booking = _booking(event.code)
    asker = recipients(booking).get(Role(event.asked_by))
    write_notice(
        Kind.MOVE_DECLINED,
        booking,
        to=[asker] if asker else [],
        facts=facts_of(booking),
        at=event.at,
        once=event.at.isoformat(),
    )


@listens_to(MoveLapsed)
def tell_that_the_move_lapsed(event: MoveLapsed) -> None:
    """Both learn that the old time stands; nothing is left to answer."""
    _tell_all(Kind.MOVE_LAPSED, _booking(event.code), event, once=event.at.isoformat())


@listens_to(BookingMissed)
def tell_that_it_was_missed(event: BookingMissed) -> None:
    """Everybody learns that the booking has ended, and what is still possible."""
    _tell_all(Kind.MISSED, _booking(event.code), event)


@listens_to(BookingOfficeClosed)
def tell_that_the_office_is_closed(event: BookingOfficeClosed) -> None:
    """Everybody learns that the office does not open then, and the new time where there is one."""
    booking = _booking(event.code)
    instead = _booking(event.successor) if event.successor else None
    facts = facts_of(
        booking,
        new_starts_at=instead.slot.starts_at if instead else None,
        certificate_by=case_listeners.certificate_by(booking, at=event.at),
    )
    if instead is not None:
        facts["new_office"] = instead.slot.office_id
    write_notice(
        Kind.OFFICE_CLOSED, booking, to=recipients(booking).values(), facts=facts, at=event.at
    )


@listens_to(ProvenAtTheDesk)
def tell_of_a_proof_from_the_desk(event: ProvenAtTheDesk) -> None:
    """Whoever holds a booking or a case learns that a clerk gave a proof in their name: they may
    not have been there."""
    check = Verification.objects.filter(id=event.verification).first()
    if check is not None and check.person is not None:  # they may have had it erased meanwhile
        write_about_a_proof(
            bytes(check.person), office_id=event.office_id, once=event.verification, at=event.at
        )


def _booking(code: str) -> Booking:
    return Booking.objects.select_related("slot").get(code=code)


def _tell_all(kind: Kind, booking: Booking, event: BookingFact, *, once: str = "") -> None:
    write_notice(
        kind,
        booking,
        to=recipients(booking).values(),
        facts=facts_of(booking, certificate_by=case_listeners.certificate_by(booking, at=event.at)),
        at=event.at,
        once=once,
    )


def _tell_applicant(kind: Kind, booking: Booking, event: BookingFact) -> None:
    applicant = recipients(booking).get(Role.APPLICANT)
    write_notice(
        kind,
        booking,
        to=[applicant] if applicant else [],
        facts=facts_of(booking, deadline=booking.consent_deadline),
        at=event.at,
    )
