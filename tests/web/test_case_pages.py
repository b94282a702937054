"""The case as its spouses see it: the line of time, the second visit, how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from django.utils import translation

from heli.bookings.deadlines import close_days
from heli.bookings.models import Booking
from heli.bookings.services import cancel_booking
from heli.bookings.states import Role, State
from heli.cases import services
from heli.cases.queries import case_view
from heli.ground import clock
from heli.ground.words import day_in_words, moment_in_words
from heli.law.periods import timeline
from heli.slots.models import Slot
from heli.web.case_page import Situation, case_page
from tests.bookings.factories import a_couple, state_of
from tests.cases.factories import RECEIVED_AT, a_case, an_open_office, at_nine, certificate_slots
from tests.web.cases import ONE_DAY, CoupleWithCase, open_days, received_today, safe_today
from tests.web.reading import Page
from tests.web.visitors import browser, html, text, title

pytestmark = pytest.mark.usefixtures("database")

SECRET = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Days in words are compared in Chinese, whatever page was read before."""
    with translation.override("zh-hans"):
        yield


def without_time(whose: CoupleWithCase) -> CoupleWithCase:
    cancel_booking(whose.kept.code, by=whose.couple.partner, at=clock.now())
    return whose


def slots_of(whose: CoupleWithCase) -> list[Slot]:
    return list(Slot.objects.filter(office=whose.case.office).order_by("starts_at"))


class TestCasePage:
    def test_needs_the_check_first(self):
        whose = received_today()

        assert browser().get(whose.path)["Location"].startswith("/identify?next=")

    @pytest.mark.parametrize("path", ["", "/time"])
    def test_is_not_found_by_anybody_else(self, path):
        whose, stranger = received_today(), browser(a_couple().applicant)

        assert stranger.get(whose.path + path).status_code == 404
        assert stranger.get(f"/my/cases/nothing{path}").status_code == 404

    def test_tells_both_clocks_in_order_and_marks_today(self):
        whose = received_today()
        page = text(browser(whose.couple.partner).get(whose.path))

        dates = timeline(clock.today())
        here = whose.seen(clock.now()).here
        stations = (
            f"今天 {day_in_words(clock.today())} 已受理",
            f"最晚 {moment_in_words(here.withdraw_by)}",
            "任何一方都可以单独到场撤回，不需要预约，也不需要对方同意",
            "领证期 要双方一起到场",
            f"{moment_in_words(whose.kept.slot.starts_at)} 你们的时间",
            f"最晚 {moment_in_words(here.certificate_by)}",
            "视为撤回申请",
        )
        places = [page.index(station) for station in stations]
        assert places == sorted(places)
        assert html(browser(whose.couple.partner).get(whose.path)).count("aria-current") == 1
        assert day_in_words(dates.cooling_off.last) in page  # the law, folded away

    def test_today_is_a_station_of_its_own_later(self):
        whose = received_today()
        clock.move_to(clock.now() + 11 * ONE_DAY)

        page = text(browser(whose.couple.applicant).get(whose.path))

        assert f"今天 {day_in_words(clock.today())} 冷静期第 11 天" in page
        assert "已经开始： " in page  # the cooling-off has begun, and is not over
        assert "已经过去：" not in page

    def test_in_the_window_it_has_begun_and_a_time_that_has_passed_is_no_longer_kept(self):
        whose = received_today()
        clock.move_to(whose.kept.slot.starts_at + timedelta(hours=1))

        page = text(browser(whose.couple.applicant).get(whose.path))

        window = day_in_words(timeline(whose.seen(clock.now()).receipt_on).safe.issue_from)
        assert f"已经开始： {window}起 领证期" in page
        assert f"已经过去： {moment_in_words(whose.kept.slot.starts_at)} 你们的时间" in page
        assert "已经为你们留好" not in page

    def test_leads_to_voucher_move_and_cancelling(self):
        whose = received_today()

        page = Page(html(browser(whose.couple.applicant).get(whose.path)))

        code = whose.kept.code
        assert {f"/my/{code}/voucher", f"/my/{code}/move", f"/my/{code}/cancel"} <= set(
            page.addresses
        )
        assert f"/calculator.ics?receipt={clock.today()}&office={whose.case.office_id}" in (
            page.addresses
        )
        assert set(page.fragments) <= set(page.ids)

    def test_shows_nothing_of_the_other_but_what_both_know(self):
        whose = received_today()
        couple = whose.couple

        for me, other in (
            (couple.applicant, couple.partner),
            (couple.partner, couple.applicant),
        ):
            page = html(browser(me).get(whose.path))
            for secret in (other.phone, other.phone[-8:], other.id_number.value, other.name):
                assert secret not in page

    def test_its_title_gives_nothing_away(self):
        whose = received_today()
        visitor = browser(whose.couple.applicant)

        for page in (
            browser(a_couple().applicant).get("/my/cases"),
            visitor.get(whose.path),
            visitor.get(f"{without_time(whose).path}/time"),
        ):
            assert "离婚" not in title(page)

    def test_stands_in_my_bookings_and_is_found_without_its_number(self):
        whose = received_today()
        visitor = browser(whose.couple.partner)

        assert f'href="{whose.path}"' in html(visitor.get("/my"))
        assert visitor.get("/my/cases")["Location"] == whose.path
        assert "还没有查到受理的申请" in text(browser(a_couple().applicant).get("/my/cases"))


