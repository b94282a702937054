"""Four eyes by the pages: asked for here, granted there, and where the limit leads."""

from __future__ import annotations

import re
from datetime import date

import pytest

from heli.hall.emergencies import record_emergency
from heli.hall.models import Permit, Staff
from heli.hall.permit_rules import LOOK_UPS_A_DAY, PermitKind
from heli.hall.roles import StaffRole
from tests.bookings.factories import NOW
from tests.desk.staff_browsers import Desk, led_to, logged_in, move_to, page_of
from tests.hall.test_permits import looked_at
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")

ASK = "/desk/permits/ask/rotate_keys"
ANOTHER_DAY = date(2031, 6, 12)


def asked(browser, why="regular"):
    """The page that shows the code, and the permit's own page."""
    shown = text(browser.post(ASK, {"why": why}))
    return shown, f"/desk/permits/{Permit.objects.latest('pk').pk}"


class TestForKeys:
    def test_one_asks_and_sees_the_code_once_another_grants_it(self):
        one, other = (logged_in(StaffRole.OPERATOR) for _ in range(2))

        shown, page = asked(one)
        (code,) = set(re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", shown))
        assert f"heli keys rotate --permit {code}" in shown
        assert code not in text(one.get("/desk/permits"))
        assert page in page_of(other.get("/desk/permits")).addresses
        assert "到了该更换的时候" in text(other.get(page))
        assert led_to(other.post(page)) == "/desk/permits?done=granted"

        assert "已批准" in text(one.get("/desk/permits"))
        assert code not in text(other.get(page))

    def test_nobody_grants_their_own(self):
        one = logged_in(StaffRole.OPERATOR)
        _shown, page = asked(one)

        assert "要由另一个人批准" in text(one.get(page))
        assert "要由另一个人批准" in text(one.post(page), 403)
        assert Permit.objects.get().granted_at is None

    def test_it_is_declined_or_taken_back(self):
        one, other = (logged_in(StaffRole.OPERATOR) for _ in range(2))
        for browser in (one, other):
            _shown, page = asked(one)

            assert led_to(browser.post(f"{page}/close")) == "/desk/permits?done=closed"
            assert "已经作废" in text(one.get("/desk/permits"))
            assert browser.post(f"{page}/close").status_code == 409
            assert other.post(page).status_code == 409

    def test_what_is_wrong_is_said_beside_the_form(self):
        one = logged_in(StaffRole.OPERATOR)

        for why in ("", "telephone", "curious"):
            answer = one.post(ASK, {"why": why})
            assert "id_why_error" in page_of(answer, 422).ids
        assert one.get("/desk/permits/ask/nothing").status_code == 404

    def test_a_clerk_asks_for_no_key_and_sees_nobody_elses(self):
        desk = Desk()
        _shown, page = asked(logged_in(StaffRole.OPERATOR))

        assert desk.clerk.get(ASK).status_code == 404
        assert desk.clerk.get(page).status_code == 403
        assert desk.clerk.post(f"{page}/close").status_code == 404
        assert page not in page_of(desk.clerk.get("/desk/permits")).addresses

    def test_what_one_did_alone_in_an_emergency_is_said_to_who_grants(self):
        desk = Desk()
        record_emergency(PermitKind.DROP_KEY, "机器被偷", actor="command:keys", at=NOW)

        manager = desk.browser(StaffRole.MANAGER)
        assert "机器被偷" in text(manager.get("/desk/permits"))
        assert "机器被偷" not in text(desk.clerk.get("/desk/permits"))


class TestLookingBeyondToday:
    def test_the_limit_leads_to_asking_and_the_managers_word_opens_the_case(self):
        desk = Desk()
        case = desk.accepted()
        now = move_to(ANOTHER_DAY)
        looked_at(Staff.objects.get(role="clerk").pk, LOOK_UPS_A_DAY, at=now)

        refused = led_to(desk.clerk.post(f"{case}/why", {"why": "telephone"}))
        assert refused == "/desk/permits?needed"
        assert "已经到了上限" in text(desk.clerk.get(refused))
        asked = led_to(desk.clerk.post("/desk/permits/ask/look_up", {"why": "telephone"}))
        assert "请告诉负责人" in text(desk.clerk.get(asked))
        page = f"/desk/permits/{Permit.objects.get().pk}"
        assert led_to(desk.browser(StaffRole.MANAGER).post(page))

        desk.says_why(case, "telephone")
        assert desk.clerk.get(case).status_code == 200
        assert "已经用过" in text(desk.clerk.get("/desk/permits"))
