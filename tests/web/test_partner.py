"""The other spouse behind the link: before, during and after their choice."""

from __future__ import annotations

import re

import pytest

from heli.bookings.services import cancel_booking, reschedule_booking
from heli.bookings.states import State
from heli.ground import clock
from tests.bookings.factories import DAY, a_couple, state_of
from tests.web.visitors import (
    a_coming_slot,
    browser,
    confirmed,
    held,
    html,
    text,
    title,
)

pytestmark = pytest.mark.usefixtures("database")


class TestLink:
    def test_is_the_same_for_every_code_but_for_the_address_itself(self):
        code = held(a_couple()).code

        pages = {
            html(browser().get(f"/c/{path}")).replace(path, "")
            for path in (code, "ACDE23467999", "x1y2")
        }

        assert len(pages) == 1

    def test_says_nothing_of_what_is_behind_it(self):
        couple = a_couple()
        booking = held(couple)

        for visitor in (browser(), browser(couple.partner), browser(a_couple().applicant)):
            seen = html(visitor.get(f"/c/{booking.code}"))

            assert "有人请您确认一项政务预约" in seen
            for secret in ("离婚", booking.office.name, couple.one.name, couple.other.name):
                assert secret not in seen

    def test_on_the_telephone_of_the_one_who_asks_the_other_can_prove_who_they_are(self):
        couple = a_couple()
        code = held(couple).code
        shared = browser(couple.applicant)
        assert "如果那不是您，请先退出" not in text(browser().get(f"/c/{code}"))
        seen = shared.get(f"/c/{code}")
        assert "如果那不是您，请先退出" in text(seen)
        [way_on] = re.findall(r'name="next" value="([^"]+)"', html(seen))

        response = shared.post("/sign-off", {"next": way_on})
        to_answer = shared.get(response["Location"])
        to_check = shared.get(to_answer["Location"])

        assert to_check["Location"] == f"/identify?next=%2Fc%2F{code}%2Fanswer"

    def test_what_is_written_into_the_address_stays_text(self):
        seen = html(browser().get("/c/%3Cscript%3Ealert(1)%00"))

        assert "<script>alert" not in seen

    def test_leads_through_the_check_and_back(self):
        code = held(a_couple()).code
        visitor = browser()

        to_answer = visitor.get(f"/c/{code}?go")
        to_check = visitor.get(to_answer["Location"])

        assert to_answer["Location"] == f"/c/{code}/answer"
        assert to_check["Location"] == f"/identify?next=%2Fc%2F{code}%2Fanswer"


class TestAnswer:
    def test_says_what_is_asked_by_whom_and_what_each_choice_does(self):
        couple = a_couple()
        booking = held(couple)

        seen = text(browser(couple.partner).get(f"/c/{booking.code}/answer"))

        assert "离婚登记申请" in seen
        assert booking.office.name in seen
        assert booking.parties[0].name_masked in seen
        assert "预约只是排一个到场办理的时间，不等于离婚。" in seen
        assert "两次一起到场" in seen
        assert "对方会看到您没有同意" in seen
        assert "对方只会看到没有在时限内确认" in seen
        assert "可以先做婚姻家庭辅导，或者向人民法院起诉" in seen

    def test_shows_neither_what_was_typed_of_them_nor_what_the_asker_told(self):
        couple = a_couple()
        booking = held(couple)

        seen = html(browser(couple.partner).get(f"/c/{booking.code}/answer"))

        for secret in (couple.one.name, couple.other.name, couple.one.phone, couple.one.id_number):
            assert secret not in seen

    def test_title_gives_nothing_away(self):
        couple = a_couple()
        booking = held(couple)

        assert title(browser(couple.partner).get(f"/c/{booking.code}/answer")) == "确认一项预约"

    def test_a_wrong_person_reads_the_same_as_for_no_booking(self):
        code, stranger = held(a_couple()).code, a_couple().partner
        visitor = browser(stranger)

        wrong = html(visitor.get(f"/c/{code}/answer"), 404)
        nothing = html(visitor.get("/c/ACDE23467999/answer"), 404)

        assert wrong.replace(code, "") == nothing.replace("ACDE23467999", "")
        assert "没有找到" in wrong

    def test_the_applicant_is_led_to_their_own_page(self):
        couple = a_couple()
        booking = held(couple)

        response = browser(couple.applicant).get(f"/c/{booking.code}/answer")

        assert response["Location"] == f"/my/{booking.code}"

    def test_after_the_deadline_it_says_calmly_that_it_is_over(self):
        couple = a_couple()
        booking = held(couple)
        clock.move_to(clock.now() + DAY)
        visitor = browser(couple.partner)

        response = visitor.get(f"/c/{booking.code}/answer")
        seen = text(visitor.get(response["Location"]))

        assert "这个请求已经过了时限" in seen
        assert "您不用再做什么" in seen

    def test_after_the_other_moved_it_leads_on_to_the_new_time(self):
        couple = a_couple()
        booking = held(couple)
        slot = a_coming_slot()
        successor = reschedule_booking(
            booking.code, by=couple.applicant, at=clock.now(), slot_id=slot.id
        )
        visitor = browser(couple.partner)

        seen = html(visitor.get(f"/c/{booking.code}/answer", follow=True))

        assert "这个请求已经换了时间" in seen
        assert f'href="/c/{successor.code}/answer"' in seen

    def test_speaks_english(self):
        couple = a_couple()
        booking = held(couple)

        seen = html(browser(couple.partner, "en").get(f"/c/{booking.code}/answer"))

        assert f'<span lang="zh">{booking.office.name}</span>' in seen
        assert '<html lang="en"' in seen