class TestSituations:
    """By the case received on 9 July 2026: safe days to Saturday 8 August, and to 7 September."""

    def situation(self, at, *, slots=()):
        office, couple = an_open_office(), a_couple()
        certificate_slots(office, *slots)
        case = a_case(office=office, couple=couple, received_at=RECEIVED_AT)
        return case_page(case_view(str(case.id), by=couple.applicant, at=at), at)

    def test_a_time_is_kept_comes_today_and_has_begun(self):
        day = date(2026, 8, 12)

        assert self.situation(at_nine(day - ONE_DAY), slots=[day]).situation is Situation.KEPT
        assert self.situation(at_nine(day), slots=[day]).situation is Situation.TODAY
        begun = self.situation(clock.moment_of(day, time(10)), slots=[day])
        assert begun.situation is Situation.PASSED

    def test_without_any_slot_the_telephone_is_the_way(self):
        assert self.situation(at_nine(date(2026, 7, 20))).situation is Situation.TO_CALL

    def test_after_the_safe_days_the_registrar_decides(self):
        closing = clock.moment_of(date(2026, 9, 7), time(17))

        assert self.situation(closing - timedelta(seconds=1)).situation is Situation.TO_CALL
        assert self.situation(closing).situation is Situation.UNSURE
        assert self.situation(at_nine(date(2026, 9, 9))).situation is Situation.UNSURE

    @pytest.mark.parametrize(
        ("at", "may"),
        [
            (clock.moment_of(date(2026, 8, 7), time(16, 59)), False),  # a safe day
            (clock.moment_of(date(2026, 8, 7), time(17)), True),  # closed until Monday
            (clock.moment_of(date(2026, 8, 10), time(16, 59)), True),
            (clock.moment_of(date(2026, 8, 10), time(17)), False),  # by every reading too late
        ],
    )
    def test_between_the_readings_it_says_that_withdrawing_may_still_be_possible(self, at, may):
        assert self.situation(at).may_still_withdraw is may

    def test_today_is_on_the_line_until_the_last_day_of_any_reading(self):
        heads = [station.head for station in self.situation(at_nine(date(2026, 9, 9))).line]

        assert heads[-1] == f"今天 {day_in_words(date(2026, 9, 9))}"


