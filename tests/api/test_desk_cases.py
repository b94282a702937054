"""Decisions in a case over HTTP, and a whole visit from the voucher to the certificate."""

from __future__ import annotations

from typing import Any

import pytest

from heli.cases.models import Case
from heli.ground import clock
from heli.hall.models import Staff
from heli.hall.permit_rules import LOOK_UPS_A_DAY
from heli.hall.roles import StaffRole
from heli.law.services import Service
from heli.ops.demo.people import fictional_couple
from tests.api.desk import (
    VisitDay,
    a_case,
    a_ticket,
    certificate_slots,
    opening_hours,
    staff,
    wake_up,
)
from tests.api.world import an_office, shanghai, verified
from tests.hall.test_permits import looked_at

pytestmark = pytest.mark.usefixtures("database")

NUMBER = "L440106-2027-000001"


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


class TestCasesAtTheDesk:
    def test_who_is_not_here_today_is_looked_up_with_a_reason_alone(self):
        clerk, (_one, stranger) = staff(an_office()), fictional_couple()
        body = {"id_number": stranger.id_number}

        unsaid = clerk.post("/desk/cases/find", body)

        assert refused(unsaid) == (422, "invalid_input")
        assert [error["field"] for error in unsaid.json()["errors"]] == ["why"]
        assert clerk.post("/desk/cases/find", {**body, "why": "curious"}).status_code == 422
        assert clerk.post("/desk/cases/find", {**body, "why": "at_the_desk"}).json() == []

    def test_forty_in_a_day_take_a_second_person_and_being_asked_tells_nothing(self):
        clerk, (_one, stranger) = staff(an_office()), fictional_couple()
        body = {"id_number": stranger.id_number, "why": "inquiry"}
        looked_at(Staff.objects.get(role=StaffRole.CLERK).pk, LOOK_UPS_A_DAY, at=clock.now())

        answer = clerk.post("/desk/cases/find", body)

        assert refused(answer) == (403, "not_allowed")
        assert answer.json()["look_ups"] == LOOK_UPS_A_DAY

    def test_by_a_card_the_case_is_found_and_either_withdraws_alone(self):
        office = an_office()
        clerk, couple = staff(office), fictional_couple()
        a_case(clerk, *couple)

        (found,) = clerk.post("/desk/cases/find", {"id_number": couple[1].id_number}).json()
        answer = clerk.post(
            f"/desk/cases/{found['case']['id']}/withdraw", {"party": found["party"]}
        )

        assert found["party"] == "partner"
        assert answer.json()["state"] == "withdrawn"
        for person in couple:
            (seen,) = verified(person).get("/cases").json()
            assert seen["state"] == "withdrawn"
            assert seen["certificate_booking"] is None
        again = clerk.post(f"/desk/cases/{found['case']['id']}/withdraw", {"party": "applicant"})
        assert refused(again) == (409, "wrong_state")

    def test_in_the_window_with_both_there_the_divorce_is_registered(self):
        office = an_office()
        clerk = staff(office)
        case = a_case(clerk)
        day = f"{case['timeline']['safe']['issue_from']}T09:00:00+08:00"
        wake_up(shanghai(day))
        path, body = f"/desk/cases/{case['id']}/register", {"certificate_number": NUMBER}

        alone = clerk.post(path, body)
        a_ticket(clerk, service="divorce_certificate", case_id=case["id"])
        answer = clerk.post(path, body)

        assert refused(alone) == (409, "wrong_state")
        assert answer.json()["state"] == "registered"

    def test_in_the_cooling_off_it_is_outside_the_window_and_says_when(self):
        clerk = staff(an_office())
        case = a_case(clerk)

        answer = clerk.post(f"/desk/cases/{case['id']}/register", {"certificate_number": NUMBER})

        assert refused(answer) == (409, "outside_window")
        assert answer.json()["readings"] == []
        assert answer.json()["issue_from"] == case["timeline"]["safe"]["issue_from"]

    def test_in_the_window_nobody_withdraws_any_more(self):
        clerk = staff(an_office())
        case = a_case(clerk)
        last = case["timeline"]["window"]["last"]
        wake_up(shanghai(f"{last}T08:00:00+08:00"))

        answer = clerk.post(f"/desk/cases/{case['id']}/withdraw", {"party": "applicant"})

        assert refused(answer) == (409, "too_late")

    @pytest.mark.parametrize(
        ("verb", "body"),
        [
            ("withdraw", {}),
            ("withdraw", {"party": "husband"}),
            ("withdraw", {"party": "applicant", "reading": "mine"}),
            ("register", {}),
            ("register", {"certificate_number": NUMBER, "reading": "mine"}),
            ("refuse", {}),
            ("refuse", {"reason": " "}),
        ],
    )
    def test_what_is_malformed_is_refused(self, verb, body):
        clerk = staff(an_office())
        case = a_case(clerk)

        answer = clerk.post(f"/desk/cases/{case['id']}/{verb}", body)

        assert refused(answer) == (422, "invalid_input")
        assert Case.objects.get().state == "cooling_off"

    @pytest.mark.parametrize("verb", ["withdraw", "register", "refuse"])
    def test_a_guide_decides_nothing(self, verb):
        office = an_office()
        case = a_case(staff(office))
        body = {"party": "applicant", "certificate_number": NUMBER, "reason": "x"}

        answer = staff(office, StaffRole.GUIDE).post(f"/desk/cases/{case['id']}/{verb}", body)

        assert refused(answer) == (403, "not_allowed")
        assert Case.objects.get().state == "cooling_off"


class TestAWholeVisit:
    def test_from_the_voucher_to_the_certificate(self):
        office = an_office()
        opening_hours(office)
        day = VisitDay(office)
        certificate_slots(office)
        day.clerk.post("/desk/checkin", {"qr": day.voucher["qr"]})
        case = day.clerk.post(f"/desk/bookings/{day.code}/outcome", {"result": "accepted"}).json()[
            "case"
        ]
        second = case["certificate_booking"]

        wake_up(shanghai(second["slot"]["starts_at"]))
        day.clerk.post("/desk/checkin", {"code": second["code"]})
        ended = day.clerk.post(
            f"/desk/cases/{case['id']}/register", {"certificate_number": NUMBER}
        ).json()

        assert ended["state"] == "registered"
        assert ended["certificate_booking"]["state"] == "served"
        assert second["service"] == Service.DIVORCE_CERTIFICATE
