"""Moving a booking: a held one at once, a confirmed one when the other agrees."""

from __future__ import annotations

import pytest

from heli.bookings.queries import booking_view
from heli.bookings.services import reschedule_booking
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.law.services import Service
from tests.bookings.factories import HOUR, a_couple, an_office, hold, state_of, taken
from tests.web.visitors import WEEK, a_coming_slot, browser, confirmed, held, html, text

pytestmark = pytest.mark.usefixtures("database")


class TestMove:
    def test_shows_free_times_of_the_same_office_and_service(self):
        couple, office = a_couple(), an_office()
        nine = clock.moment_of(clock.day_of(clock.now() + WEEK)) + 9 * HOUR
        booking = held(couple, a_coming_slot(office=office, starts_at=nine))
        other = a_coming_slot(office=office, starts_at=nine + HOUR)
        marriage = a_coming_slot(office=office, service=Service.MARRIAGE)

        seen = html(browser(couple.applicant).get(f"/my/{booking.code}/move"))

        assert office.name in seen
        assert f'value="{other.id}"' in seen
        assert f'value="{marriage.id}"' not in seen

    def test_another_office_can_be_chosen(self):
        couple, elsewhere = a_couple(), an_office()
        booking = held(couple)
        slot = a_coming_slot(office=elsewhere)
        visitor = browser(couple.applicant)

        assert f'href="?office={elsewhere.id}"' in html(visitor.get(f"/my/{booking.code}/move"))
        seen = html(visitor.get(f"/my/{booking.code}/move?office={elsewhere.id}"))

        assert f'value="{slot.id}"' in seen

    def test_a_held_one_moves_at_once_and_gets_a_new_code(self):
        couple = a_couple()
        booking, slot = held(couple), a_coming_slot()
        visitor = browser(couple.applicant)

        answers = [visitor.post(f"/my/{booking.code}/move", {"slot": slot.id}) for _ in range(2)]

        (goal,) = {answer["Location"] for answer in answers}
        assert goal != f"/my/{booking.code}"
        assert "已保留时段，等待对方确认" in text(visitor.get(goal))
        assert taken(slot) == 1

    def test_a_confirmed_one_waits_for_the_other_and_keeps_its_time(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        visitor = browser(couple.partner)

        before = text(visitor.get(f"/my/{booking.code}/move"))
        response = visitor.post(f"/my/{booking.code}/move", {"slot": slot.id})
        seen = text(visitor.get(response["Location"]))

        assert "改时间要对方同意。对方同意以前，原来的时间一直有效" in before
        assert response["Location"] == f"/my/{booking.code}"
        assert "改时间，等对方答复" in seen
        assert state_of(booking.code) is State.CONFIRMED

    def test_a_full_time_is_said_beside_the_others_and_nothing_changes(self):
        couple = a_couple()
        booking, full = held(couple), a_coming_slot(places=1)
        held(a_couple(), full)

        seen = text(
            browser(couple.applicant).post(f"/my/{booking.code}/move", {"slot": full.id}), 409
        )

        assert "刚刚约满" in seen
        assert "改到哪一天？" in seen
        assert state_of(booking.code) is State.HELD

    def test_the_time_it_has_is_no_move(self):
        couple, slot = a_couple(), a_coming_slot()
        booking = held(couple, slot)

        seen = text(
            browser(couple.applicant).post(f"/my/{booking.code}/move", {"slot": slot.id}), 422
        )

        assert "这就是现在的时间" in seen

    @pytest.mark.parametrize("slot", ["", "x", "-1", "9" * 30, "123456789"])
    def test_what_is_no_slot_is_not_found(self, slot):
        couple = a_couple()
        booking = held(couple)

        response = browser(couple.applicant).post(f"/my/{booking.code}/move", {"slot": slot})

        assert response.status_code == 404
        assert state_of(booking.code) is State.HELD

    def test_what_cannot_be_moved_leads_to_the_booking(self):
        couple = a_couple()
        asked = held(couple)

        response = browser(couple.partner).get(f"/my/{asked.code}/move")

        assert response["Location"] == f"/my/{asked.code}"

    def test_one_person_alone_moves_at_once(self):
        couple = a_couple()
        booking = hold(couple, a_coming_slot(service=Service.REPLACEMENT), at=clock.now())
        slot = a_coming_slot(service=Service.REPLACEMENT)
        visitor = browser(couple.applicant)

        before = text(visitor.get(f"/my/{booking.code}/move"))
        visitor.post(f"/my/{booking.code}/move", {"slot": slot.id})

        assert "选好以后马上改，编号不变" in before
        moved = booking_view(booking.code, by=couple.applicant, at=clock.now())
        assert moved.slot.id == slot.id


class TestProposedMove:
    def test_stands_beside_the_old_time_for_both_and_asks_one(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        propose(couple, booking.code, slot.id)

        asked = html(browser(couple.partner).get(f"/my/{booking.code}"))
        asker = html(browser(couple.applicant).get(f"/my/{booking.code}"))

        for page in (asked, asker):
            assert "现在的时间" in page
            assert slot.office.name in page
            assert booking.office.name in page
        assert f'action="/c/{booking.code}/agree"' in asked
        assert f'action="/c/{booking.code}/agree"' not in asker
        assert f'href="/my/{booking.code}/move"' not in asked
        assert "改期等您答复" in html(browser(couple.partner).get("/my"))

    def test_agreeing_moves_it(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        propose(couple, booking.code, slot.id)

        response = browser(couple.partner).post(f"/c/{booking.code}/agree")

        assert response["Location"] == f"/my/{booking.code}"
        moved = booking_view(booking.code, by=couple.partner, at=clock.now())
        assert moved.slot.id == slot.id
        assert moved.proposal is None

    def test_declining_keeps_the_old_time(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        propose(couple, booking.code, slot.id)

        asked = text(browser(couple.partner).get(f"/c/{booking.code}/decline"))
        browser(couple.partner).post(f"/c/{booking.code}/decline")

        assert "原来的时间不变" in asked
        stands = booking_view(booking.code, by=couple.partner, at=clock.now())
        assert stands.slot == booking.slot
        assert stands.proposal is None

    def test_the_asker_may_choose_again_and_the_other_answers_first(self):
        couple = a_couple()
        booking, slot = confirmed(couple), a_coming_slot()
        propose(couple, booking.code, slot.id)

        asker = text(browser(couple.applicant).get(f"/my/{booking.code}/move"))
        asked = browser(couple.partner).get(f"/my/{booking.code}/move")

        assert "再选一个，会代替它" in asker
        assert asked["Location"] == f"/my/{booking.code}"


def propose(couple, code: str, slot_id: int) -> None:
    view = reschedule_booking(code, by=couple.applicant, at=clock.now(), slot_id=slot_id)
    assert view.proposal.asked_by is Role.APPLICANT