class TestAnotherTime:
    def test_one_who_has_none_is_led_to_choose(self):
        whose = without_time(received_today())

        page = browser(whose.couple.applicant).get(whose.path)

        assert "还没有领证时间" in text(page)
        assert f'href="{whose.path}/time"' in html(page)

    def test_one_who_missed_it_is_too(self):
        whose = received_today()
        clock.move_to(whose.kept.slot.starts_at + ONE_DAY)
        close_days(clock.now())

        assert "还没有领证时间" in text(browser(whose.couple.applicant).get(whose.path))

    def test_only_days_of_the_window_at_this_office_are_offered(self):
        whose = without_time(received_today())
        certificate_slots(
            whose.case.office,
            whose.safe.issue_from - ONE_DAY,
            whose.safe.issue_until + ONE_DAY,
        )

        page = Page(html(browser(whose.couple.applicant).get(f"{whose.path}/time")))

        offered = [address[5:15] for address in page.addresses if address.startswith("?day=")]
        assert offered == [day.isoformat() for day in open_days(whose.safe)]

    def test_taking_one_confirms_it_for_both_and_a_second_tap_changes_nothing(self):
        whose = without_time(received_today())
        slot, visitor = slots_of(whose)[3], browser(whose.couple.partner)

        for _tap in range(2):
            answer = visitor.post(f"{whose.path}/time", {"slot": slot.id, "key": "a1"})
            assert answer["Location"] == whose.path

        assert whose.kept.slot_id == slot.id
        assert state_of(whose.kept.code) is State.CONFIRMED
        assert Booking.objects.filter(state=State.CONFIRMED).count() == 1
        moment = moment_in_words(slot.starts_at)
        assert moment in text(browser(whose.couple.applicant).get(whose.path))

    def test_a_time_taken_cancelled_and_wanted_again_is_taken_again(self):
        whose = without_time(received_today())
        visitor, slot = browser(whose.couple.applicant), slots_of(whose)[3]
        visitor.post(f"{whose.path}/time", {"slot": slot.id, "key": "a1"})
        without_time(whose)

        visitor.post(f"{whose.path}/time", {"slot": slot.id, "key": "b2"})

        assert whose.kept.slot_id == slot.id

    def test_a_full_time_is_said_beside_the_others(self):
        whose = without_time(received_today(places=1))
        (other,) = [received_today(whose.case.office)]
        full = other.kept.slot

        page = browser(whose.couple.applicant).post(f"{whose.path}/time", {"slot": full.id})

        assert "刚刚约满" in text(page, 409)
        assert "哪一天方便两个人一起来" in text(page, 409)
        assert whose.kept is None

    def test_no_couple_finds_its_window_full(self):
        office = an_open_office()
        (slot,) = certificate_slots(office, open_days(safe_today())[0], places=1)
        whose = without_time(received_today(office))
        received_today(office)
        visitor = browser(whose.couple.applicant)

        assert f'value="{slot.id}"' in html(visitor.get(f"{whose.path}/time"))
        visitor.post(f"{whose.path}/time", {"slot": slot.id})

        assert whose.kept.slot_id == slot.id
        slot.refresh_from_db()
        assert slot.taken == slot.places

    def test_a_time_outside_is_refused_with_the_reason(self):
        whose = without_time(received_today())
        (late,) = certificate_slots(whose.case.office, whose.safe.issue_until + ONE_DAY)

        page = browser(whose.couple.applicant).post(f"{whose.path}/time", {"slot": late.id})

        assert "不在可以领证的日期之内" in text(page, 409)
        assert whose.kept is None

    @pytest.mark.parametrize("slot", ["", "x", "-1", "9" * 30, "123456789"])
    def test_what_is_no_slot_is_not_found(self, slot):
        whose = without_time(received_today())

        page = browser(whose.couple.applicant).post(f"{whose.path}/time", {"slot": slot})

        assert page.status_code == 404

    def test_who_has_one_is_led_back(self):
        whose = received_today()
        visitor = browser(whose.couple.applicant)

        assert visitor.get(f"{whose.path}/time")["Location"] == whose.path
        page = visitor.post(f"{whose.path}/time", {"slot": slots_of(whose)[2].id})
        assert page.status_code == 409


