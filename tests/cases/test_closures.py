"""An office closes on a day, or a year's holidays are published: couples are moved in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from heli.bookings.books import check_books
from heli.bookings.models import Booking, BookingEvent
from heli.bookings.services import cancel_booking, reschedule_booking
from heli.cases import queries
from heli.cases.closures import move_couples
from heli.cases.models import Case, CaseEvent
from heli.cases.rules import Seeking, tightest_first
from heli.ground import clock, events
from heli.ground.models import OutboxEvent
from heli.law.periods import timeline
from heli.law.services import Service
from heli.places.events import OfficeRulesChanged
from heli.places.models import Closure, Office
from heli.slots.models import Slot
from heli.slots.services import generate_slots
from tests.bookings.factories import HOUR, a_couple, hold_and_agree
from tests.cases.factories import (
    RECEIVED_AT,
    SAFE_FROM,
    SAFE_UNTIL,
    a_case,
    an_open_office,
    certificate_slots,
)
from tests.slots.factories import a_stored_office

DAY = timedelta(days=1)
LOST_DAY = date(2026, 8, 20)
OTHER_DAY = date(2026, 8, 27)

pytestmark = pytest.mark.usefixtures("database")


def place_of(case: Case) -> Booking:
    booking = queries.certificate_booking_of(case)
    assert booking is not None
    return booking


def day_of_place(case: Case) -> date:
    return clock.day_of(place_of(case).slot.starts_at)


def withdraw(*slots: Slot, at: datetime = RECEIVED_AT) -> None:
    Slot.objects.filter(id__in=[slot.id for slot in slots]).update(withdrawn_at=at)


def close(office: Office, day: date) -> None:
    Closure.objects.create(office=office, first_on=day, last_on=day, reason="系统检修")


def facts_of(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True))


class TestMoveCouples:
    def test_a_couple_gets_another_place_inside_its_window(self):
        office = an_open_office()
        (lost,) = certificate_slots(office, LOST_DAY)
        case = a_case(office=office)
        before = place_of(case)
        certificate_slots(office, OTHER_DAY)
        withdraw(lost)

        assert move_couples(office.id, at=RECEIVED_AT + HOUR) == 1

        before.refresh_from_db()
        assert before.state == "office_closed"
        assert before.successor.code == place_of(case).code
        assert day_of_place(case) == OTHER_DAY
        assert facts_of(case)[-1] == "PlaceMoved"
        assert check_books() == []

    def test_doing_it_twice_changes_nothing(self):
        office = an_open_office()
        (lost,) = certificate_slots(office, LOST_DAY)
        case = a_case(office=office)
        certificate_slots(office, OTHER_DAY)
        withdraw(lost)
        move_couples(office.id, at=RECEIVED_AT + HOUR)
        code, told = place_of(case).code, OutboxEvent.objects.count()

        assert move_couples(office.id, at=RECEIVED_AT + 2 * HOUR) == 0

        assert place_of(case).code == code
        assert OutboxEvent.objects.count() == told

    def test_the_tightest_couple_comes_first(self):
        """Two couples lose their day; the one whose window has a single place left gets it."""
        office = an_open_office()
        early_window_only = SAFE_FROM + DAY
        (lost,) = certificate_slots(office, LOST_DAY, places=2)
        later_couple = a_case(office=office, received_at=RECEIVED_AT + 10 * DAY)
        early_couple = a_case(office=office)
        certificate_slots(office, early_window_only, places=1)
        certificate_slots(office, SAFE_UNTIL + DAY, places=1)
        withdraw(lost)

        assert move_couples(office.id, at=RECEIVED_AT + 11 * DAY) == 2

        assert day_of_place(early_couple) == early_window_only
        assert day_of_place(later_couple) == SAFE_UNTIL + DAY
        assert not CaseEvent.objects.filter(kind="PlaceAdded").exists()

    def test_where_every_place_is_taken_one_is_added(self):
        office = an_open_office()
        (lost,) = certificate_slots(office, LOST_DAY, places=1)
        case = a_case(office=office)
        (full,) = certificate_slots(office, OTHER_DAY, places=1)
        a_case(office=office)
        withdraw(lost)

        move_couples(office.id, at=RECEIVED_AT + HOUR)

        full.refresh_from_db()
        assert day_of_place(case) == OTHER_DAY
        assert (full.places, full.taken) == (2, 2)
        assert case.certificate_places.filter(is_added=True).exists()

    def test_a_couple_that_cannot_be_placed_is_recorded_and_tried_again(self):
        office = an_open_office()
        (lost,) = certificate_slots(office, LOST_DAY)
        case = a_case(office=office)
        withdraw(lost)

        for hours in (1, 2):
            assert move_couples(office.id, at=RECEIVED_AT + hours * HOUR) == 0
        assert queries.certificate_booking_of(case) is None
        assert facts_of(case).count("PlaceNotFound") == 1

        certificate_slots(office, OTHER_DAY)
        assert move_couples(office.id, at=RECEIVED_AT + 3 * HOUR) == 1
        assert day_of_place(case) == OTHER_DAY

    def test_who_gave_the_place_back_is_left_alone(self):
        couple, office = a_couple(), an_open_office()
        (lost,) = certificate_slots(office, LOST_DAY)
        case = a_case(office=office, couple=couple)
        cancel_booking(place_of(case).code, by=couple.partner, at=RECEIVED_AT + HOUR)
        certificate_slots(office, OTHER_DAY)
        withdraw(lost)

        assert move_couples(office.id, at=RECEIVED_AT + 2 * HOUR) == 0
        assert queries.certificate_booking_of(case) is None

    def test_a_move_into_a_lost_time_can_no_longer_be_agreed_to(self):
        couple, office = a_couple(), an_open_office()
        (kept,) = certificate_slots(office, LOST_DAY)
        case = a_case(office=office, couple=couple)
        (lost,) = certificate_slots(office, OTHER_DAY)
        reschedule_booking(
            place_of(case).code, by=couple.applicant, at=RECEIVED_AT + HOUR, slot_id=lost.id
        )
        withdraw(lost)

        move_couples(office.id, at=RECEIVED_AT + 2 * HOUR)

        booking = place_of(case)
        assert booking.slot_id == kept.id
        assert booking.proposals.get().state == "lapsed"
        assert check_books() == []

    def test_a_window_that_moved_with_the_calendar_is_followed(self):
        """As when a holiday notice is published: what is stored no longer fits the law's answer."""
        case = a_case()
        right = (case.window_opens_at, case.window_closes_at)
        outside = certificate_slots(case.office, SAFE_UNTIL + 3 * DAY)[0]
        Booking.objects.filter(id=place_of(case).id).update(
            slot=outside, starts_at=outside.starts_at
        )
        Case.objects.update(window_opens_at=right[0] - DAY, window_closes_at=right[1] - DAY)

        move_couples(case.office_id, at=RECEIVED_AT + HOUR)

        case.refresh_from_db()
        assert (case.window_opens_at, case.window_closes_at) == right
        assert SAFE_FROM <= day_of_place(case) <= SAFE_UNTIL


