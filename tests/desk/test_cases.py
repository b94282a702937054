"""A case by the pages: found by a card, withdrawn, registered, refused; and the plan."""

from __future__ import annotations

from datetime import date

import pytest

from heli.cases.models import Case
from heli.cases.planning import plan_office
from heli.ground import clock
from heli.hall.models import Ticket
from heli.hall.roles import StaffRole
from tests.bookings.factories import a_couple, a_slot
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import (
    A_THURSDAY,
    NUMBER,
    Desk,
    led_to,
    logged_in,
    move_to,
    page_of,
)
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

IN_THE_WINDOW = date(2031, 7, 15)
AFTER_THE_SAFE_DAYS = date(2031, 8, 4)  # a Monday; day 60 of A_TUESDAY is the Saturday before
AFTER_DAY_30 = date(2031, 7, 7)  # a Monday; day 30 of A_THURSDAY is the Saturday before


class TestFind:
    def test_by_the_card_of_either_leads_to_the_case_and_the_card_stays_out_of_the_address(self):
        desk = Desk()
        case = desk.accepted()
        number = desk.couple.other.id_number

        page = led_to(desk.clerk.post("/desk/cases", {"id_number": number}))

        assert page == f"{case}?party=partner"
        withdraw = f"{case}/withdraw?party=partner"
        assert withdraw in page_of(desk.clerk.get(page)).addresses

    def test_shows_all_where_there_are_several(self):
        desk = Desk()
        case = desk.accepted()
        desk.clerk.post(f"{case}/withdraw", {"party": "applicant"})
        desk.code = desk.a_booking(desk.couple, hour=15)
        again = desk.accepted()

        found = desk.clerk.post("/desk/cases", {"id_number": desk.couple.one.id_number})

        links = [link for link in page_of(found).addresses if "?party=" in link]
        assert links == [f"{again}?party=applicant", f"{case}?party=applicant"]

    def test_of_somebody_without_a_case_here_says_so(self):
        desk, number = Desk(), a_couple().one.id_number

        answer = desk.clerk.post("/desk/cases", {"id_number": number, "why": "at_the_desk"})

        assert "没有查到这个人的案件" in text(answer)
        assert number not in answer.content.decode().replace(f'value="{number}"', "")
        assert desk.clerk.post("/desk/cases", {"id_number": "1"}).status_code == 422


class TestWithdraw:
    def test_by_either_alone(self):
        desk = Desk()
        case = desk.accepted()

        assert led_to(desk.clerk.post(f"{case}/withdraw", {"party": "partner"})) == case

        assert Case.objects.get().state == "withdrawn"
        assert "这个案件已经结束" in text(desk.clerk.get(case))

    def test_whoever_has_to_wait_gets_a_number_that_names_the_case(self):
        desk = Desk()
        case = desk.accepted()
        numbers = f"/desk/tickets?case={Case.objects.get().id}&service=divorce_withdrawal"
        assert numbers in page_of(desk.clerk.get(case)).addresses

        form = {"service": "divorce_withdrawal", "present": "partner"}
        led_to(desk.clerk.post(numbers, form))

        ticket = Ticket.objects.get(case=Case.objects.get())
        assert (ticket.service, ticket.present) == ("divorce_withdrawal", ["partner"])

    def test_twice_is_refused_beside_the_form(self):
        desk = Desk()
        case = desk.accepted()
        desk.clerk.post(f"{case}/withdraw", {"party": "partner"})

        again = desk.clerk.post(f"{case}/withdraw", {"party": "partner"})

        assert "程序已经终止" in text(again, 409)

    def test_without_saying_who_is_malformed(self):
        desk = Desk()
        case = desk.accepted()

        for fields in ({}, {"party": "both"}):
            assert desk.clerk.post(f"{case}/withdraw", fields).status_code == 422
        assert Case.objects.get().state == "cooling_off"

    def test_in_the_window_says_why_not_and_has_no_form(self):
        desk = Desk()
        case = desk.accepted()
        move_to(IN_THE_WINDOW)
        desk.says_why(case)

        assert "可以撤回的期限已经过了" in text(desk.clerk.get(f"{case}/withdraw"))
        assert 'name="party"' not in desk.clerk.get(f"{case}/withdraw").content.decode()
        late = desk.clerk.post(f"{case}/withdraw", {"party": "partner"})
        assert "可以撤回的期限已经过了" in text(late, 409)

    def test_where_the_readings_differ_each_says_what_it_allows_and_one_is_chosen(self):
        desk = Desk(today=A_THURSDAY)
        case = desk.accepted()
        assert 'name="reading"' not in desk.clerk.get(f"{case}/withdraw").content.decode()
        move_to(AFTER_DAY_30)
        desk.says_why(case)

        shown = text(desk.clerk.get(f"{case}/withdraw"))
        unsaid = desk.clerk.post(f"{case}/withdraw", {"party": "partner"})
        refused = desk.clerk.post(
            f"{case}/withdraw", {"party": "partner", "reading": "nothing_moves"}
        )

        assert "冷静期到 7月7日（周一），今天可以撤回" in shown
        assert "冷静期到 7月5日（周六），今天不能撤回" in shown
        assert (unsaid.status_code, refused.status_code) == (422, 422)
        assert Case.objects.get().state == "cooling_off"
        default = {"party": "partner", "reading": "default_weekends_and_notice_days"}
        led_to(desk.clerk.post(f"{case}/withdraw", default))
        assert Case.objects.get().ended_reading == default["reading"]


