"""The cases of a spouse, and the dates of any receipt."""

from __future__ import annotations

import pytest

from heli.ground import clock
from heli.law.periods import Reading, clocks
from heli.ops.demo.people import fictional_couple
from tests.api.desk import a_case, opening_hours, staff
from tests.api.world import NOBODY, an_office, shanghai, verified

pytestmark = pytest.mark.usefixtures("database")


class TestCases:
    def test_both_spouses_see_the_case_with_its_dates(self):
        office = an_office()
        opening_hours(office)
        couple = fictional_couple()
        case = a_case(staff(office), *couple)

        seen = [verified(person).get(f"/cases/{case['id']}").json() for person in couple]

        assert [one["me"] for one in seen] == ["applicant", "partner"]
        for one in seen:
            assert one["state"] == "cooling_off"
            assert one["receipt"] == one["timeline"]["receipt"] == clock.today().isoformat()
            assert one["office"]["id"] == office.id
            last = one["timeline"]["safe"]["withdraw_until"]
            assert shanghai(one["timeline"]["here"]["withdraw_by"]).date().isoformat() == last

    def test_a_stranger_finds_nothing(self):
        case = a_case(staff(an_office()))
        stranger = verified(fictional_couple()[0])

        assert stranger.get("/cases").json() == []
        answer = stranger.get(f"/cases/{case['id']}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert NOBODY.get("/cases").status_code == 401


class TestTimeline:
    def test_has_the_shape_of_the_contract(self):
        dates = NOBODY.get("/law/timeline", receipt="2026-07-09").json()

        assert dates["receipt"] == "2026-07-09"
        assert dates["cooling_off"] == {"first": "2026-07-10", "last": "2026-08-10"}
        assert dates["window"] == {"first": "2026-08-11", "last": "2026-09-09"}
        assert dates["safe"] == {
            "withdraw_until": "2026-08-08",
            "issue_from": "2026-08-11",
            "issue_until": "2026-09-07",
        }
        assert dates["here"] is None
        assert dates["provisional"] is False
        assert [read["name"] for read in dates["readings"]] == list(Reading)
        nothing_moves = dates["readings"][-1]
        assert nothing_moves["window"] == {"first": "2026-08-09", "last": "2026-09-07"}

    def test_with_an_office_it_says_the_last_open_moments_there(self):
        office = an_office()
        opening_hours(office)

        dates = NOBODY.get("/law/timeline", receipt="2026-07-09", office=office.id).json()

        assert dates["here"] == {
            "withdraw_by": "2026-08-08T17:00:00+08:00",
            "certificate_by": "2026-09-07T17:00:00+08:00",
        }

    def test_every_reading_agrees_with_the_law(self):
        receipt = clock.today()

        dates = NOBODY.get("/law/timeline", receipt=receipt.isoformat()).json()

        for read in dates["readings"]:
            expected = clocks(receipt, Reading(read["name"]))
            assert read["cooling_off"]["last"] == expected.cooling_off.last.isoformat()
            assert read["window"]["first"] == expected.window.first.isoformat()
            assert read["window"]["last"] == expected.window.last.isoformat()

    @pytest.mark.parametrize(
        "receipt", ["2020-12-31", "1999-01-01", "2099-01-01", "2026-02-30", "tomorrow", ""]
    )
    def test_a_receipt_that_cannot_be_is_named(self, receipt):
        answer = NOBODY.get("/law/timeline", receipt=receipt)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        assert [error["field"] for error in answer.json()["errors"]] == ["receipt"]

    def test_without_a_receipt_it_is_asked_for(self):
        assert NOBODY.get("/law/timeline").status_code == 422

    def test_an_office_that_is_none_is_not_found(self):
        answer = NOBODY.get("/law/timeline", receipt="2026-07-09", office="nowhere")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
