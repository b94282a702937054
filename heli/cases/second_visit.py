"""A certificate place that a spouse takes: after one was cancelled or missed, or moved by them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from heli.bookings import queries as bookings
from heli.bookings.certificates import reserve_certificate_place
from heli.bookings.errors import AlreadyBooked, KeyReused
from heli.bookings.models import Booking
from heli.bookings.queries import BookingView
from heli.bookings.requests import HoldRequest
from heli.cases import queries
from heli.cases.errors import NoCase, OutsideWindow
from heli.cases.guarantee import is_window_full, place_row
from heli.cases.models import Case
from heli.cases.parties import on_file
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity, is_good_at
from heli.law.case_steps import CaseState
from heli.law.periods import timeline
from heli.slots.models import Slot


@transaction.atomic
def take_certificate_place(
    request: HoldRequest, by: VerifiedIdentity, key: str, at: datetime
) -> BookingView:
    """A place for the second visit of this person's case, confirmed for both.

    Where the whole window is full the slot gets one place more: no couple finds its window full.
    Raises NoCase, OutsideWindow (not in the safe window, or another office), AlreadyBooked (they
    have one: move it instead), KeyReused, and what stands in the way of the slot.
    """
    earlier = Booking.objects.filter(asker=by.person, idempotency_key=key).first()
    if earlier is not None:
        if bytes(earlier.request_digest) != request.digest():
            raise KeyReused()
        return bookings.booking_view(earlier.code, by=by, at=at)
    case = _open_case(by, at)
    check_slot_of_case(case, request.slot_id)
    if bookings.active_booking_of(by.person, request.service) is not None:
        raise AlreadyBooked()
    parties = {bytes(party.person): on_file(party) for party in case.parties.all()}
    me = parties.pop(by.person)
    (other,) = parties.values()
    reserved = reserve_certificate_place(
        me,
        other,
        slot_id=request.slot_id,
        key=key,
        digest=request.digest(),
        at=at,
        may_add=is_window_full(case, at=at),
    )
    place_row(case, reserved, at=at)
    return bookings.booking_view(reserved.booking.code, by=by, at=at)


def check_move(booking: Booking, slot_id: int, at: datetime) -> None:
    """Refuse to move a certificate booking out of its case's window. Raises OutsideWindow."""
    check_slot_of_case(booking.certificate_place.case, slot_id)


def check_slot_of_case(case: Case, slot_id: int) -> None:
    """Raises OutsideWindow for a slot that is not in the case's safe window at its own office.

    Source: Regulations (2025) art. 16(1): at the office that received the application.
    """
    safe = timeline(case.receipt_on).safe
    inside = Slot.objects.filter(
        id=slot_id,
        office=case.office,
        starts_at__gte=clock.moment_of(safe.issue_from),
        starts_at__lt=clock.moment_of(safe.issue_until + timedelta(days=1)),
    )
    if Slot.objects.filter(id=slot_id).exists() and not inside.exists():
        raise OutsideWindow(
            readings=[],
            issue_from=safe.issue_from.isoformat(),
            issue_until=safe.issue_until.isoformat(),
        )


def _open_case(by: VerifiedIdentity, at: datetime) -> Case:
    found = queries.open_case_of(by.person)
    # To another office's desk's own proof it is as if there were none: the days tell of the case.
    if found is None or not is_good_at(by, found.office_id):
        raise NoCase(reason="no_case")
    case = queries.lock_case(found.id)
    if queries.state_at(case, at) is CaseState.DEEMED_WITHDRAWN or not queries.is_open(case):
        raise NoCase(reason="no_case")
    return case
