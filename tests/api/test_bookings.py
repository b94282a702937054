"""The couple's way through the API, on the real services."""

from __future__ import annotations

import pytest

from heli.identity.verified import issue_token
from heli.law.services import Service
from heli.ops.demo.people import fictional_couple, fictional_person
from tests.api.world import (
    NOBODY,
    Caller,
    a_key,
    a_slot,
    an_office,
    book,
    booking_body,
    shanghai,
    verified,
)
from tests.bookings.test_accepted_proofs import wants
from tests.people import verified as proven

pytestmark = pytest.mark.usefixtures("database")


class TestBooking:
    def test_is_held_until_the_partner_agrees_and_then_has_a_voucher(self):
        slot = a_slot(an_office())
        applicant, partner = fictional_couple()

        held = book(verified(applicant), slot, partner)
        confirmed = verified(partner).post(f"/bookings/{held['code']}/consent").json()
        voucher = verified(applicant).get(f"/bookings/{held['code']}/voucher").json()

        assert held["state"] == "held"
        assert held["voucher"] is None
        assert held["consent"]["url"].endswith(f"/c/{held['code']}")
        assert held["parties"][0] == {
            "role": "applicant",
            "name_masked": held["parties"][0]["name_masked"],
            "consented": True,
        }
        assert confirmed["state"] == "confirmed"
        assert confirmed["consent"] is None
        assert confirmed["voucher"] == f"/api/v1/bookings/{held['code']}/voucher"
        assert voucher["code"] == held["code"]
        assert held["code"] in voucher["qr"]
        assert shanghai(voucher["starts_at"]) == slot.starts_at

    def test_names_office_slot_and_service_as_the_contract_does(self):
        slot = a_slot(an_office())
        applicant, partner = fictional_couple()

        held = book(verified(applicant), slot, partner)

        assert held["office"] == {"id": "test-1", "name": "演示婚姻登记处"}
        assert held["slot"]["id"] == slot.id
        assert shanghai(held["slot"]["starts_at"]) == slot.starts_at
        assert held["service"] == "divorce_application"

    def test_the_link_is_only_for_the_applicant_to_pass_on(self):
        slot = a_slot(an_office())
        applicant, partner = fictional_couple()

        held = book(verified(applicant), slot, partner)
        seen = verified(partner).get(f"/bookings/{held['code']}").json()

        assert seen["consent"] == {"deadline": held["consent"]["deadline"], "url": None}
        assert seen["me"] == "partner"

    def test_somebody_else_finds_what_nobody_finds(self):
        held_code = book(
            verified(fictional_couple()[0]), a_slot(an_office()), fictional_couple()[1]
        )["code"]
        stranger = verified(fictional_person())

        foreign = stranger.get(f"/bookings/{held_code}")
        missing = stranger.get("/bookings/ACDE-2346-7999")

        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() == missing.json()

    def test_a_code_is_read_in_groups_and_in_small_letters(self):
        applicant, partner = fictional_couple()
        caller = verified(applicant)
        code = book(caller, a_slot(an_office()), partner)["code"]
        typed = "-".join(code[start : start + 4].lower() for start in range(0, 12, 4))

        assert caller.get(f"/bookings/{typed}").json()["code"] == code

    def test_the_partner_may_decline_and_the_applicant_may_cancel(self):
        office = an_office()
        applicant, partner = fictional_couple()
        one = book(verified(applicant), a_slot(office), partner)
        declined = verified(partner).post(f"/bookings/{one['code']}/decline").json()

        two = book(verified(applicant), a_slot(office), partner)
        cancelled = verified(applicant).post(f"/bookings/{two['code']}/cancel").json()

        assert (declined["state"], cancelled["state"]) == ("declined", "cancelled")

    def test_a_held_one_moves_and_a_confirmed_one_is_proposed(self):
        office = an_office()
        applicant, partner = fictional_couple()
        first, second, third = a_slot(office), a_slot(office), a_slot(office)
        held = book(verified(applicant), first, partner)

        moved = (
            verified(applicant)
            .post(f"/bookings/{held['code']}/reschedule", {"slot_id": second.id})
            .json()
        )
        verified(partner).post(f"/bookings/{moved['code']}/consent")
        proposed = (
            verified(applicant)
            .post(f"/bookings/{moved['code']}/reschedule", {"slot_id": third.id})
            .json()
        )
        agreed = verified(partner).post(f"/bookings/{moved['code']}/consent").json()

        assert moved["code"] != held["code"]
        assert moved["state"] == "held"
        assert proposed["slot"]["id"] == second.id
        assert proposed["proposal"]["slot"]["id"] == third.id
        assert proposed["proposal"]["asked_by"] == "applicant"
        assert agreed["slot"]["id"] == third.id
        assert agreed["code"] == moved["code"]

    def test_a_person_sees_their_own_and_what_names_them(self):
        applicant, partner = fictional_couple()
        held = book(verified(applicant), a_slot(an_office()), partner)

        assert [one["code"] for one in verified(applicant).get("/bookings").json()] == [
            held["code"]
        ]
        assert [one["code"] for one in verified(partner).get("/bookings").json()] == [held["code"]]

    def test_the_same_key_takes_no_second_place(self):
        slot = a_slot(an_office())
        applicant, partner = fictional_couple()
        caller, key = verified(applicant), a_key()

        first = caller.post("/bookings", booking_body(slot, partner), Idempotency_Key=key)
        again = caller.post("/bookings", booking_body(slot, partner), Idempotency_Key=key)

        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()

    def test_the_asking_party_cannot_agree_for_the_other(self):
        applicant, partner = fictional_couple()
        caller = verified(applicant)
        code = book(caller, a_slot(an_office()), partner)["code"]

        answer = caller.post(f"/bookings/{code}/consent")

        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")

    def test_one_person_alone_is_confirmed_at_once(self):
        slot = a_slot(an_office(), Service.COUNSELLING)
        booking = book(verified(fictional_person()), slot, None)

        assert booking["state"] == "confirmed"
        assert len(booking["parties"]) == 1

    def test_an_office_that_wants_another_check_says_which_ones_it_accepts(self):
        office = an_office()
        slot, (applicant, partner) = a_slot(office), fictional_couple()
        wants(office, "wechat_face", "faceid")
        proof, _expires_at = issue_token(proven(applicant)._replace(method="bank_card"))

        answer = Caller(proof, "en").post(
            "/bookings", booking_body(slot, partner), Idempotency_Key=a_key()
        )

        assert answer.status_code == 409
        assert answer.json()["code"] == "proof_not_accepted"
        assert answer.json()["accepted"] == ["wechat_face", "faceid"]
        assert answer.json()["office"] == office.id
        asked = NOBODY.get(f"/offices/{office.id}").json()
        assert asked["real_name_checks"] == ["wechat_face", "faceid"]


