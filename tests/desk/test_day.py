"""The day's table and the verbs of the hall: check-in, tickets, calling, outcomes; by the pages."""

from __future__ import annotations

import pytest

from heli.bookings.models import Booking
from heli.bookings.vouchers import qr_text
from heli.cases.models import Case
from heli.ground import clock
from heli.hall.models import CheckIn, Outcome, StaffReading, Ticket
from heli.hall.roles import StaffRole
from heli.law.services import Service
from tests.bookings.factories import a_couple
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import A_TUESDAY, Desk, led_to, logged_in, move_to, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")


def cards(couple) -> dict[str, str]:
    """What is read of both cards."""
    return {
        "name_1": couple.one.name,
        "id_number_1": couple.one.id_number,
        "name_2": couple.other.name,
        "id_number_2": couple.other.id_number,
    }


class TestToday:
    def test_shows_time_both_masked_state_and_what_is_next(self):
        desk = Desk()
        move_to(A_TUESDAY, 12)

        shown = text(desk.clerk.get("/desk/today"))

        for name in (desk.couple.one.name, desk.couple.other.name):
            assert name not in shown
            assert name[0] + "*" * (len(name) - 1) in shown
        assert "12:00" in shown
        assert f"/desk/checkin?code={desk.code}" in page_of(desk.clerk.get("/desk/today")).addresses

    def test_says_states_in_words_as_the_day_goes_on(self):
        desk = Desk()
        words = []

        for deed in (
            lambda: move_to(A_TUESDAY, 11),
            lambda: move_to(A_TUESDAY, 13),
            lambda: desk.check_in("applicant"),
            lambda: desk.check_in("partner"),
            lambda: desk.clerk.post("/desk/call", {"window": "2号窗"}),
            desk.accepted,
        ):
            deed()
            shown = text(desk.clerk.get("/desk/today"))
            row = shown[shown.index("离婚登记申请") :]
            words += [
                word
                for word in (
                    "未到，已过60分钟", "未到", "一方已到", "等候叫号", "已叫号到2号窗", "已办理",
                )
                if word in row
            ][:1]  # fmt: skip

        assert words == [
            "未到", "未到，已过60分钟", "一方已到", "等候叫号", "已叫号到2号窗", "已办理",
        ]  # fmt: skip

    def test_is_empty_in_words(self):
        move_to(A_TUESDAY)
        browser = logged_in(StaffRole.GUIDE, an_open_office())

        assert "今天还没有预约" in text(browser.get("/desk/today"))

    def test_of_another_office_is_not_shown(self):
        desk, other = Desk(), Desk()

        shown = desk.clerk.get("/desk/today").content.decode()

        assert desk.code in shown
        assert other.code not in shown

    def test_offers_a_guide_only_what_a_guide_may(self):
        desk = Desk()
        desk.check_in()
        guide, clerk = desk.browser(StaffRole.GUIDE), desk.clerk
        outcome = f"/desk/bookings/{desk.code}/outcome"

        assert outcome in page_of(clerk.get("/desk/today")).addresses
        offered = page_of(guide.get("/desk/today")).addresses
        assert not {outcome, "/desk/cases", "/desk/plan"} & set(offered)


