"""My bookings: the list, one of them in every state, and cancelling."""

from __future__ import annotations

import pytest

from heli.bookings.models import Booking
from heli.bookings.services import refuse_consent, reschedule_booking
from heli.bookings.states import State
from heli.ground import clock
from heli.law.services import Service
from tests.bookings.factories import DAY, a_couple, hold, state_of
from tests.web.visitors import (
    WEEK,
    a_coming_slot,
    browser,
    confirmed,
    held,
    html,
    text,
    title,
)

pytestmark = pytest.mark.usefixtures("database")


def force(code: str, *states: State) -> None:
    for state in states:
        Booking.objects.filter(code=code).update(state=state)


def without_whose(page: str) -> str:
    """The page without the words that say which of the two is looking."""
    return page.replace(" 您", " ").replace(" 对方", " ")


class TestMine:
    def test_needs_the_check_first(self):
        assert browser().get("/my")["Location"] == "/identify?next=%2Fmy"

    def test_says_so_when_there_is_nothing(self):
        seen = text(browser(a_couple().applicant).get("/my"))

        assert "现在没有进行中的预约，也没有请您确认的预约。" in seen

    def test_shows_a_booking_to_its_applicant_and_as_a_request_to_the_other(self):
        couple = a_couple()
        booking = held(couple)

        mine = html(browser(couple.applicant).get("/my"))
        theirs = html(browser(couple.partner).get("/my"))

        assert f'href="/my/{booking.code}"' in mine
        assert "等待对方确认" in mine
        assert "等您答复" not in mine
        assert f'href="/c/{booking.code}/answer"' in theirs
        assert "等您答复" in theirs
        assert "等您确认" in theirs

    def test_keeps_what_is_over_below(self):
        couple = a_couple()
        booking = held(couple)
        refuse_consent(booking.code, by=couple.partner, at=clock.now())

        seen = html(browser(couple.applicant).get("/my"))

        assert seen.index("已经结束的") < seen.index(booking.code)
        assert "对方没有同意" in seen

    def test_shows_nothing_of_anybody_else(self):
        booking = held(a_couple())

        assert booking.code not in html(browser(a_couple().applicant).get("/my"))

    def test_can_be_left(self):
        visitor = browser(a_couple().applicant)

        visitor.post("/sign-off")

        assert visitor.get("/my")["Location"].startswith("/identify")


class TestHeldBooking:
    def test_says_until_when_and_gives_the_link_to_pass_on(self):
        couple = a_couple()
        booking = held(couple)

        page = browser(couple.applicant).get(f"/my/{booking.code}")

        assert "已保留时段，等待对方确认" in text(page)
        assert "我们不会联系对方" in text(page)
        assert f'value="{booking.consent.url}"' in html(page)
        assert '<svg role="img" aria-label="给对方的链接的二维码"' in html(page)

    def test_shows_nowhere_what_was_typed_of_the_other(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.applicant)

        for path in ("", "/cancel", "/move"):
            seen = html(visitor.get(f"/my/{booking.code}{path}"))
            for secret in (couple.other.name, couple.other.id_number, couple.other.phone):
                assert secret not in seen

    def test_leads_the_one_who_was_asked_to_the_question(self):
        couple = a_couple()
        booking = held(couple)

        response = browser(couple.partner).get(f"/my/{booking.code}")

        assert response["Location"] == f"/c/{booking.code}/answer"

    def test_is_nothing_for_a_stranger(self):
        booking = held(a_couple())

        for path in ("", "/cancel", "/move", "/voucher", "/voucher.pdf"):
            response = browser(a_couple().applicant).get(f"/my/{booking.code}{path}")
            assert response.status_code == 404


class TestConfirmedBooking:
    def test_says_when_where_who_and_what_to_bring(self):
        couple = a_couple()
        booking = confirmed(couple)

        page = browser(couple.applicant).get(f"/my/{booking.code}")

        assert "预约已生效" in text(page)
        for name in (booking.office.name, *(party.name_masked for party in booking.parties)):
            assert name in text(page)
        assert "结婚证" in text(page)
        assert f'href="/my/{booking.code}/voucher"' in html(page)
        assert "改时间和取消，最晚到" in text(page)

    def test_neither_sees_the_others_telephone_name_or_number(self):
        couple = a_couple()
        booking = confirmed(couple)

        for me, other in ((couple.applicant, couple.other), (couple.partner, couple.one)):
            for path in (f"/my/{booking.code}", f"/my/{booking.code}/voucher", "/my"):
                seen = html(browser(me).get(path))
                for secret in (other.name, other.phone, other.id_number):
                    assert secret not in seen

    def test_title_says_neither_what_for_nor_who(self):
        couple = a_couple()
        booking = confirmed(couple)
        visitor = browser(couple.applicant)

        for path in ("", "/cancel", "/move", "/voucher"):
            seen = title(visitor.get(f"/my/{booking.code}{path}"))
            assert "预约" in seen
            assert "离婚" not in seen
            assert "*" not in seen

    def test_after_the_cut_off_it_names_the_telephone_instead_of_links(self):
        couple = a_couple()
        booking = confirmed(couple)
        clock.move_to(clock.now() + WEEK - DAY)
        visitor = browser(couple.applicant)

        page = visitor.get(f"/my/{booking.code}")

        assert "如果来不了，请给登记处打电话" in text(page)
        assert f"/my/{booking.code}/cancel" not in html(page)
        for path in ("cancel", "move"):
            assert visitor.get(f"/my/{booking.code}/{path}")["Location"] == f"/my/{booking.code}"

    def test_a_service_for_one_speaks_to_one(self):
        couple = a_couple()
        slot = a_coming_slot(service=Service.REPLACEMENT)
        booking = hold(couple, slot, at=clock.now())

        seen = text(browser(couple.applicant).get(f"/my/{booking.code}"))

        assert "请带好证件，按下面的时间到场。" in seen
        assert "双方" not in seen
        assert "离婚" not in seen