class TestPlaces:
    def test_availability_counts_what_a_booking_could_get(self):
        slot = a_slot(an_office(), places=2)
        applicant, partner = fictional_couple()
        book(verified(applicant), slot, partner)

        found = NOBODY.get(
            "/offices/test-1/availability", service="divorce_application", to=_day_of(slot)
        ).json()

        (day,) = found["days"]
        assert found["office"] == {"id": "test-1", "name": "演示婚姻登记处"}
        assert day["date"] == _day_of(slot)
        assert (day["slots"][0]["places"], day["slots"][0]["left"]) == (2, 1)

    def test_offices_carry_their_facts(self):
        an_office()

        (office,) = NOBODY.get("/offices", region="440106", near="23.13,113.26").json()

        assert office["region"] == "440106"
        assert office["bookable"] is True
        alone = {"distance_km": None, "real_name_checks": None}
        assert NOBODY.get("/offices/test-1").json() == office | alone

    def test_regions_are_found_by_name(self):
        an_office()

        assert "440106" in [region["code"] for region in NOBODY.get("/regions", q="天河").json()]


class TestLaw:
    def test_the_household_register_was_needed_until_9_may_2025(self):
        assert "户口簿" in _papers("2025-05-09")
        assert "户口簿" not in _papers("2025-05-10")

    def test_conditions_come_with_their_way_out(self):
        found = NOBODY.get("/law/eligibility", service="divorce_application").json()

        assert found["version"]
        assert all(condition["way_out"] for condition in found["conditions"])


def _papers(on: str) -> list[str]:
    found = NOBODY.get("/law/documents", service="divorce_application", on=on).json()
    assert all(paper["source"] for paper in found)
    return [paper["name"] for paper in found]


def _day_of(slot) -> str:
    from heli.ground import clock

    return clock.day_of(slot.starts_at).isoformat()