class TestMovingTheSecondVisit:
    def test_only_days_of_the_window_at_this_office_are_offered(self):
        whose = received_today()
        certificate_slots(whose.case.office, whose.safe.issue_until + ONE_DAY)

        page = Page(html(browser(whose.couple.applicant).get(f"/my/{whose.kept.code}/move")))

        offered = [address[5:15] for address in page.addresses if address.startswith("?day=")]
        assert offered == [day.isoformat() for day in open_days(whose.safe)]
        assert not [address for address in page.addresses if address.startswith("?office=")]

    def test_outside_it_is_refused_with_the_reason_and_nothing_changes(self):
        whose = received_today()
        kept = whose.kept
        (late,) = certificate_slots(whose.case.office, whose.safe.issue_until + ONE_DAY)

        page = browser(whose.couple.applicant).post(f"/my/{kept.code}/move", {"slot": late.id})

        assert "不在可以领证的日期之内" in text(page, 409)
        assert "改到哪一天？" in text(page, 409)
        assert whose.kept.slot_id == kept.slot_id

    def test_a_proposed_one_is_told_to_both(self):
        whose = received_today()
        visitor = browser(whose.couple.applicant)
        visitor.post(f"/my/{whose.kept.code}/move", {"slot": slots_of(whose)[5].id})

        assert "改时间，等对方答复" in text(visitor.get(whose.path))
        asked = browser(whose.couple.partner).get(whose.path)
        assert "对方想改到另一个时间" in text(asked)
        assert f'href="/my/{whose.kept.code}"' in html(asked)


class TestEndedCase:
    def test_by_withdrawal_both_read_the_same_and_never_who(self):
        for role in Role:
            whose = received_today()
            at = clock.now()
            services.withdraw_application(str(whose.case.id), party=role, at=at)

            pages = [
                SECRET.sub("", html(browser(me).get(whose.path)))
                for me in (whose.couple.applicant, whose.couple.partner)
            ]

            assert pages[0] == pages[1]
            assert "本次离婚登记程序已经终止" in pages[0]
            assert whose.case.office.name in pages[0]
            assert "撤回" not in pages[0]
            assert "clocks" not in pages[0]

    def test_a_lapsed_one_says_how_to_start_anew(self):
        whose = received_today()
        clock.move_to(whose.case.window_closes_at)  # the job has not run yet

        page = browser(whose.couple.applicant).get(whose.path)

        assert "领证期已经过了" in text(page)
        assert 'href="/book/divorce_application"' in html(page)

    def test_a_registered_one_is_complete(self):
        whose = received_today()
        at = whose.kept.slot.starts_at
        services.register_divorce(
            str(whose.case.id), certificate_number="L440106-2026-000001", at=at
        )

        assert "离婚登记已经办完" in text(browser(whose.couple.partner).get(whose.path))

    def test_of_a_refused_one_the_office_tells_the_reason(self):
        whose = received_today()
        at = whose.kept.slot.starts_at
        services.refuse_registration(str(whose.case.id), reason="证件不符", at=at)

        page = text(browser(whose.couple.applicant).get(whose.path))

        assert "原因请向登记处询问" in page
        assert "证件不符" not in page

    def test_it_has_no_times_to_choose(self):
        whose = received_today()
        slot = slots_of(whose)[0]
        services.withdraw_application(str(whose.case.id), party=Role.PARTNER, at=clock.now())
        visitor = browser(whose.couple.applicant)

        for answer in (
            visitor.get(f"{whose.path}/time"),
            visitor.post(f"{whose.path}/time", {"slot": slot.id}),
        ):
            assert answer["Location"] == whose.path
        assert whose.kept is None