class TestAgree:
    def test_confirms_the_booking_and_leads_to_it(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.partner)

        response = visitor.post(f"/c/{booking.code}/agree")

        assert response.status_code == 302
        assert response["Location"] == f"/my/{booking.code}"
        assert state_of(booking.code) is State.CONFIRMED
        assert "预约已生效" in text(visitor.get(response["Location"]))

    def test_a_second_tap_changes_nothing(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.partner)

        answers = [visitor.post(f"/c/{booking.code}/agree") for _ in range(2)]

        assert {answer["Location"] for answer in answers} == {f"/my/{booking.code}"}

    def test_too_late_is_said_and_changes_nothing(self):
        couple = a_couple()
        booking = held(couple)
        clock.move_to(clock.now() + DAY)

        seen = text(browser(couple.partner).post(f"/c/{booking.code}/agree"), 409)

        assert "时限已过" in seen

    def test_a_proof_that_ran_out_leads_back_to_the_question(self):
        booking = held(couple := a_couple())

        to_check = browser().post(f"/c/{booking.code}/agree")
        back = browser(couple.partner).get(f"/c/{booking.code}/agree")

        assert to_check["Location"] == f"/identify?next=%2Fc%2F{booking.code}%2Fagree"
        assert back["Location"] == f"/c/{booking.code}/answer"
        assert state_of(booking.code) is State.HELD

    def test_a_form_from_elsewhere_is_refused(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.partner)
        visitor.handler.enforce_csrf_checks = True

        assert visitor.post(f"/c/{booking.code}/agree").status_code == 403
        assert state_of(booking.code) is State.HELD


class TestBothStartAtOnce:
    def test_agreeing_asks_first_whether_to_give_back_ones_own(self):
        couple = a_couple()
        theirs, own = held(couple), held(couple.swapped())

        seen = html(browser(couple.partner).post(f"/c/{theirs.code}/agree"), 409)

        assert "什么都没有改变" in seen
        assert 'name="give_back_own" value="1"' in seen
        assert f'href="/my/{own.code}"' in seen
        assert state_of(theirs.code) is State.HELD
        assert state_of(own.code) is State.HELD

    def test_saying_yes_confirms_theirs_and_gives_back_mine(self):
        couple = a_couple()
        theirs, own = held(couple), held(couple.swapped())

        response = browser(couple.partner).post(f"/c/{theirs.code}/agree", {"give_back_own": "1"})

        assert response["Location"] == f"/my/{theirs.code}"
        assert state_of(theirs.code) is State.CONFIRMED
        assert state_of(own.code) is State.CANCELLED

    def test_a_booking_with_somebody_else_is_not_given_back(self):
        couple, rival = a_couple(), a_couple()
        theirs = held(couple)
        confirmed(type(couple)(couple.other, rival.other))

        seen = text(browser(couple.partner).post(f"/c/{theirs.code}/agree"), 409)

        assert "已经有一个有效的预约" in seen


class TestDecline:
    def test_asks_first_and_says_what_the_other_will_see(self):
        couple = a_couple()
        booking = held(couple)

        seen = text(browser(couple.partner).get(f"/c/{booking.code}/decline"))

        assert "对方会看到您没有同意" in seen
        assert "可以先不处理" in seen
        assert state_of(booking.code) is State.HELD

    def test_ends_the_booking_and_says_so_to_each_in_their_words(self):
        couple = a_couple()
        booking = held(couple)
        visitor = browser(couple.partner)

        answers = [visitor.post(f"/c/{booking.code}/decline") for _ in range(2)]

        assert {answer["Location"] for answer in answers} == {f"/my/{booking.code}"}
        assert state_of(booking.code) is State.DECLINED
        assert "您没有同意这次预约" in text(visitor.get(f"/my/{booking.code}"))
        other = text(browser(couple.applicant).get(f"/my/{booking.code}"))
        assert "对方没有同意" in other
        assert "或向人民法院起诉" in other

    def test_the_page_of_an_answered_one_leads_to_the_booking(self):
        couple = a_couple()
        booking = confirmed(couple)

        response = browser(couple.partner).get(f"/c/{booking.code}/decline")

        assert response["Location"] == f"/my/{booking.code}"


class TestNotMe:
    def test_the_request_leaves_the_list_and_the_asker_learns_nothing(self):
        couple = a_couple()
        booking = held(couple)
        visitor, asker = browser(couple.partner), browser(couple.applicant)
        before = html(asker.get(f"/my/{booking.code}"))

        response = visitor.post(f"/c/{booking.code}/not-me")
        seen = html(visitor.get(response["Location"]))

        assert "已经从您的列表里移走" in seen
        assert booking.code not in seen
        assert without_secret(html(asker.get(f"/my/{booking.code}"))) == without_secret(before)

    def test_opened_by_its_address_it_leads_back_to_the_question(self):
        couple = a_couple()
        booking = held(couple)

        response = browser(couple.partner).get(f"/c/{booking.code}/not-me")

        assert response["Location"] == f"/c/{booking.code}/answer"

    def test_a_stranger_finds_nothing(self):
        booking = held(a_couple())

        assert browser(a_couple().partner).post(f"/c/{booking.code}/not-me").status_code == 404


def test_a_cancelled_request_is_over_for_the_one_who_was_asked():
    couple = a_couple()
    booking = held(couple)
    cancel_booking(booking.code, by=couple.applicant, at=clock.now())

    seen = text(browser(couple.partner).get(f"/c/{booking.code}/answer", follow=True))

    assert "这个预约已经取消" in seen


def without_secret(page: str) -> str:
    """The page without the value that protects its forms, which is new each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
