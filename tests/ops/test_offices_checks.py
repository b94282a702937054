"""Offices at which nobody could prove who they are are found by `heli doctor`."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from heli.ops import doctor
from heli.ops.offices_checks import offices_without_a_check
from tests.bookings.factories import an_office
from tests.bookings.test_accepted_proofs import wants

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


@pytest.fixture
def only_in_the_mini_program(settings) -> None:
    """The face check in a browser is not set up; the mini program's own is."""
    tencent = dataclasses.replace(settings.HELI.tencent, faceid_rule_id="", secret_id="")
    settings.HELI = dataclasses.replace(settings.HELI, tencent=tencent)


@pytest.mark.usefixtures("only_in_the_mini_program")
class TestOfficesWithoutACheck:
    def test_are_those_that_accept_only_what_is_not_set_up(self):
        shut_out, open_to_all, with_another = an_office(), an_office(), an_office()
        wants(shut_out, "faceid", "bank_card")
        wants(open_to_all)
        wants(with_another, "faceid", "wechat_face")

        assert offices_without_a_check(TODAY) == [shut_out.id]
        (finding,) = doctor._offices()
        assert finding.verdict is doctor.Verdict.WARN
        assert shut_out.id in finding.text

    def test_by_the_rule_of_the_day(self):
        office = an_office()
        wants(office, "faceid", starts_on=date(2027, 1, 1))

        assert offices_without_a_check(TODAY) == []
        assert offices_without_a_check(date(2027, 1, 1)) == [office.id]

    def test_one_that_takes_no_bookings_is_none(self):
        office = an_office()
        wants(office, "faceid")
        office.is_bookable = False
        office.save()

        assert offices_without_a_check(TODAY) == []
