"""The desk over HTTP, as the contract words it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heli.cases.models import Case
from heli.ground import clock
from heli.hall.roles import StaffRole
from heli.hall.sessions import open_session
from heli.ops.demo.people import fictional_couple
from tests.api.desk import (
    PASSWORD,
    VisitDay,
    a_ticket,
    an_account,
    cards,
    certificate_slots,
    opening_hours,
    staff,
)
from tests.api.world import API, NOBODY, Caller, a_slot, an_office, book, shanghai, verified
from tests.hall.second_factors import an_app, go_to_production

pytestmark = pytest.mark.usefixtures("database")


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def fields_of(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


class TestSessions:
    def test_the_answer_names_role_and_office(self):
        office = an_office()
        body = {"username": an_account(office), "password": PASSWORD, "otp": "123456"}

        session = NOBODY.post("/desk/sessions", body).json()

        assert session["role"] == "clerk"
        assert session["office"] == {"id": office.id, "name": office.name}
        assert Caller(session["token"]).get("/desk/today").status_code == 200

    def test_an_operator_has_no_office(self):
        body = {"username": an_account(None, StaffRole.OPERATOR), "password": PASSWORD}

        assert NOBODY.post("/desk/sessions", body).json()["office"] is None

    def test_ten_wrong_passwords_and_then_it_says_when_to_try_again(self):
        body = {"username": an_account(an_office()), "password": "wrong"}

        answers = [refused(NOBODY.post("/desk/sessions", body)) for _ in range(10)]
        last = NOBODY.post("/desk/sessions", body)

        assert set(answers) == {(401, "identity_required")}
        assert refused(last) == (429, "rate_limited")
        assert int(last["Retry-After"]) > 0

    def test_an_account_with_an_app_is_asked_for_a_code_of_it(self):
        _token, by = open_session(an_account(an_office()), PASSWORD, address="192.0.2.1")
        app, _opened = an_app(by)
        body = {"username": by.username, "password": PASSWORD}

        unsaid = NOBODY.post("/desk/sessions", body)
        wrong = NOBODY.post("/desk/sessions", {**body, "otp": app.wrong_code()})
        code = app.next_code()
        right, again = (NOBODY.post("/desk/sessions", {**body, "otp": code}) for _ in range(2))

        for answer, missing in ((unsaid, "required"), (wrong, "wrong"), (again, "wrong")):
            assert refused(answer) == (401, "identity_required")
            assert answer.json()["second_factor"] == missing
        assert Caller(right.json()["token"]).get("/desk/today").status_code == 200

    def test_in_production_nobody_logs_in_without_one(self, monkeypatch):
        body = {"username": an_account(an_office()), "password": PASSWORD, "otp": "123456"}
        monkeypatch.setattr("django.conf.settings.ALLOWED_HOSTS", ["*"])
        go_to_production(monkeypatch)

        answer = NOBODY.post("/desk/sessions", body)

        assert refused(answer) == (401, "identity_required")
        assert answer.json()["second_factor"] == "set_up"

    def test_after_logging_out_the_token_opens_nothing(self):
        clerk = staff(an_office())

        headers = {"Authorization": f"Bearer {clerk.token}"}
        assert Client().delete(f"{API}/desk/sessions", headers=headers).status_code == 204
        assert refused(clerk.get("/desk/today")) == (401, "identity_required")

    def test_the_desk_is_closed_to_citizens_and_citizens_pages_to_staff(self):
        office = an_office()
        citizen, clerk = verified(fictional_couple()[0]), staff(office)

        assert refused(citizen.get("/desk/today")) == (401, "identity_required")
        assert refused(NOBODY.get("/desk/today")) == (401, "identity_required")
        assert refused(clerk.get("/bookings")) == (401, "identity_required")

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, ["username", "password"]),
            ({"username": "a" * 65, "password": "x"}, ["username"]),
            ({"username": "a", "password": "x" * 201}, ["password"]),
        ],
    )
    def test_a_malformed_login_names_the_fields(self, body, fields):
        answer = NOBODY.post("/desk/sessions", body)

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == fields


class TestCheckIn:
    def test_by_the_code_with_both_by_default(self):
        day = VisitDay(an_office())

        booking = day.clerk.post("/desk/checkin", {"code": day.code}).json()

        assert booking["state"] == "checked_in"
        assert booking["code"] == day.code
        assert [party["checked_in"] for party in booking["parties"]] == [True, True]
        mine = day.applicant.get(f"/bookings/{day.code}").json()
        assert mine["state"] == "checked_in"

    def test_by_the_qr_one_after_the_other(self):
        day = VisitDay(an_office())

        states = [
            day.clerk.post("/desk/checkin", {"qr": day.voucher["qr"], "parties": [role]}).json()[
                "state"
            ]
            for role in ("applicant", "partner")
        ]

        assert states == ["confirmed", "checked_in"]

    def test_on_another_day_it_is_wrong_state_and_names_the_day(self):
        office = an_office()
        couple = fictional_couple()
        applicant, partner = map(verified, couple)
        slot = a_slot(office)
        code = book(applicant, slot, couple[1])["code"]
        partner.post(f"/bookings/{code}/consent")

        answer = staff(office).post("/desk/checkin", {"code": code})

        assert refused(answer) == (409, "wrong_state")
        assert answer.json()["service_on"] == clock.day_of(slot.starts_at).isoformat()

    def test_at_another_office_it_is_not_found(self):
        day = VisitDay(an_office())
        other = staff(an_office(id="test-2"))

        assert refused(other.post("/desk/checkin", {"code": day.code})) == (404, "not_found")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "code"),
            ({"code": "ACDE23467999", "qr": "x"}, "code"),
            ({"qr": "HELI1.ACDE23467999.20261201.1.x"}, "qr"),
            ({"code": "ACDE23467999", "parties": []}, "parties"),
            ({"code": "ACDE23467999", "parties": ["husband"]}, "parties.0"),
        ],
    )
    def test_what_is_malformed_is_named(self, body, field):
        answer = staff(an_office()).post("/desk/checkin", body)

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer)[0] == field


class TestOutcome:
    def test_accepted_opens_the_case_that_both_then_see(self):
        office = an_office()
        opening_hours(office)
        day = VisitDay(office)
        certificate_slots(office)
        day.clerk.post("/desk/checkin", {"code": day.code})

        answer = day.clerk.post(f"/desk/bookings/{day.code}/outcome", {"result": "accepted"})

        case = answer.json()["case"]
        assert answer.status_code == 200
        assert case["state"] == "cooling_off"
        assert case["receipt"] == clock.today().isoformat()
        assert case["certificate_booking"]["service"] == "divorce_certificate"
        for person in (day.applicant, day.partner):
            assert [seen["id"] for seen in person.get("/cases").json()] == [case["id"]]

    def test_before_both_are_there_it_is_wrong_state(self):
        day = VisitDay(an_office())
        day.clerk.post("/desk/checkin", {"code": day.code, "parties": ["applicant"]})

        answer = day.clerk.post(f"/desk/bookings/{day.code}/outcome", {"result": "accepted"})

        assert refused(answer) == (409, "wrong_state")
        assert answer.json()["state"] == "confirmed"

    def test_refused_opens_no_case_and_serves_the_booking(self):
        day = VisitDay(an_office())
        day.clerk.post("/desk/checkin", {"code": day.code})

        answer = day.clerk.post(
            f"/desk/bookings/{day.code}/outcome", {"result": "refused", "reason": "证件过期"}
        )

        assert answer.json()["case"] is None
        assert answer.json()["booking"]["state"] == "served"
        assert not Case.objects.exists()
        again = day.clerk.post(f"/desk/bookings/{day.code}/outcome", {"result": "served"})
        assert refused(again) == (409, "wrong_state")

    def test_a_guide_is_told_so_before_anything_is_looked_up(self):
        guide = staff(an_office(), StaffRole.GUIDE)

        answer = guide.post("/desk/bookings/ACDE23467999/outcome", {"result": "accepted"})

        assert refused(answer) == (403, "not_allowed")

    @pytest.mark.parametrize(
        "body", [{}, {"result": "divorced"}, {"result": "refused", "reason": "x" * 301}]
    )
    def test_a_malformed_outcome_is_refused(self, body):
        answer = staff(an_office()).post("/desk/bookings/ACDE23467999/outcome", body)

        assert refused(answer) == (422, "invalid_input")


class TestTickets:
    def test_a_couple_without_a_booking_walks_in_is_called_and_gets_its_case(self):
        office = an_office()
        clerk, couple = staff(office), fictional_couple()
        ticket = a_ticket(clerk)

        called = clerk.post("/desk/call", {"window": "2"}).json()
        answer = clerk.post(
            f"/desk/tickets/{called['id']}/outcome",
            {"result": "accepted", "parties": cards(*couple)},
        )

        assert called["id"] == ticket["id"]
        assert (called["state"], called["window"]) == ("called", "2")
        assert shanghai(called["called_at"])
        case = answer.json()["case"]
        assert verified(couple[1]).get(f"/cases/{case['id']}").json()["me"] == "partner"

    def test_nobody_waits_is_not_found_and_the_body_may_be_missing(self):
        clerk = staff(an_office())

        answer = clerk.post_raw("/desk/call", b"")

        assert refused(answer) == (404, "not_found")

    def test_each_card_that_is_wrong_is_named(self):
        clerk, (one, _other) = staff(an_office()), fictional_couple()
        ticket = a_ticket(clerk)
        wrong = [*cards(one), {"name": "张3", "id_number": "1"}]

        answer = clerk.post(
            f"/desk/tickets/{ticket['id']}/outcome", {"result": "accepted", "parties": wrong}
        )

        assert refused(answer) == (422, "invalid_input")
        assert fields_of(answer) == ["parties.1.name", "parties.1.id_number"]

    def test_a_person_who_can_be_real_is_refused_as_everywhere(self):
        clerk, (one, _other) = staff(an_office()), fictional_couple()
        real = {"name": "张三", "id_number": "11010519491231002X"}

        answer = clerk.post(
            f"/desk/tickets/{a_ticket(clerk)['id']}/outcome",
            {"result": "accepted", "parties": [*cards(one), real]},
        )

        assert fields_of(answer) == ["parties.1.id_number"]

    @pytest.mark.parametrize("ticket", ["0", "-1", "x", str(2**70)])
    def test_an_id_that_is_none_is_refused(self, ticket):
        answer = staff(an_office()).post(f"/desk/tickets/{ticket}/outcome", {"result": "served"})

        assert refused(answer) in [(422, "invalid_input"), (404, "not_found")]

    def test_an_operator_names_the_office(self):
        office = an_office()
        operator = staff(None, StaffRole.OPERATOR)

        assert refused(operator.get("/desk/today")) == (422, "invalid_input")
        assert operator.get("/desk/today", office=office.id).status_code == 200
        assert a_ticket(operator, office=office.id)["number"] == 1


class TestToday:
    def test_shows_the_day_masked(self):
        office = an_office()
        day = VisitDay(office)

        shown = day.clerk.get("/desk/today").json()

        assert shown["date"] == clock.today().isoformat()
        assert shown["office"] == {"id": office.id, "name": office.name}
        assert [booking["code"] for booking in shown["bookings"]] == [day.code]
        assert shown["counts"] == {"expected": 1, "checked_in": 0, "served": 0, "waiting": 0}
        for person in day.couple:
            assert person.name not in str(shown)
            assert person.id_number not in str(shown)
