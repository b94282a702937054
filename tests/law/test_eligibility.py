"""The conditions shown before booking, and the ages of marriage (Civil Code art. 1047)."""

import tomllib
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.law import eligibility
from heli.law.eligibility import VERSION, conditions, of_age
from heli.law.services import Service

TODAY = date(2026, 12, 1)
SHOWN = {
    "2026-11-24": "4b5f30d30d42584d93558efeba04e81404ef53e4abc549999196d244c8aa3ba4"
}  # version: SHA-256 of the text


class TestConditions:
    def test_a_divorce_needs_capacity_agreement_a_mainland_marriage_and_two_wills(self):
        assert [condition.code for condition in conditions(Service.DIVORCE_APPLICATION, TODAY)] == [
            "full_capacity",
            "agreement",
            "married_on_mainland",
            "both_willing",
        ]

    def test_each_condition_says_why_and_what_else_can_be_done(self):
        for service in Service:
            for condition in conditions(service, TODAY):
                assert condition.zh.endswith("。")
                assert condition.reason_zh.endswith("。")
                assert condition.way_out_zh.endswith("。")
                assert condition.en.endswith(".")
                assert condition.reason_en.endswith(".")
                assert condition.way_out_en.endswith(".")
                assert condition.source

    def test_where_the_office_cannot_help_the_court_or_another_office_can(self):
        for condition in conditions(Service.DIVORCE_APPLICATION, TODAY):
            assert "法院" in condition.way_out_zh

    def test_the_source_follows_the_regulations_in_force_on_the_day(self):
        before = {
            c.code: c.source for c in conditions(Service.DIVORCE_APPLICATION, date(2025, 5, 9))
        }
        since = {
            c.code: c.source for c in conditions(Service.DIVORCE_APPLICATION, date(2025, 5, 10))
        }

        assert before.keys() == since.keys()
        assert "(2003)" in before["full_capacity"]
        assert "(2025)" in since["full_capacity"]

    def test_a_marriage_asks_for_the_ages_and_a_withdrawal_for_nothing(self):
        assert [condition.code for condition in conditions(Service.MARRIAGE, TODAY)] == ["of_age"]
        assert conditions(Service.DIVORCE_WITHDRAWAL, TODAY) == ()

    def test_a_changed_text_gets_a_new_version_since_bookings_record_which_was_shown(self):
        facts = Path(eligibility.__file__).parent / "data" / "eligibility.toml"
        shown = repr(tomllib.loads(facts.read_text(encoding="utf-8"))["conditions"])

        assert sha256(shown.encode()).hexdigest() == SHOWN[VERSION], "raise `version`, pin it here"
        assert len(VERSION) <= 40


class TestOfAge:
    @pytest.mark.parametrize(
        ("born_on", "is_male", "on", "may_marry"),
        [
            (date(1898, 12, 1), True, date(1920, 11, 30), False),
            (date(1898, 12, 1), True, date(1920, 12, 1), True),
            (date(1898, 12, 1), False, date(1918, 11, 30), False),
            (date(1898, 12, 1), False, date(1918, 12, 1), True),
            (date(1884, 2, 29), True, date(1906, 2, 27), False),
            (date(1884, 2, 29), True, date(1906, 2, 28), True),
            (date(1880, 2, 29), False, date(1900, 2, 28), True),
        ],
    )
    def test_a_man_may_marry_from_his_22nd_and_a_woman_from_her_20th_birthday(
        self, born_on, is_male, on, may_marry
    ):
        assert of_age(born_on, is_male, on) is may_marry

    @given(born_on=st.dates(date(1880, 1, 1), date(2010, 1, 1)), on=st.dates(date(1900, 1, 1)))
    def test_a_man_who_is_of_age_would_be_of_age_as_a_woman_too(self, born_on, on):
        assert not of_age(born_on, True, on) or of_age(born_on, False, on)
