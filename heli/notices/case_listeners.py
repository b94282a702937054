"""What both spouses are told of their case, and what of its places is told otherwise.

Each may hear an event twice and tells people once. Who withdrew, when and why is told to nobody.
"""

from __future__ import annotations

from datetime import date, datetime

from heli.bookings.models import Booking
from heli.cases import queries
from heli.cases.dates import here
from heli.cases.events import (
    CaseFact,
    CaseLapsed,
    CaseOpened,
    CaseRefused,
    CaseWithdrawn,
    DivorceRegistered,
)
from heli.cases.models import Case, CertificatePlace
from heli.ground import clock
from heli.ground.events import listens_to
from heli.law.periods import timeline
from heli.notices.kinds import Kind
from heli.notices.writing import write_case_notice
from heli.places.queries import office_rules


@listens_to(CaseOpened)
def tell_of_the_receipt(event: CaseOpened) -> None:
    """Until when either may withdraw alone, and the time that is kept for the second visit."""
    case = _case(event)
    places = case.certificate_places.select_related("booking__slot")
    kept = places.filter(booking__taken_at=case.received_at).first()
    booking = kept.booking if kept is not None else None
    write_case_notice(Kind.RECEIPT_GIVEN, case, at=event.at, booking=booking)


@listens_to(CaseWithdrawn)
def tell_that_it_has_ended(event: CaseWithdrawn) -> None:
    """Both at once, in the same words; the inbox shows no more of the moment than the day."""
    write_case_notice(Kind.ENDED, _case(event), at=event.at, booking=None)


@listens_to(CaseLapsed)
def tell_that_the_window_has_passed(event: CaseLapsed) -> None:
    """And how to start anew."""
    write_case_notice(Kind.LAPSED, _case(event), at=event.at, booking=None)


@listens_to(CaseRefused)
def tell_that_it_was_refused(event: CaseRefused) -> None:
    """The reason is the office's to explain."""
    write_case_notice(Kind.REFUSED, _case(event), at=event.at, booking=None)


@listens_to(DivorceRegistered)
def tell_that_it_is_registered(event: DivorceRegistered) -> None:
    """It is done."""
    write_case_notice(Kind.REGISTERED, _case(event), at=event.at, booking=None)


def is_told_otherwise(booking: Booking) -> bool:
    """Whether the notice of the receipt, or of a closed day, tells of this certificate booking."""
    place = _place_of(booking)
    if place is None:
        return False
    return booking.predecessor_id is not None or booking.taken_at == place.case.received_at


def ended_with_its_case(booking: Booking) -> bool:
    """Whether the certificate booking was given back because its case ended at that moment."""
    place = _place_of(booking)
    return (
        place is not None
        and place.case.ended_at is not None
        and place.case.ended_at == booking.ended_at
    )


def certificate_by(booking: Booking, *, at: datetime) -> datetime | date | None:
    """By when the couple of a certificate booking has to have come, as long as the case goes on.

    The last open moment of the office (UTC), or the last safe day where it does not open in the
    window at all; None for other bookings, and where it has passed at `at` (UTC).
    """
    place = _place_of(booking)
    if place is None or not queries.is_open(place.case):
        return None
    dates = timeline(place.case.receipt_on)
    last_moment = here(dates, office_rules(place.case.office_id)).certificate_by
    if last_moment is None:
        return dates.safe.issue_until if clock.day_of(at) <= dates.safe.issue_until else None
    return last_moment if at < last_moment else None


def _case(event: CaseFact) -> Case:
    return Case.objects.get(id=event.case_id)


def _place_of(booking: Booking) -> CertificatePlace | None:
    return CertificatePlace.objects.select_related("case").filter(booking=booking).first()
