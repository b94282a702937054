"""The audit of one booking or case, by the manager's page."""

from __future__ import annotations

import pytest

from heli.ground import clock
from heli.ground.models import AuditEntry
from heli.hall.roles import StaffRole
from heli.keeping.forgetting import keep_periods
from heli.keeping.periods import kinds
from tests.bookings.factories import DAY
from tests.cases.factories import an_open_office
from tests.desk.staff_browsers import Desk, logged_in, page_of
from tests.web.visitors import text

pytestmark = pytest.mark.usefixtures("database")


class TestAudit:
    def test_tells_who_did_what_with_a_booking_and_that_one_looked(self):
        desk = Desk()
        desk.check_in()
        manager = desk.browser(StaffRole.MANAGER)

        shown = text(manager.post("/desk/audit", {"of": desk.code}))

        assert "clerk-" in shown
        assert "签到" in shown
        assert "查看审计记录" in text(manager.post("/desk/audit", {"of": desk.code}))
        assert AuditEntry.objects.filter(what="see_audit").count() == 2

    def test_tells_it_of_a_case_by_its_number(self):
        desk = Desk()
        case = desk.accepted().rpartition("/")[2]
        desk.clerk.get(f"/desk/cases/{case}")

        shown = text(desk.browser(StaffRole.MANAGER).post("/desk/audit", {"of": case}))

        assert "查案件" in shown

    def test_tells_that_a_reason_was_cleared_in_time_and_not_what_it_said(self):
        desk = Desk()
        desk.check_in()
        desk.clerk.post(
            f"/desk/bookings/{desk.code}/outcome", {"result": "refused", "reason": "缺结婚证"}
        )
        keep_periods(clock.now() + kinds()["outcome_reason"].period + DAY)

        shown = text(desk.browser(StaffRole.MANAGER).post("/desk/audit", {"of": desk.code}))

        assert "写下的原因保存期满，已清除" in shown
        assert "本人或系统" in shown
        assert "缺结婚证" not in shown

    @pytest.mark.parametrize("sought", ["", "no-such-code", "0190f2f0-0000-7000-8000-000000000000"])
    def test_what_is_not_there_is_said_beside_the_form(self, sought):
        answer = Desk().browser(StaffRole.MANAGER).post("/desk/audit", {"of": sought})

        assert answer.status_code in (404, 422)
        assert page_of(answer, answer.status_code).h1 == ["审计记录"]

    def test_another_offices_booking_is_not_there(self):
        desk = Desk()
        other = logged_in(StaffRole.MANAGER, an_open_office())

        assert other.post("/desk/audit", {"of": desk.code}).status_code == 404

    def test_a_clerk_does_not_read_it(self):
        desk = Desk()

        assert desk.clerk.post("/desk/audit", {"of": desk.code}).status_code == 403
        assert "/desk/audit" not in page_of(desk.clerk.get("/desk/today")).addresses
