"""Whoever has an application that has not ended is told before they book, or agree to, another."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from heli.bookings.models import Booking, Lapse
from heli.bookings.states import State
from heli.cases.services import withdraw_application
from heli.ground import clock
from heli.ground.words import day_in_words
from heli.law.periods import timeline
from heli.law.services import Service
from tests.bookings.factories import Couple, a_couple, an_office, state_of
from tests.web.cases import CoupleWithCase, received_today
from tests.web.visitors import a_coming_slot, browser, confirmed, held, html, text
from tests.web.walking import Visitor, a_slot

TOLD = "您有一个已经受理的离婚登记申请，还没有结束。它结束以前，登记处不能受理新的申请。"
ONE_DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def known() -> CoupleWithCase:
    """A couple whose application was received today."""
    return received_today()


def on_day_after(known: CoupleWithCase, days: int) -> dict[str, object]:
    """So many days after the last day of their case, at ten."""
    last_on = timeline(known.case.receipt_on).window.last
    return {"starts_at": clock.moment_of(last_on + days * ONE_DAY, time(10))}


class TestWhoBooks:
    def at_the_first_step(self, couple: Couple, service: Service, language: str = "zh-CN"):
        visitor = Visitor(language=language).proves(couple.applicant)
        visitor.sends(f"/book/{service}")
        assert visitor.step == "you"
        return visitor

    def test_is_told_at_the_first_step_until_when_it_runs_and_led_to_it(self, known):
        for couple in (known.couple, known.couple.swapped()):
            visitor = self.at_the_first_step(couple, Service.DIVORCE_APPLICATION)

            assert TOLD in visitor.text
            last_on = timeline(known.case.receipt_on).window.last
            assert f"它最晚到 {day_in_words(last_on)} 结束。" in visitor.text
            assert f'href="{known.path}"' in visitor.text
            assert "是我，下一步" in visitor.text

    def test_reads_it_in_english(self, known):
        visitor = self.at_the_first_step(known.couple, Service.DIVORCE_APPLICATION, "en")

        assert "An application of yours has been received and has not ended." in visitor.text

    def test_is_told_nothing_for_another_service(self, known):
        visitor = self.at_the_first_step(known.couple, Service.REPLACEMENT)

        assert TOLD not in visitor.text

    def test_is_told_nothing_of_anybody_elses_nor_of_one_that_has_ended(self, known):
        stranger = self.at_the_first_step(a_couple(), Service.DIVORCE_APPLICATION)
        assert TOLD not in stranger.text

        withdraw_application(str(known.case.id), party="partner", at=clock.now())
        visitor = self.at_the_first_step(known.couple, Service.DIVORCE_APPLICATION)
        assert TOLD not in visitor.text

    def test_is_told_nothing_once_its_last_day_is_over(self, known):
        known.case.refresh_from_db()
        clock.move_to(known.case.window_closes_at)

        visitor = self.at_the_first_step(known.couple, Service.DIVORCE_APPLICATION)

        assert TOLD not in visitor.text

    def test_who_is_known_by_another_offices_desk_alone_is_told_nothing(self, known):
        seen = known.couple.applicant._replace(method="desk", at_office=an_office().id)
        visitor = Visitor().proves(seen)

        visitor.sends("/book/divorce_application")

        assert visitor.step == "you"
        assert TOLD not in visitor.text

    @pytest.mark.parametrize(("days", "is_told"), [(-30, True), (0, True), (1, False)])
    def test_is_told_again_unless_the_chosen_day_comes_after_its_end(self, known, days, is_told):
        slot = a_slot(**on_day_after(known, days))

        visitor = Visitor().reaches_check(known.couple, slot)

        assert (TOLD in visitor.text) is is_told
        visitor.opens(f"/book/{visitor.draft}/time")
        assert (TOLD in visitor.text) is is_told
        visitor.sends(f"/book/{visitor.draft}/check")
        assert Booking.objects.filter(service=Service.DIVORCE_APPLICATION).count() == 1


class TestWhoIsAsked:
    def test_is_told_before_they_agree_and_may_agree_all_the_same(self, known):
        code = held(known.couple).code
        visitor = browser(known.couple.partner)

        seen = html(visitor.get(f"/c/{code}/answer"))

        assert TOLD in seen
        assert f'href="{known.path}"' in seen
        visitor.post(f"/c/{code}/agree")
        assert state_of(code) is State.CONFIRMED

    def test_is_told_nothing_where_the_day_comes_after_its_end(self, known):
        slot = a_coming_slot(**on_day_after(known, 1))

        seen = text(browser(known.couple.partner).get(f"/c/{held(known.couple, slot).code}/answer"))

        assert TOLD not in seen

    def test_learns_nothing_of_a_case_that_only_the_asker_has(self, known):
        pair = Couple(known.couple.one, a_couple().other)

        seen = text(browser(pair.partner).get(f"/c/{held(pair).code}/answer"))

        assert TOLD not in seen


class TestWhoIsSuspended:
    def test_reads_until_when_at_the_first_step_and_goes_no_further(self):
        couple = a_couple()
        until = clock.now() + 15 * ONE_DAY
        booking = Booking.objects.get(code=held(couple).code)
        Lapse.objects.create(
            booking=booking,
            person=couple.applicant.person,
            at=clock.now(),
            suspended_until=until,
        )

        def first_step(who, service):
            visitor = Visitor().proves(who)
            visitor.sends(f"/book/{service}")
            return visitor.text

        mine = first_step(couple.applicant, Service.MARRIAGE)
        assert "您有两次占的号没有得到对方确认" in mine
        assert "电话和大厅取号不受影响" in mine
        assert "是我，下一步" not in mine
        assert "是我，下一步" in first_step(couple.applicant, Service.REPLACEMENT)
        assert "是我，下一步" in first_step(couple.partner, Service.MARRIAGE)


class TestTheMovePage:
    def test_opens_on_the_bookings_own_day_where_that_has_room(self):
        couple, office = a_couple(), an_office()
        a_coming_slot(office=office, starts_at=clock.now() + 5 * ONE_DAY)
        own = a_coming_slot(office=office, starts_at=clock.now() + 9 * ONE_DAY)
        code = confirmed(couple, own).code

        seen = html(browser(couple.applicant).get(f"/my/{code}/move"))

        assert f"<h2>{day_in_words(clock.day_of(own.starts_at))}</h2>" in seen

    def test_opens_on_the_first_free_day_where_it_has_none(self):
        couple, office = a_couple(), an_office()
        first = a_coming_slot(office=office, starts_at=clock.now() + 5 * ONE_DAY)
        own = a_coming_slot(office=office, starts_at=clock.now() + 9 * ONE_DAY, places=1)
        code = confirmed(couple, own).code

        seen = html(browser(couple.applicant).get(f"/my/{code}/move"))

        assert f"<h2>{day_in_words(clock.day_of(first.starts_at))}</h2>" in seen
