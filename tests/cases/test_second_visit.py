"""A place for the second visit that the couple takes itself, after one was given back or missed."""

from __future__ import annotations

from datetime import date

import pytest

from heli.bookings.books import check_books
from heli.bookings.errors import SlotFull
from heli.bookings.queries import BookingView
from heli.bookings.requests import HoldRequest
from heli.bookings.services import cancel_booking, hold_place
from heli.cases import queries
from heli.cases.errors import NoCase, OutsideWindow
from heli.identity.verified import VerifiedIdentity
from heli.law.services import Service
from heli.slots.models import Slot
from tests.bookings.factories import HOUR, Couple, a_couple
from tests.cases.factories import (
    RECEIVED_AT,
    SAFE_UNTIL,
    a_case,
    an_open_office,
    certificate_slots,
    weekdays,
)

pytestmark = pytest.mark.usefixtures("database")


def take(
    couple: Couple, slot: Slot, *, key: str = "again", by: VerifiedIdentity | None = None
) -> BookingView:
    request = HoldRequest(
        service=Service.DIVORCE_CERTIFICATE,
        slot_id=slot.id,
        phone=couple.partner.phone,
        partner=None,
        eligibility_shown=False,
    )
    return hold_place(request, by=by or couple.partner, key=key, at=RECEIVED_AT + 2 * HOUR)


def give_back(case, couple: Couple) -> None:  # type: ignore[no-untyped-def]
    booking = queries.certificate_booking_of(case)
    assert booking is not None
    cancel_booking(booking.code, by=couple.applicant, at=RECEIVED_AT + HOUR)


class TestTakingAnother:
    def test_either_takes_it_for_both(self):
        couple, office = a_couple(), an_open_office()
        _first, second = certificate_slots(office, date(2026, 8, 20), date(2026, 8, 27))
        case = a_case(office=office, couple=couple)
        give_back(case, couple)

        taken = take(couple, second)

        assert taken.state == "confirmed"
        assert queries.certificate_booking_of(case).code == taken.code

    def test_a_full_window_gets_one_place_more(self):
        couple, office = a_couple(), an_open_office()
        (slot,) = certificate_slots(office, date(2026, 8, 20), places=1)
        case = a_case(office=office, couple=couple)
        give_back(case, couple)  # on its way back, and promised to nobody yet

        take(couple, slot)

        slot.refresh_from_db()
        assert (slot.taken, slot.places) == (2, 2)
        assert case.certificate_places.filter(is_added=True).count() == 1
        assert check_books() == []

    def test_a_full_slot_in_a_window_with_room_is_refused(self):
        couple, office = a_couple(), an_open_office()
        full, _free = certificate_slots(office, date(2026, 8, 20), date(2026, 8, 27), places=1)
        case = a_case(office=office, couple=couple)
        give_back(case, couple)

        with pytest.raises(SlotFull):
            take(couple, full)

    def test_outside_the_window_is_refused(self):
        couple, office = a_couple(), an_open_office()
        certificate_slots(office, *weekdays(date(2026, 8, 11), SAFE_UNTIL))
        (late,) = certificate_slots(office, date(2026, 9, 8))
        give_back(a_case(office=office, couple=couple), couple)

        with pytest.raises(OutsideWindow):
            take(couple, late)

    def test_without_a_case_it_is_refused(self):
        (slot,) = certificate_slots(an_open_office(), date(2026, 8, 20))

        with pytest.raises(NoCase):
            take(a_couple(), slot)

    def test_a_desks_own_proof_is_told_nothing_of_a_case_at_another_office(self):
        couple = a_couple()
        case = a_case(couple=couple)
        elsewhere = an_open_office()
        (slot,) = certificate_slots(elsewhere, date(2026, 8, 20))
        seen = couple.partner._replace(method="desk", at_office=elsewhere.id)

        with pytest.raises(NoCase):
            take(couple, slot, by=seen)

        with pytest.raises(OutsideWindow):
            take(couple, slot)
        assert case.office_id != elsewhere.id
