"""Who is told what on the way of a case, each at most once, and never who withdrew."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from heli.bookings.services import cancel_booking
from heli.bookings.states import Role
from heli.cases import deadlines, queries, services
from heli.cases.closures import move_couples
from heli.cases.models import Case
from heli.ground import clock, due, events
from heli.ground.models import OutboxEvent
from heli.notices import on_the_way
from heli.notices.models import Notice
from heli.notices.queries import NoticeView
from heli.places.models import Closure
from heli.slots.models import Slot
from tests.bookings.factories import HOUR, Couple, a_couple
from tests.cases.factories import (
    RECEIVED_AT,
    a_case,
    an_open_office,
    at_nine,
    certificate_slots,
)
from tests.notices.factories import delivered, kinds_for

PLACE_ON, OTHER_DAY = date(2026, 8, 20), date(2026, 8, 27)
NUMBER = "L440106-2026-000001"

pytestmark = pytest.mark.usefixtures("database")


def a_couple_with_a_case() -> tuple[Couple, Case]:
    couple, office = a_couple(), an_open_office()
    certificate_slots(office, PLACE_ON, OTHER_DAY)
    return couple, a_case(couple=couple, office=office)


def told_alike(couple: Couple) -> list[NoticeView]:
    """What both were told, which has to be the same."""
    one, other = delivered(couple.applicant), delivered(couple.partner)
    assert [(n.kind, n.title, n.text) for n in one] == [(n.kind, n.title, n.text) for n in other]
    return one


def booking_code(case: Case) -> str:
    booking = queries.certificate_booking_of(case)
    assert booking is not None
    return booking.code


class TestTheReceipt:
    def test_one_notice_tells_of_the_way_out_and_of_the_time_that_is_kept(self):
        couple, case = a_couple_with_a_case()

        (notice,) = told_alike(couple)

        assert notice.kind == "receipt_given"
        assert "8月7日（周五）下午5:00，任何一方都可以单独到场" in notice.text
        assert "8月20日（周四）上午10:00" in notice.text
        assert "9月7日（周一）下午5:00 前一起到" in notice.text
        assert (notice.case_id, notice.booking_code) == (str(case.id), booking_code(case))

    def test_without_a_place_it_says_so(self):
        couple = a_couple()
        a_case(couple=couple, office=an_open_office())

        (notice,) = told_alike(couple)

        assert "还没有能预留的时间" in notice.text
        assert notice.booking_code == ""


class TestTheEnd:
    def test_by_withdrawal_both_get_the_same_words_and_nothing_else(self):
        for role in Role:
            couple, case = a_couple_with_a_case()
            services.withdraw_application(str(case.id), party=role, at=RECEIVED_AT + 5 * HOUR)

            _receipt, ended = told_alike(couple)

            assert ended.kind == "ended"
            assert ended.text.startswith("本次登记程序已经终止。")
            assert ended.created_at == clock.moment_of(clock.day_of(RECEIVED_AT))
            assert ended.booking_code == ""

    def test_by_lapse_it_says_how_to_start_anew(self):
        couple, case = a_couple_with_a_case()
        for step in (deadlines.open_windows, deadlines.close_windows):
            step(case.window_closes_at)

        notice = told_alike(couple)[-1]

        assert notice.kind == "lapsed"
        assert "9月9日（周三）" in notice.text
        assert "重新预约第一次到场" in notice.text
        assert "cancelled" not in kinds_for(couple.applicant)

    def test_by_refusal_and_by_registration(self):
        at = at_nine(date(2026, 8, 11))
        refused, case = a_couple_with_a_case()
        services.refuse_registration(str(case.id), reason="材料不齐", at=at)
        registered, case = a_couple_with_a_case()
        services.register_divorce(str(case.id), certificate_number=NUMBER, at=at)

        assert [n.kind for n in told_alike(refused)] == ["receipt_given", "refused"]
        assert "材料不齐" not in told_alike(refused)[-1].text
        assert [n.kind for n in told_alike(registered)] == ["receipt_given", "registered"]

    def test_a_place_given_back_by_the_couple_is_told_with_the_last_moment(self):
        couple, case = a_couple_with_a_case()
        cancel_booking(booking_code(case), by=couple.partner, at=RECEIVED_AT + HOUR)

        notice = told_alike(couple)[-1]

        assert notice.kind == "cancelled"
        assert "9月7日（周一）下午5:00 前" in notice.text


class TestTheOfficeIsClosed:
    def test_both_learn_the_new_time_in_one_notice(self):
        couple, case = a_couple_with_a_case()
        lost = booking_code(case)
        Slot.objects.filter(booking__code=lost).update(withdrawn_at=RECEIVED_AT)
        move_couples(case.office_id, at=RECEIVED_AT + HOUR)

        _receipt, moved = told_alike(couple)

        assert moved.kind == "office_closed"
        assert "8月20日（周四）上午10:00 不办公。已为你们改到" in moved.text
        assert "8月27日（周四）上午10:00，地点是" in moved.text
        assert moved.booking_code == lost

    def test_where_there_is_no_other_time_they_learn_that(self):
        couple, case = a_couple_with_a_case()
        Slot.objects.update(withdrawn_at=RECEIVED_AT)
        move_couples(case.office_id, at=RECEIVED_AT + HOUR)

        _receipt, lost = told_alike(couple)

        assert "现在没有能为你们预留的其他时间" in lost.text


class TestOnTheWay:
    """Withdraw until Friday 7 August 17:00; the window ends here on Monday 7 September 17:00."""

    EXPECTED = (
        ("cooling_off_ends", date(2026, 8, 4)),
        ("window_open", date(2026, 8, 11)),
        ("window_ends_in_seven", date(2026, 8, 31)),
        ("window_ends_in_two", date(2026, 9, 5)),
    )

    def test_each_comes_on_its_day_at_nine_and_once(self):
        couple, case = a_couple_with_a_case()
        days = [case.receipt_on + timedelta(days=n) for n in range(61)]

        for day in days:
            on_the_way.remind_on_the_way(clock.moment_of(day, time(8, 59)))
            for _ in range(2):
                on_the_way.remind_on_the_way(at_nine(day))

        told = [n for n in told_alike(couple) if n.kind != "receipt_given"]
        assert [(n.kind, clock.day_of(n.created_at)) for n in told] == list(self.EXPECTED)
        assert {n.created_at.astimezone(clock.SHANGHAI).hour for n in told} == {9}

    @pytest.mark.parametrize(("kind", "day"), EXPECTED)
    def test_after_a_downtime_only_the_last_is_sent(self, kind, day):
        couple, _case = a_couple_with_a_case()

        for _ in range(2):
            on_the_way.remind_on_the_way(at_nine(day) + timedelta(hours=30))

        assert kinds_for(couple.partner).count(kind) == 1
        assert len(kinds_for(couple.partner)) == 2

    def test_when_the_last_moment_has_passed_nothing_is_said(self):
        couple, _case = a_couple_with_a_case()

        on_the_way.remind_on_the_way(clock.moment_of(date(2026, 8, 7), time(17)))
        assert kinds_for(couple.applicant) == ["receipt_given"]
        on_the_way.remind_on_the_way(clock.moment_of(date(2026, 9, 7), time(17)))
        assert kinds_for(couple.applicant) == ["receipt_given"]

    def test_only_while_the_case_is_open(self):
        couple, case = a_couple_with_a_case()
        at = at_nine(date(2026, 8, 11))
        services.register_divorce(str(case.id), certificate_number=NUMBER, at=at)

        on_the_way.remind_on_the_way(at_nine(date(2026, 8, 31)))

        assert kinds_for(couple.applicant) == ["receipt_given", "registered"]

    def test_it_counts_from_the_last_day_on_which_the_office_opens(self):
        couple, case = a_couple_with_a_case()
        Closure.objects.create(
            office=case.office,
            first_on=date(2026, 9, 3),
            last_on=date(2026, 9, 7),
            reason="搬迁",
        )

        on_the_way.remind_on_the_way(at_nine(date(2026, 8, 31)))

        notice = told_alike(couple)[-1]
        assert notice.kind == "window_ends_in_two"
        assert "9月2日（周三）下午5:00 前" in notice.text

    def test_a_couple_without_a_place_is_told_how_to_come_all_the_same(self):
        couple, case = a_couple_with_a_case()
        cancel_booking(booking_code(case), by=couple.partner, at=RECEIVED_AT + HOUR)

        on_the_way.remind_on_the_way(at_nine(date(2026, 8, 31)))

        assert "现在没有预留的时间" in told_alike(couple)[-1].text

    def test_it_falls_due_at_nine_as_long_as_there_are_open_cases(self):
        assert on_the_way.next_reminders() is None
        a_couple_with_a_case()
        first = on_the_way.next_reminders()
        assert first == clock.moment_of(clock.today(), time(9))

        on_the_way.remind_on_the_way(first)

        assert on_the_way.next_reminders() == first + timedelta(days=1)

    def test_the_register_sends_all_of_them_on_a_jump_through_time(self):
        couple = a_couple()
        office = an_open_office()
        case = a_case(couple=couple, office=office, received_at=clock.now())

        due.advance_to(case.window_closes_at + HOUR)

        assert [n.kind for n in told_alike(couple)] == [
            "receipt_given",
            *(kind for kind, _day in self.EXPECTED),
            "lapsed",
        ]


def test_events_heard_twice_tell_people_once():
    couple, case = a_couple_with_a_case()
    services.withdraw_application(str(case.id), party=Role.PARTNER, at=RECEIVED_AT)
    events.deliver()
    before = Notice.objects.count()

    OutboxEvent.objects.update(delivered_at=None, heard_by=[])
    events.deliver()

    assert Notice.objects.count() == before == 4
    assert kinds_for(couple.applicant) == ["receipt_given", "ended"]