class TestCheckIn:
    def test_by_the_code_of_both(self):
        desk = Desk()

        assert led_to(desk.check_in()) == f"/desk/today?booking={desk.code}"

        assert Booking.objects.get(code=desk.code).state == "checked_in"
        assert "排队号是 1 号，前面还有 0 个号。" in text(
            desk.clerk.get(f"/desk/today?booking={desk.code}")
        )

    def test_by_the_text_of_the_vouchers_qr_code_of_one(self):
        desk = Desk()
        starts_at = Booking.objects.get(code=desk.code).slot.starts_at
        scanned = {"shown": qr_text(desk.code, starts_at), "present": "partner"}

        page = led_to(desk.browser(StaffRole.GUIDE).post("/desk/checkin", scanned))

        assert CheckIn.objects.get().role == "partner"
        assert "一方已经签到" in text(desk.clerk.get(page))

    def test_names_the_two_where_the_booking_is_known(self):
        desk = Desk()
        name = desk.couple.other.name

        shown = text(desk.clerk.get(f"/desk/checkin?code={desk.code}"))

        assert f"只有{name[0]}{'*' * (len(name) - 1)}到了" in shown
        assert name not in shown

    @pytest.mark.parametrize(
        "shown", ["", "12", "HELI1.x.y.z", "HELI1.ACDE23467999.20310603.1.AAAA", "<b>", "é" * 400]
    )
    def test_what_is_no_code_is_refused_beside_the_form(self, shown):
        desk = Desk()

        answer = desk.clerk.post("/desk/checkin", {"shown": shown, "present": "all"})

        assert "没有提交，什么都没有改变。" in text(answer, 422)
        assert page_of(answer, 422).h1 == ["签到"]
        assert CheckIn.objects.count() == 0

    def test_of_another_day_or_office_is_refused_beside_the_form(self):
        desk, other = Desk(), Desk()
        shown = {"shown": desk.code, "present": "all"}

        assert "没有找到" in text(other.clerk.post("/desk/checkin", shown), 404)
        move_to(A_TUESDAY.replace(day=4))
        assert "今天不能签到" in text(desk.clerk.post("/desk/checkin", shown), 409)


class TestTicket:
    def test_for_a_walk_in_and_called_to_a_window_that_is_remembered(self):
        desk = Desk()
        guide = desk.browser(StaffRole.GUIDE)

        page = led_to(guide.post("/desk/tickets", {"service": "counselling", "present": "all"}))
        assert "排队号是 1 号" in text(guide.get(page))
        page = led_to(guide.post("/desk/call", {"window": "2号窗"}))

        assert "请 1 号到2号窗。" in text(guide.get(page))
        assert "叫下一个号到2号窗" in text(guide.get("/desk/today"))
        assert Ticket.objects.get().window == "2号窗"

    def test_a_second_click_on_the_page_that_came_calls_nobody_else(self):
        desk = Desk()
        for _ in range(2):
            desk.clerk.post("/desk/tickets", {"service": "counselling", "present": "all"})

        pages = {led_to(desk.clerk.post("/desk/call", {"window": "2号窗"})) for _ in range(2)}

        assert len(pages) == 1
        assert "请 1 号到2号窗。" in text(desk.clerk.get(pages.pop()))
        assert Ticket.objects.filter(state="waiting").count() == 1

    def test_is_not_called_where_nobody_waits(self):
        answer = Desk().clerk.post("/desk/call", {"window": ""})

        assert "现在没有人在等候叫号。" in text(answer, 404)

    @pytest.mark.parametrize(
        "fields", [{}, {"service": "adoption", "present": "all"}, {"service": "marriage"}]
    )
    def test_for_nothing_that_there_is_is_refused(self, fields):
        assert Desk().clerk.post("/desk/tickets", fields).status_code == 422
        assert Ticket.objects.count() == 0

    def test_for_a_case_that_is_not_here_is_not_found(self):
        case = Desk().accepted()
        path = f"/desk/tickets?case={case.rpartition('/')[2]}"

        assert Desk().clerk.get(path).status_code == 404
        assert Desk().clerk.get("/desk/tickets?case=x").status_code == 404