class TestAnOfficeCloses:
    def test_the_news_reaches_the_couple_after_the_slots_were_made_anew(self):
        office = a_stored_office(Service.DIVORCE_CERTIFICATE, places=1)
        now = clock.now()
        generate_slots(office.id, now)
        case = a_case(office=office, received_at=now)
        lost = day_of_place(case)
        close(office, lost)

        events.emit(OfficeRulesChanged(office_id=office.id, at=now))
        events.deliver()

        safe = timeline(case.receipt_on).safe
        assert day_of_place(case) != lost
        assert safe.issue_from <= day_of_place(case) <= safe.issue_until
        assert check_books() == []

    def test_other_bookings_stand_and_are_noted_once(self):
        office = a_stored_office(Service.DIVORCE_APPLICATION)
        now = clock.now()
        generate_slots(office.id, now)
        slot = Slot.objects.filter(opens_at__lte=now, closes_at__gt=now + DAY).latest("starts_at")
        booking = hold_and_agree(a_couple(), slot, at=now)
        close(office, clock.day_of(slot.starts_at))

        for _ in range(2):
            events.emit(OfficeRulesChanged(office_id=office.id, at=now))
            events.deliver()

        notes = BookingEvent.objects.filter(booking__code=booking.code, kind="SlotWithdrawn")
        assert notes.count() == 1
        assert Booking.objects.get(code=booking.code).state == "confirmed"


def test_the_order_is_by_what_is_left_then_by_the_end_of_the_window():
    early, late = date(2026, 9, 1), date(2026, 9, 2)
    couples = [Seeking("c", 3, early), Seeking("a", 1, late), Seeking("b", 1, early)]

    assert [couple.key for couple in tightest_first(couples)] == ["b", "a", "c"]
