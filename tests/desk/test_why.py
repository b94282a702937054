"""Saying why by the pages: asked when it is needed, and back to where one was."""

from __future__ import annotations

from datetime import date

import pytest

from heli.hall.models import StaffReading
from heli.hall.roles import StaffRole
from tests.desk.staff_browsers import Desk, led_to, move_to, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

ANOTHER_DAY = date(2031, 6, 12)


class TestWhy:
    def test_is_asked_for_a_case_of_another_day_and_leads_back(self):
        desk = Desk()
        case = desk.accepted()
        move_to(ANOTHER_DAY)

        page = led_to(desk.clerk.get(f"{case}/withdraw?party=partner"))
        assert page.startswith(f"{case}/why?next=")
        assert page_of(desk.clerk.get(page)).h1 == ["不是今天的来访"]
        assert desk.clerk.post(page, {}).status_code == 422
        assert desk.clerk.post(page, {"why": "curious"}).status_code == 422

        back = led_to(desk.clerk.post(page, {"why": "telephone"}))

        assert back == f"{case}/withdraw?party=partner"
        assert desk.clerk.get(back).status_code == 200
        assert StaffReading.objects.filter(why="telephone").count() == 1

    def test_is_asked_for_a_booking_of_another_day(self):
        desk = Desk()
        move_to(ANOTHER_DAY)
        path = f"/desk/checkin?code={desk.code}"

        page = led_to(desk.clerk.get(path))

        assert page.startswith(f"/desk/bookings/{desk.code}/why?next=")
        assert led_to(desk.clerk.post(page, {"why": "inquiry"})) == path
        assert desk.clerk.get(path).status_code == 200

    def test_is_asked_beside_the_search_and_the_case_is_open_then(self):
        desk = Desk()
        case = desk.accepted()
        move_to(ANOTHER_DAY)
        fields = {"id_number": desk.couple.one.id_number}

        unsaid = desk.clerk.post("/desk/cases", fields)
        assert "今天没有这个人来访的记录" in text(unsaid, 422)
        assert "id_why_error" in page_of(unsaid, 422).ids
        found = led_to(desk.clerk.post("/desk/cases", {**fields, "why": "at_the_desk"}))

        assert found == f"{case}?party=applicant"
        assert desk.clerk.get(found).status_code == 200

    def test_of_a_guide_and_of_another_office_is_no_way_in(self):
        desk, other = Desk(), Desk()
        case = desk.accepted()

        guide = desk.browser(StaffRole.GUIDE)
        assert guide.post(f"{case}/why", {"why": "inquiry"}).status_code == 403
        for path in (f"{case}/why", f"/desk/bookings/{desk.code}/why", "/desk/cases/x/why"):
            assert other.clerk.post(path, {"why": "inquiry"}).status_code == 404
