"""The code on the hall's screen: who may show it, what it leads to, and that it stays new."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from heli.ground import clock
from heli.hall.codes import LIFETIME, NEW_EVERY_SECONDS, code_for_screen, hall_code, office_in
from heli.hall.roles import StaffRole
from heli.hall.self_check_in import check_in_self
from tests.desk.staff_browsers import Desk, has_no_other_script, led_to, logged_in, page_of
from tests.hall.factories import on_duty
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

PATH = "/desk/hall-code"


def drawn(page) -> str:
    """The QR code as it is drawn."""
    return re.search(r"(?s)<svg.*?</svg>", page.content.decode())[0]


class TestHallCode:
    @pytest.mark.parametrize("role", [StaffRole.GUIDE, StaffRole.CLERK, StaffRole.MANAGER])
    def test_is_shown_by_everybody_of_the_office(self, role):
        desk = Desk()

        page = desk.browser(role).get(PATH)

        assert desk.office.name in text(page)
        assert page_of(page).h1 == ["到了？请扫码签到"]
        assert 'aria-label="大厅签到码"' in page.content.decode()

    def test_an_operator_chooses_the_office_first(self):
        operator = logged_in(StaffRole.OPERATOR)

        assert led_to(operator.get(PATH)) == "/desk/office"

    def test_a_stranger_is_led_to_the_login_and_back(self):
        assert led_to(Client().get(PATH)) == "/desk/login?next=%2Fdesk%2Fhall-code"

    def test_is_another_one_each_time_and_loads_itself_before_the_last_is_spoilt(self):
        guide = Desk().browser(StaffRole.GUIDE)

        first, second = guide.get(PATH), guide.get(PATH)

        assert drawn(first) != drawn(second)
        refresh = re.search(r'http-equiv="refresh" content="(\d+)"', first.content.decode())
        assert int(refresh[1]) == NEW_EVERY_SECONDS < LIFETIME.total_seconds() / 2
        assert "no-store" in first["Cache-Control"]
        assert has_no_other_script(first.content.decode())

    def test_leads_to_the_page_of_this_installation_that_checks_in(self):
        desk = Desk()

        link = code_for_screen(on_duty(StaffRole.CLERK, desk.office)).link

        assert re.fullmatch(r"http://[^/]+/in/[0-9A-Za-z_-]+", link)
        assert office_in(link) == desk.office.id
        assert desk.office.id not in link

    def test_on_paper_there_is_a_warning_instead(self):
        shown = Desk().browser(StaffRole.GUIDE).get(PATH).content.decode()

        assert '<p class="note care paper">这个码每分钟换一次' in shown
        assert '<div class="qr onscreen">' in shown

    def test_hides_where_else_the_desk_could_lead(self):
        page = page_of(Desk().browser(StaffRole.MANAGER).get(PATH))

        assert "/desk/cases" not in page.addresses
        assert "/desk/today" in page.addresses

    def test_is_offered_on_the_bar(self):
        assert PATH in page_of(Desk().browser(StaffRole.GUIDE).get("/desk/today")).addresses


class TestWhoCameAlone:
    def test_the_desk_is_told_that_nobody_has_looked_at_a_card(self):
        desk = Desk()
        check_in_self(hall_code(desk.office.id), by=desk.couple.applicant, at=clock.now())

        shown = text(desk.clerk.get(f"/desk/checkin?code={desk.code}"))

        assert "自己扫码签到的，请核对证件" in shown
        desk.check_in()
        outcome = text(desk.clerk.get(f"/desk/bookings/{desk.code}/outcome"))
        assert outcome.count("自己扫码签到的") == 1
