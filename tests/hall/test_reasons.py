"""Today needs no reason, all else does; it is recorded, and being asked tells nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.ground import clock
from heli.ground.refusals import InvalidInput, NotAllowed, NotFound
from heli.hall.counter import booking_on_counter, case_on_counter
from heli.hall.errors import ReasonRequired
from heli.hall.models import StaffReading
from heli.hall.queries import DeskCase, find_cases
from heli.hall.reasons import Why, give_reason_for_booking, give_reason_for_case
from heli.hall.roles import Deed, StaffRole
from heli.law.services import Service
from tests.bookings.factories import DAY, HOUR, a_couple
from tests.hall.factories import (
    IN_THE_WINDOW,
    SERVICE_DAY,
    Hall,
    on_duty,
    second_visit,
    walk_in,
)

pytestmark = pytest.mark.usefixtures("database")

LATER = SERVICE_DAY + 3 * DAY


def look(hall: Hall, case: DeskCase, at, by=None) -> None:
    case_on_counter(case.id, Deed.FIND_CASES, by=by or hall.clerk, at=at)


class TestCase:
    def test_of_today_needs_no_reason_by_receipt_ticket_or_kept_place(self):
        hall = Hall()
        case = hall.accept()

        look(hall, case, SERVICE_DAY + 2 * HOUR)
        look(hall, case, second_visit(case))
        walk_in(hall, Service.DIVORCE_CERTIFICATE, at=IN_THE_WINDOW, case_id=case.id, present=None)
        look(hall, case, IN_THE_WINDOW + HOUR)

    def test_of_another_day_needs_one_which_holds_until_the_day_ends(self):
        hall = Hall()
        case = hall.accept()
        with pytest.raises(ReasonRequired):
            look(hall, case, LATER)

        give_reason_for_case(case.id, Why.TELEPHONE, by=hall.clerk, at=LATER)

        look(hall, case, LATER + HOUR)
        with pytest.raises(ReasonRequired):
            look(hall, case, LATER + DAY)
        assert StaffReading.objects.get(why="telephone").staff_id == hall.clerk.staff_id

    def test_a_colleagues_reason_and_one_for_another_case_do_not_count(self):
        hall = Hall()
        case, colleague = hall.accept(), on_duty(StaffRole.MANAGER, hall.office)

        give_reason_for_case(case.id, Why.INQUIRY, by=colleague, at=LATER)

        with pytest.raises(ReasonRequired):
            look(hall, case, LATER)
        look(hall, case, LATER, by=colleague)

    def test_another_offices_stays_not_found_whatever_the_reason(self):
        hall, other = Hall(), Hall()
        case = hall.accept()

        for attempt in (
            lambda: look(hall, case, LATER, by=other.clerk),
            lambda: give_reason_for_case(case.id, Why.INQUIRY, by=other.clerk, at=LATER),
        ):
            with pytest.raises(NotFound):
                attempt()

    def test_a_guide_may_not_whatever_the_reason(self):
        hall = Hall()
        guide = on_duty(StaffRole.GUIDE, hall.office)

        with pytest.raises(NotAllowed):
            give_reason_for_case(hall.accept().id, Why.INQUIRY, by=guide, at=LATER)


class TestFind:
    def test_of_today_needs_no_reason(self):
        hall = Hall()
        case = hall.accept()

        found = find_cases(hall.couple.partner.id_number, by=hall.clerk, at=SERVICE_DAY + 2 * HOUR)

        assert [one.case.id for one in found] == [case.id]

    def test_being_asked_for_a_reason_does_not_tell_whether_there_is_a_case(self):
        hall = Hall()
        hall.accept()

        sentences = set()
        for person in (hall.couple.partner, a_couple().partner):
            with pytest.raises(InvalidInput) as refused:
                find_cases(person.id_number, by=hall.clerk, at=LATER)
            (error,) = refused.value.errors
            sentences.add((error.field, str(error.text)))

        assert len(sentences) == 1
        assert not StaffReading.objects.filter(what="find_cases").exists()

    def test_what_was_found_with_a_reason_is_open_for_the_day(self):
        hall = Hall()
        case = hall.accept()

        find_cases(hall.couple.partner.id_number, by=hall.clerk, at=LATER, why=Why.AT_THE_DESK)

        look(hall, case, LATER + timedelta(minutes=5))


class TestBooking:
    def test_of_another_day_needs_a_reason(self):
        hall = Hall()
        at = SERVICE_DAY - DAY
        booking_on_counter(hall.code, Deed.CHECK_IN, by=hall.clerk, at=SERVICE_DAY)
        with pytest.raises(ReasonRequired):
            booking_on_counter(hall.code, Deed.CHECK_IN, by=hall.clerk, at=at)

        give_reason_for_booking(hall.code, Why.TELEPHONE, by=hall.clerk, at=at)

        assert booking_on_counter(hall.code, Deed.CHECK_IN, by=hall.clerk, at=at)
        assert clock.day_of(StaffReading.objects.get(why="telephone").at) == clock.day_of(at)

    def test_another_offices_stays_not_found(self):
        hall, other = Hall(), Hall()

        with pytest.raises(NotFound):
            give_reason_for_booking(hall.code, Why.TELEPHONE, by=other.clerk, at=SERVICE_DAY)
