"""What every page of the desk has, and who may see it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver

from heli.desk import urls
from heli.hall.roles import StaffRole
from tests.desk.staff_browsers import Desk, has_no_other_script, led_to, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

OPEN_TO_ALL = {
    "desk_front",
    "desk_login",
    "desk_login_code",
    "desk_login_set_up",
    "desk_logout",
}
OF_EVERYBODY = [
    "/desk/today",
    "/desk/checkin",
    "/desk/hall-code",
    "/desk/tickets",
    "/desk/call",
    "/desk/permits",
    "/desk/permits/ask/look_up",
]
OF_CLERKS = [
    "/desk/cases",
    "/desk/bookings/{code}/outcome",
    "/desk/tickets/1/outcome",
    "{case}",
    "{case}/withdraw",
    "{case}/register",
    "{case}/refuse",
]
OF_MANAGERS = ["/desk/plan", "/desk/audit"]
ONLY_LOOKED_AT = ("/desk/today", "/desk/hall-code", "/desk/permits", "{case}", "/desk/plan")
EVERY_PAGE = OF_EVERYBODY + OF_CLERKS + OF_MANAGERS
NO_CASE = "/desk/cases/0190f2f0-0000-7000-8000-000000000000"


def with_everything() -> tuple[Desk, dict[str, str]]:
    """A desk with a walk-in and a case, and what stands for them in paths."""
    desk = Desk()
    case = desk.accepted()
    desk.clerk.post("/desk/tickets", {"service": "marriage", "present": "all"})
    return desk, {"code": desk.code, "case": case}


class TestEveryPage:
    @pytest.mark.parametrize("language", ["zh-CN", "en"])
    def test_has_a_language_a_title_one_heading_and_its_landmarks(self, language):
        desk, names = with_everything()
        browser = desk.browser(StaffRole.MANAGER, language)

        for path in ["/desk/login", *(path.format(**names) for path in EVERY_PAGE)]:
            if path == "/desk/tickets/1/outcome":
                continue  # the ticket of the booking leads to the booking
            answer = browser.get(path)
            page = page_of(answer)
            assert page.language == language
            assert len(page.h1) == 1, path
            assert page.h1[0], path
            assert page.title, path
            assert "离婚" not in page.title
            assert {"main", "footer"} <= set(page.landmarks)
            assert len(page.ids) == len(set(page.ids)), path
            assert [link for link in page.links if not all(link)] == []
            assert " style=" not in page.html
            assert has_no_other_script(page.html)
            assert "script-src 'self'" in answer["Content-Security-Policy"]
            assert "no-store" in answer["Cache-Control"]

    def test_names_nobody_in_full(self):
        desk, names = with_everything()

        for path in EVERY_PAGE:
            if path in OF_MANAGERS:
                continue
            shown = desk.clerk.get(path.format(**names)).content.decode()
            for person in (desk.couple.one, desk.couple.other):
                assert person.name not in shown
                assert person.id_number not in shown


class TestWho:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_stranger_is_led_to_the_login(self, method):
        for path in EVERY_PAGE:
            if method == "post" and path in ONLY_LOOKED_AT:
                continue
            answer = getattr(Client(), method)(path.format(code="X", case=NO_CASE))
            assert led_to(answer).startswith("/desk/login?next="), path

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_guide_is_refused_what_is_a_clerks_before_anything_is_looked_up(self, method):
        guide = Desk().browser(StaffRole.GUIDE)

        for path in OF_CLERKS + OF_MANAGERS:
            if method == "post" and path in ("{case}", "/desk/plan"):
                continue
            answer = getattr(guide, method)(path.format(code="X", case=NO_CASE))
            assert "这一步不能由您来做" in text(answer, 403), path

    def test_the_plan_is_the_managers_alone(self):
        desk = Desk()

        assert desk.clerk.get("/desk/plan").status_code == 403
        assert "/desk/plan" not in page_of(desk.clerk.get("/desk/today")).addresses
        manager = desk.browser(StaffRole.MANAGER)
        assert "/desk/plan" in page_of(manager.get("/desk/today")).addresses

    def test_every_path_but_the_login_asks_who_is_on_duty(self):
        paths = {pattern.name: pattern.callback for pattern in urls.urlpatterns}

        unasked = {name for name, view in paths.items() if not hasattr(view, "is_for_staff")}

        assert unasked == OPEN_TO_ALL
        assert set(paths) <= set(get_resolver().reverse_dict)