class TestOutcomeOfABooking:
    def test_accepted_leads_to_the_couples_case(self):
        desk = Desk()

        shown = text(desk.clerk.get(desk.accepted()))

        assert "6月3日" in shown
        assert "第二次到场" in shown
        assert Outcome.objects.get().result == "accepted"
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("result", ["refused", "not_ready", "served"])
    def test_anything_else_is_recorded_with_its_reason(self, result):
        desk = Desk()
        desk.check_in()

        page = led_to(
            desk.clerk.post(
                f"/desk/bookings/{desk.code}/outcome", {"result": result, "reason": "缺结婚证"}
            )
        )

        assert "结果已经记录。" in text(desk.clerk.get(page))
        assert (Outcome.objects.get().result, Outcome.objects.get().reason) == (result, "缺结婚证")

    def test_before_both_are_in_is_refused_beside_the_form(self):
        desk = Desk()
        desk.check_in("partner")

        answer = desk.clerk.post(
            f"/desk/bookings/{desk.code}/outcome", {"result": "accepted", "reason": ""}
        )

        assert "还没有全部签到" in text(answer, 409)
        assert Outcome.objects.count() == 0

    def test_offers_acceptance_for_an_application_alone(self):
        desk = Desk(service=Service.COUNSELLING)
        path = f"/desk/bookings/{desk.code}/outcome"
        desk.check_in()

        assert "受理，开具回执单" not in text(desk.clerk.get(path))
        assert desk.clerk.post(path, {"result": "accepted"}).status_code == 422

    def test_of_a_second_visit_is_never_that_something_was_done(self):
        desk = Desk()
        desk.accepted()
        visit = Booking.objects.get(certificate_place__case=Case.objects.get())
        clock.move_to(visit.starts_at)
        led_to(desk.clerk.post("/desk/checkin", {"shown": visit.code, "present": "all"}))
        path = f"/desk/bookings/{visit.code}/outcome"

        shown = text(desk.clerk.get(path))
        done = desk.clerk.post(path, {"result": "served"})
        led_to(desk.clerk.post(path, {"result": "not_ready"}))

        assert "发证请用“登记发证”：这里记录的结果不登记离婚，案件照旧。" in shown
        assert "回执单" not in shown
        assert done.status_code == 422
        assert Case.objects.get().state in ("cooling_off", "window_open")

    def test_that_it_was_looked_at_is_on_record(self):
        desk = Desk()

        desk.clerk.get(f"/desk/bookings/{desk.code}/outcome")

        assert StaffReading.objects.filter(what="record_outcome").count() == 1


class TestOutcomeOfATicket:
    def outcome(self, desk: Desk, **fields: str):
        """The answer to the form for a couple that walked in for an application."""
        led_to(
            desk.clerk.post("/desk/tickets", {"service": "divorce_application", "present": "all"})
        )
        path = f"/desk/tickets/{Ticket.objects.get().id}/outcome"
        return desk.clerk.post(path, fields)

    def test_accepted_with_both_cards_opens_a_case(self):
        desk, couple = Desk(), a_couple()

        page = led_to(self.outcome(desk, result="accepted", **cards(couple)))

        assert couple.one.name[0] in text(desk.clerk.get(page))
        assert Case.objects.count() == 1

    def test_accepted_with_one_card_or_half_of_one_is_refused(self):
        desk, couple = Desk(), a_couple()
        one = {"name_1": couple.one.name, "id_number_1": couple.one.id_number}

        assert "要读取两个人的证件" in text(self.outcome(desk, result="accepted", **one), 422)
        Ticket.objects.all().delete()
        half = cards(couple) | {"id_number_2": ""}
        assert "请填写这一项" in text(self.outcome(desk, result="accepted", **half), 422)
        assert Case.objects.count() == 0

    def test_for_one_who_leaves_without_anything_needs_no_card(self):
        desk = Desk()

        led_to(self.outcome(desk, result="not_ready", reason="要再想一想"))

        assert Outcome.objects.get().result == "not_ready"

    def test_of_a_bookings_ticket_leads_to_the_booking(self):
        desk = Desk()
        desk.check_in()

        page = led_to(desk.clerk.get(f"/desk/tickets/{Ticket.objects.get().id}/outcome"))

        assert page == f"/desk/bookings/{desk.code}/outcome"

    @pytest.mark.parametrize("ticket_id", ["0", "99", "x", "9" * 18, "9" * 30, "-1", "１"])
    def test_of_none_is_not_found(self, ticket_id):
        assert Desk().clerk.get(f"/desk/tickets/{ticket_id}/outcome").status_code == 404
