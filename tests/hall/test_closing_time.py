"""The last day ends when the office closes, but not for whoever came before and still waits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction

from heli.bookings.books import check_books
from heli.bookings.deadlines import close_days
from heli.bookings.states import Role
from heli.cases import deadlines, queries
from heli.cases.errors import CaseEnded, WithdrawTooLate
from heli.cases.models import Case, CaseEvent
from heli.ground import clock
from heli.hall.counter import case_on_counter
from heli.hall.decisions import refuse, register, withdraw
from heli.hall.roles import Deed
from heli.hall.services import check_in, record_outcome
from heli.hall.states import Result
from heli.law.case_steps import CaseState
from heli.law.services import Service
from tests.bookings.factories import SECOND, a_couple, a_slot, hold
from tests.cases.factories import a_case, certificate_slots
from tests.hall.factories import NUMBER, Hall, state_of, walk_in

pytestmark = pytest.mark.usefixtures("database")

RECEIVED_AT = clock.moment_of(date(2026, 7, 13), time(10))  # all readings agree on what follows
COOLING_OFF_ENDS = clock.moment_of(date(2026, 8, 12), time(17))
LAST_DAY = date(2026, 9, 11)
CLOSING = clock.moment_of(LAST_DAY, time(17))
MIDNIGHT = clock.moment_of(LAST_DAY + timedelta(days=1))
MINUTE = timedelta(minutes=1)
BEFORE, AFTER = CLOSING - SECOND, CLOSING + MINUTE


class LastDay:
    """A couple whose place for the certificate is on the last day of its window."""

    def __init__(self) -> None:
        self.hall = Hall()
        certificate_slots(self.hall.office, LAST_DAY)
        self.couple = a_couple()
        case = a_case(office=self.hall.office, couple=self.couple, received_at=RECEIVED_AT)
        deadlines.open_windows(case.window_opens_at)
        self.id, self.clerk = str(case.id), self.hall.clerk
        booking = queries.certificate_booking_of(case)
        assert booking is not None
        self.code = booking.code

    def come(self, at: datetime, *roles: Role) -> None:
        check_in(self.code, roles=frozenset(roles) if roles else None, by=self.clerk, at=at)

    def draw(self, at: datetime, *, service: Service, present: Role | None = None) -> None:
        roles = None if present is None else frozenset({present})
        walk_in(self.hall, service, case_id=self.id, at=at, present=roles)

    def register(self, at: datetime) -> None:
        register(self.id, certificate_number=NUMBER, by=self.clerk, at=at)

    def state_at(self, at: datetime) -> CaseState:
        return queries.state_at(Case.objects.get(id=self.id), at)

    def the_clock_runs(self, at: datetime) -> None:
        deadlines.close_windows(at)
        due = deadlines.next_window_to_close()
        assert due is None or due > at, "what is due next lies ahead"


class TestTheCertificate:
    @pytest.mark.parametrize("way", ["booking", "ticket"])
    def test_is_given_after_closing_to_who_came_a_second_before(self, way):
        case = LastDay()
        if way == "booking":
            case.come(BEFORE)
        else:
            case.draw(BEFORE, service=Service.DIVORCE_CERTIFICATE)
        case.the_clock_runs(CLOSING)

        case.register(AFTER)

        assert state_of(case.id) == "registered"
        assert Case.objects.get(id=case.id).ended_at == AFTER
        assert CaseEvent.objects.get(kind="DivorceRegistered").at == AFTER
        assert check_books() == []

    def test_is_not_given_at_closing_to_who_comes_then(self):
        case = LastDay()
        case.come(CLOSING)

        with pytest.raises(CaseEnded):
            case.register(AFTER)
        case.the_clock_runs(AFTER)

        assert state_of(case.id) == "deemed_withdrawn"
        assert check_books() == []

    def test_counts_the_later_of_the_two(self):
        case = LastDay()
        case.come(BEFORE, Role.PARTNER)
        case.come(CLOSING, Role.APPLICANT)

        with pytest.raises(CaseEnded):
            case.register(AFTER)

    def test_one_of_the_two_alone_keeps_nothing_open(self):
        case = LastDay()
        case.come(BEFORE, Role.PARTNER)
        case.draw(BEFORE, service=Service.DIVORCE_CERTIFICATE, present=Role.PARTNER)

        case.the_clock_runs(CLOSING)

        assert state_of(case.id) == "deemed_withdrawn"
        with pytest.raises(CaseEnded):
            case.draw(AFTER, service=Service.DIVORCE_CERTIFICATE)

    def test_having_come_the_day_before_is_not_having_come(self):
        case = LastDay()
        case.draw(BEFORE - timedelta(days=1), service=Service.DIVORCE_CERTIFICATE)

        case.the_clock_runs(CLOSING)

        assert state_of(case.id) == "deemed_withdrawn"

    def test_a_refusal_at_review_is_judged_alike(self):
        case = LastDay()
        case.come(BEFORE)

        refuse(case.id, reason="协议内容不完整", by=case.clerk, at=AFTER)

        assert state_of(case.id) == "refused"

    def test_the_counter_offers_it(self):
        case = LastDay()
        case.come(BEFORE)

        counter = case_on_counter(case.id, Deed.REGISTER, by=case.clerk, at=AFTER)

        assert counter.can_register
        assert not counter.registration_needs_reading


class TestTheClock:
    def test_waits_for_the_couple_in_the_hall_until_the_day_is_over(self):
        case, other = LastDay(), LastDay()
        case.come(BEFORE)
        assert deadlines.next_window_to_close() == CLOSING  # the other couple's

        case.the_clock_runs(CLOSING)
        assert state_of(other.id) == "deemed_withdrawn"
        assert case.state_at(MIDNIGHT - SECOND) is CaseState.WINDOW_OPEN
        assert deadlines.next_window_to_close() == MIDNIGHT
        case.the_clock_runs(MIDNIGHT - SECOND)
        assert state_of(case.id) == "window_open"

        assert case.state_at(MIDNIGHT) is CaseState.DEEMED_WITHDRAWN
        case.the_clock_runs(MIDNIGHT)
        assert state_of(case.id) == "deemed_withdrawn"
        assert check_books() == []

    @pytest.mark.parametrize("is_day_closed_first", [True, False])
    def test_after_a_night_of_downtime_the_case_has_ended(self, is_day_closed_first):
        case = LastDay()
        case.come(BEFORE)
        morning = MIDNIGHT + timedelta(hours=9)
        if is_day_closed_first:
            close_days(morning)

        with pytest.raises(CaseEnded):
            case.register(morning)
        case.the_clock_runs(morning)

        assert state_of(case.id) == "deemed_withdrawn"
        assert check_books() == []

    def test_ends_the_case_once_the_desk_has_said_that_nothing_came_of_it(self):
        case = LastDay()
        case.come(BEFORE)
        case.the_clock_runs(CLOSING)

        record_outcome(case.code, result=Result.NOT_READY, by=case.clerk, at=AFTER)

        assert case.state_at(AFTER) is CaseState.DEEMED_WITHDRAWN
        assert deadlines.next_window_to_close() == CLOSING
        case.the_clock_runs(AFTER + MINUTE)
        assert state_of(case.id) == "deemed_withdrawn"


class TestAtTheVeryMoment:
    def test_a_check_in_that_is_being_recorded_is_waited_for(self):
        case = LastDay()
        is_recorded, may_commit = threading.Event(), threading.Event()

        def check_in_slowly() -> None:
            with transaction.atomic():
                case.come(BEFORE)
                is_recorded.set()
                may_commit.wait(60)
            connection.close()

        def close_the_window() -> None:
            is_recorded.wait(60)
            deadlines.close_windows(CLOSING)
            connection.close()

        with ThreadPoolExecutor(2) as threads:
            deeds = [threads.submit(check_in_slowly), threads.submit(close_the_window)]
            while not is_somebody_waiting_for_a_lock():
                assert not deeds[1].done(), "closed without looking at who is just coming"
            may_commit.set()
        for deed in deeds:
            deed.result()

        assert state_of(case.id) == "window_open"


def is_somebody_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


class TestAWithdrawal:
    EARLY, LATE = COOLING_OFF_ENDS - SECOND, COOLING_OFF_ENDS + MINUTE

    @pytest.mark.parametrize("party", list(Role))
    def test_by_who_drew_a_ticket_a_second_before_closing(self, party):
        case = LastDay()
        case.draw(self.EARLY, service=Service.DIVORCE_WITHDRAWAL)

        counter = case_on_counter(case.id, Deed.WITHDRAW, by=case.clerk, at=self.LATE)
        withdraw(case.id, party=party, by=case.clerk, at=self.LATE)

        assert counter.can_withdraw
        assert not counter.withdrawal_needs_reading
        assert state_of(case.id) == "withdrawn"
        assert Case.objects.get(id=case.id).ended_at == self.LATE

    def test_by_who_checked_in_with_a_booking_of_their_own(self):
        case = LastDay()
        slot = a_slot(
            office=case.hall.office,
            service=Service.DIVORCE_WITHDRAWAL,
            starts_at=self.EARLY - timedelta(hours=1),
            opens_at=RECEIVED_AT,
        )
        mine = hold(case.couple.swapped(), slot, at=RECEIVED_AT)
        check_in(mine.code, by=case.clerk, at=self.EARLY)

        with pytest.raises(WithdrawTooLate):
            withdraw(case.id, party=Role.APPLICANT, by=case.clerk, at=self.LATE)
        withdraw(case.id, party=Role.PARTNER, by=case.clerk, at=self.LATE)

        assert state_of(case.id) == "withdrawn"

    def test_not_by_the_other_who_was_not_named(self):
        case = LastDay()
        case.draw(self.EARLY, service=Service.DIVORCE_WITHDRAWAL, present=Role.PARTNER)

        with pytest.raises(WithdrawTooLate):
            withdraw(case.id, party=Role.APPLICANT, by=case.clerk, at=self.LATE)

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(days=-1)])
    def test_not_by_a_ticket_drawn_at_closing_or_the_day_before(self, late):
        case = LastDay()
        case.draw(COOLING_OFF_ENDS + late, service=Service.DIVORCE_WITHDRAWAL)

        with pytest.raises(WithdrawTooLate):
            withdraw(case.id, party=Role.APPLICANT, by=case.clerk, at=self.LATE)
