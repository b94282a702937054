"""Where somebody is registered is asked only where the office's rules need it."""

from __future__ import annotations

from datetime import time

import pytest

from heli.bookings.models import Party
from heli.bookings.parties import open_details
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.places.models import Office, Policy
from heli.places.queries import asks_household_address
from tests.bookings.factories import Couple, a_couple, state_of
from tests.web.visitors import browser, held, html
from tests.web.walking import DAY, Visitor, a_slot

pytestmark = pytest.mark.usefixtures("database")

ADDRESS = "演示省演示市演示路1号"
FIELD = 'name="household_address"'


def a_rule(office: Office, *, asks: bool, from_days_ago: int = 100) -> None:
    Policy.objects.create(
        office=office,
        starts_on=clock.today() - from_days_ago * DAY,
        release_at=time(9),
        asks_household_address=asks,
    )


def address_of(role: Role) -> str | None:
    return open_details(Party.objects.get(role=role)).household_address


class TestTheRule:
    def test_without_a_rule_nobody_is_asked(self):
        assert not asks_household_address(a_slot().office_id, clock.today())

    def test_the_last_that_started_holds(self):
        office = a_slot().office
        a_rule(office, asks=True, from_days_ago=10)
        a_rule(office, asks=False, from_days_ago=0)

        assert asks_household_address(office.id, clock.today() - DAY)
        assert not asks_household_address(office.id, clock.today())


class TestTheApplicant:
    def test_is_not_asked_where_no_rule_needs_it_and_what_is_sent_all_the_same_is_not_kept(self):
        visitor = Visitor().reaches_check(a_couple(), a_slot())
        assert FIELD not in visitor.text

        visitor.sends(household_address=ADDRESS)

        assert address_of(Role.APPLICANT) is None

    def test_is_asked_at_the_last_step_and_nothing_is_taken_without_it(self):
        slot = a_slot()
        a_rule(slot.office, asks=True)
        visitor = Visitor().reaches_check(a_couple(), slot)
        assert FIELD in visitor.text

        visitor.sends(household_address="")
        assert visitor.page.status_code == 422
        assert not Party.objects.exists()

        visitor.sends(household_address=ADDRESS)
        assert address_of(Role.APPLICANT) == ADDRESS


class TestTheOther:
    def a_request(self, *, asks: bool) -> tuple[Couple, str]:
        couple, slot = a_couple(), a_slot()
        a_rule(slot.office, asks=asks)
        return couple, held(couple, slot).code

    def test_is_asked_with_the_question_and_only_for_their_own(self):
        couple, code = self.a_request(asks=True)
        partner = browser(couple.partner)
        assert FIELD in html(partner.get(f"/c/{code}/answer"))

        without = partner.post(f"/c/{code}/agree")
        assert without.status_code == 422
        assert state_of(code) is State.HELD

        partner.post(f"/c/{code}/agree", {"household_address": ADDRESS})
        assert state_of(code) is State.CONFIRMED
        assert address_of(Role.PARTNER) == ADDRESS
        assert address_of(Role.APPLICANT) is None

    def test_is_not_asked_where_no_rule_needs_it(self):
        couple, code = self.a_request(asks=False)
        partner = browser(couple.partner)
        assert FIELD not in html(partner.get(f"/c/{code}/answer"))

        partner.post(f"/c/{code}/agree", {"household_address": ADDRESS})

        assert state_of(code) is State.CONFIRMED
        assert address_of(Role.PARTNER) is None

    def test_keeps_what_they_typed_when_they_are_asked_about_their_own_booking(self):
        couple, code = self.a_request(asks=True)
        held(couple.swapped())

        asked = browser(couple.partner).post(f"/c/{code}/agree", {"household_address": ADDRESS})

        assert f'{FIELD} value="{ADDRESS}"' in html(asked, 409)

    def test_a_stranger_learns_nothing(self):
        _couple, code = self.a_request(asks=True)

        assert browser(a_couple().applicant).post(f"/c/{code}/agree").status_code == 404