class TestRegister:
    def test_with_both_here_by_a_ticket_of_the_case(self):
        desk = Desk()
        case = desk.accepted()
        move_to(IN_THE_WINDOW)
        desk.both_come_again(case)
        assert f"{case}/register" in page_of(desk.clerk.get("/desk/today")).addresses

        assert led_to(desk.clerk.post(f"{case}/register", {"certificate_number": NUMBER})) == case

        assert Case.objects.get().certificate_number == NUMBER
        assert "已登记" in text(desk.clerk.get(case))

    def test_without_both_the_page_warns_and_the_service_refuses(self):
        desk = Desk()
        case = desk.accepted()
        move_to(IN_THE_WINDOW)
        desk.says_why(case)

        assert "两个人还没有都签到" in text(desk.clerk.get(f"{case}/register"))
        answer = desk.clerk.post(f"{case}/register", {"certificate_number": NUMBER})

        assert "还没有都签到，不能登记" in text(answer, 409)
        assert Case.objects.get().certificate_number is None

    def test_a_number_that_is_none_is_refused_beside_its_field(self):
        desk = Desk()
        case = desk.accepted()
        move_to(IN_THE_WINDOW)
        desk.both_come_again(case)

        answer = desk.clerk.post(f"{case}/register", {"certificate_number": "1"})

        assert "id_certificate_number_error" in page_of(answer, 422).ids

    def test_in_the_cooling_off_says_when_and_has_no_form(self):
        desk = Desk()
        case = desk.accepted()

        assert "可以登记的日子是 7月4日（周五） 至 8月2日（周六）" in text(
            desk.clerk.get(f"{case}/register")
        )
        answer = desk.clerk.post(f"{case}/register", {"certificate_number": NUMBER})
        assert "不在可以领证的日期之内" in text(answer, 409)

    def test_where_the_readings_differ_one_is_chosen_and_recorded(self):
        desk = Desk()
        case = desk.accepted()
        move_to(AFTER_THE_SAFE_DAYS)
        desk.both_come_again(case)
        shown = text(desk.clerk.get(f"{case}/register"))
        fields = {"certificate_number": NUMBER}

        assert "领证期 7月4日（周五） 至 8月2日（周六），今天不能登记" in shown
        assert desk.clerk.post(f"{case}/register", fields).status_code == 422
        reading = "default_weekends_and_notice_days"
        led_to(desk.clerk.post(f"{case}/register", {**fields, "reading": reading}))

        assert Case.objects.get().ended_reading == reading


class TestRefuse:
    def test_in_the_window_with_the_reason(self):
        desk = Desk()
        case = desk.accepted()
        move_to(IN_THE_WINDOW)
        desk.says_why(case)

        assert desk.clerk.post(f"{case}/refuse", {"reason": " "}).status_code == 422
        led_to(desk.clerk.post(f"{case}/refuse", {"reason": "协议内容不完整"}))

        assert Case.objects.get().refusal_reason == "协议内容不完整"


class TestWhoseCase:
    @pytest.mark.parametrize("verb", ["", "/withdraw", "/register", "/refuse"])
    def test_another_offices_is_not_found(self, verb):
        case, other = Desk().accepted(), Desk()

        assert "没有找到" in text(other.clerk.get(case + verb), 404)
        assert other.clerk.get(f"/desk/cases/x{verb}").status_code == 404


class TestPlan:
    def test_says_for_each_day_what_limits_it(self):
        office = an_open_office()
        move_to(date(2031, 6, 3))
        for day in (10, 11):
            starts_at = clock.moment_of(date(2031, 6, day))
            a_slot(office=office, starts_at=starts_at, places=5)
        plan_office(office.id, at=clock.now())

        shown = text(logged_in(StaffRole.MANAGER, office).get("/desk/plan"))

        assert "领证号不够" in shown
        assert "可用的领证号 0 个" in shown

    def test_before_it_was_computed_it_says_so(self):
        browser = logged_in(StaffRole.MANAGER, an_open_office())

        assert "还没有算出计划" in text(browser.get("/desk/plan"))