class TestEndedBooking:
    def test_each_end_says_what_happened_and_what_can_be_done(self):
        ends = {
            (State.CANCELLED,): "这个预约已经取消",
            (State.CONFIRMED, State.CHECKED_IN): "签到已经完成",
            (State.CONFIRMED, State.CHECKED_IN, State.SERVED): "这次到场已经办完",
            (State.CONFIRMED, State.NO_SHOW): "当天要来的人没有到齐",
            (State.OFFICE_CLOSED,): "登记处这一天不开放",
        }
        for states, said in ends.items():
            couple = a_couple()
            slot = a_coming_slot(service=Service.COUNSELLING)
            booking = hold(couple, slot, at=clock.now())
            force(booking.code, *states)

            seen = text(browser(couple.applicant).get(f"/my/{booking.code}"))

            assert said in seen

    def test_an_application_that_is_done_leads_to_the_case(self):
        couple = a_couple()
        booking = confirmed(couple)
        force(booking.code, State.CHECKED_IN, State.SERVED)

        assert 'href="/my/cases"' in html(browser(couple.partner).get(f"/my/{booking.code}"))

    def test_an_expired_one_can_be_booked_again(self):
        couple = a_couple()
        booking = held(couple)
        clock.move_to(clock.now() + DAY)

        page = browser(couple.applicant).get(f"/my/{booking.code}")

        assert "没有在时限内得到对方确认" in text(page)
        assert 'href="/book/divorce_application"' in html(page)
        assert booking.consent.url not in html(page)

    def test_a_moved_one_leads_to_its_successor(self):
        couple = a_couple()
        booking, slot = held(couple), a_coming_slot()
        moved = reschedule_booking(
            booking.code, by=couple.applicant, at=clock.now(), slot_id=slot.id
        )

        seen = html(browser(couple.applicant).get(f"/my/{booking.code}"))

        assert "这个预约已经改到其他时间" in seen
        assert f'href="/c/{moved.code}/answer"' in seen


class TestCancel:
    def test_asks_first_and_says_what_it_would_do(self):
        couple = a_couple()
        booking = held(couple)

        seen = text(browser(couple.applicant).get(f"/my/{booking.code}/cancel"))

        assert "占号后10分钟以内取消，当作点错了，不计次数。" in seen
        assert "30天内满2次" in seen
        assert state_of(booking.code) is State.HELD

    def test_gives_the_place_back_once(self):
        couple = a_couple()
        booking = confirmed(couple)
        visitor = browser(couple.partner)

        answers = [visitor.post(f"/my/{booking.code}/cancel") for _ in range(2)]

        assert {answer["Location"] for answer in answers} == {f"/my/{booking.code}"}
        assert state_of(booking.code) is State.CANCELLED

    def test_the_other_never_reads_who_cancelled(self):
        couple = a_couple()
        booking = confirmed(couple)
        browser(couple.partner).post(f"/my/{booking.code}/cancel")

        mine = text(browser(couple.partner).get(f"/my/{booking.code}"))
        theirs = text(browser(couple.applicant).get(f"/my/{booking.code}"))

        assert "这个预约已经取消" in theirs
        assert without_whose(mine) == without_whose(theirs)

    def test_too_late_is_said_and_changes_nothing(self):
        couple = a_couple()
        booking = confirmed(couple)
        clock.move_to(clock.now() + WEEK - DAY)

        seen = text(browser(couple.applicant).post(f"/my/{booking.code}/cancel"), 409)

        assert "已经过了可以取消的时间" in seen
        assert state_of(booking.code) is State.CONFIRMED

    def test_a_proof_that_ran_out_leads_back_to_the_question(self):
        booking = held(a_couple())

        response = browser().post(f"/my/{booking.code}/cancel")

        assert response["Location"] == f"/identify?next=%2Fmy%2F{booking.code}%2Fcancel"
        assert state_of(booking.code) is State.HELD
