"""Reminders: at their time, once, late, twice, at once, and never to nobody's use."""

from __future__ import annotations

import threading
from datetime import date, time, timedelta

import pytest
from django.db import connection

from heli.bookings import services
from heli.ground import clock
from heli.law.services import Service
from heli.notices import reminders
from heli.notices.models import Notice
from tests.bookings.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    a_couple,
    a_slot,
    hold,
    hold_and_agree,
)
from tests.notices.factories import delivered, kinds_for

pytestmark = pytest.mark.usefixtures("database")

SLOT_ON = date(2026, 12, 1)  # a week from NOW
SIX_THE_EVENING_BEFORE = clock.moment_of(date(2026, 11, 30), time(18))


class TestTheDayBefore:
    def test_both_are_reminded_at_six_the_evening_before(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot())

        reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE - SECOND)
        assert "day_before" not in kinds_for(couple.applicant)

        reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE)
        for person in (couple.applicant, couple.partner):
            notice = delivered(person)[-1]
            assert notice.kind == "day_before"
            assert notice.created_at == SIX_THE_EVENING_BEFORE
            assert "12月1日（周二）上午10:00" in notice.title

    def test_run_again_nobody_is_reminded_again(self):
        hold_and_agree(a_couple(), a_slot())

        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE) == 2
        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE + HOUR) == 0

    def test_of_the_next_day_nobody_hears_yet(self):
        couple = a_couple()
        hold_and_agree(couple, a_slot(starts_at=NOW + 8 * DAY))

        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE) == 0
        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE + DAY) == 2

    def test_run_late_it_still_tells_of_what_has_not_begun(self):
        reminders.remind_on_the_day_before(NOW + 9 * HOUR)  # the days up to here are done
        hold_and_agree(a_couple(), a_slot(starts_at=NOW + 7 * DAY))
        hold_and_agree(a_couple(), a_slot(starts_at=NOW + 7 * DAY + 4 * HOUR))

        assert reminders.remind_on_the_day_before(NOW + 7 * DAY + HOUR) == 2

    def test_a_held_a_cancelled_and_a_moved_one_are_left_alone(self):
        hold(a_couple(), a_slot(), at=NOW)
        cancelled, moved = a_couple(), a_couple()
        booking = hold_and_agree(cancelled, a_slot())
        services.cancel_booking(booking.code, by=cancelled.applicant, at=NOW + HOUR)
        booking = hold_and_agree(moved, a_slot())
        later = a_slot(starts_at=NOW + 9 * DAY)
        services.reschedule_booking(
            booking.code, by=moved.applicant, at=NOW + HOUR, slot_id=later.id
        )
        services.give_consent(booking.code, by=moved.partner, at=NOW + 2 * HOUR)

        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE) == 0
        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE + 2 * DAY) == 2

    def test_the_other_spouse_of_a_withdrawal_hears_nothing(self):
        couple = a_couple()
        hold(couple, a_slot(service=Service.DIVORCE_WITHDRAWAL))

        assert reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE) == 1
        assert kinds_for(couple.partner) == []

    def test_two_processes_at_once_remind_once(self):
        for _ in range(5):
            hold_and_agree(a_couple(), a_slot())
        start = threading.Barrier(3)

        def work() -> None:
            start.wait()
            reminders.remind_on_the_day_before(SIX_THE_EVENING_BEFORE)
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert Notice.objects.filter(kind="day_before").count() == 10

    def test_it_falls_due_every_day_at_six(self):
        six_today = clock.moment_of(clock.today(), time(18))
        assert reminders.next_day_before() == six_today

        reminders.remind_on_the_day_before(six_today)
        assert reminders.next_day_before() == six_today + DAY

        reminders.remind_on_the_day_before(six_today + 6 * DAY + HOUR)
        assert reminders.next_day_before() == six_today + 7 * DAY


class TestConsent:
    DEADLINE = NOW + DAY

    def test_the_applicant_is_reminded_three_hours_before_the_deadline(self):
        couple = a_couple()
        hold(couple, a_slot())
        assert reminders.next_consent_reminder() == self.DEADLINE - 3 * HOUR

        reminders.remind_of_consent(self.DEADLINE - 3 * HOUR)

        asked, reminded = delivered(couple.applicant)
        assert reminded.kind == "reminder_consent"
        assert reminded.link == asked.link is not None
        assert kinds_for(couple.partner) == []

    def test_once_done_it_is_not_due_again(self):
        hold(a_couple(), a_slot())

        assert reminders.remind_of_consent(self.DEADLINE - 3 * HOUR) == 1

        assert reminders.next_consent_reminder() is None
        assert reminders.remind_of_consent(self.DEADLINE - 2 * HOUR) == 0

    def test_a_place_taken_later_has_its_own_time(self):
        hold(a_couple(), a_slot())
        reminders.remind_of_consent(self.DEADLINE - 3 * HOUR)
        hold(a_couple(), a_slot(), at=self.DEADLINE - 3 * HOUR + SECOND)

        assert reminders.next_consent_reminder() == self.DEADLINE + DAY - 6 * HOUR + SECOND

    def test_a_short_deadline_brings_no_reminder(self):
        just_released = a_slot(opens_at=NOW - timedelta(minutes=5))
        hold(a_couple(), just_released)

        assert reminders.remind_of_consent(NOW) == 0
        assert reminders.next_consent_reminder() is None

    def test_run_late_it_does_not_alarm_in_the_last_minutes(self):
        hold(a_couple(), a_slot())

        assert reminders.remind_of_consent(self.DEADLINE - timedelta(minutes=29)) == 0
        assert reminders.next_consent_reminder() is None

    def test_who_has_an_answer_needs_no_reminder(self):
        hold_and_agree(a_couple(), a_slot())

        assert reminders.next_consent_reminder() is None
        assert reminders.remind_of_consent(self.DEADLINE - 3 * HOUR) == 0
