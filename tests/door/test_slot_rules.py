"""The door knows what the offices accept, from memory, and takes no place by another proof."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import time, timedelta

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heli.bookings.models import Booking, Party
from heli.bookings.parties import open_details
from heli.bookings.slot_rules import SlotRules
from heli.door import slot_rules
from heli.door.slot_rules import NO_SUCH_SLOT, KeptRules
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity, issue_token
from heli.places.models import Policy
from heli.slots.models import Slot
from tests.bookings.factories import Couple, a_couple
from tests.bookings.test_accepted_proofs import by_card, by_desk, by_face, wants
from tests.door.inside import InsideDoor
from tests.web.walking import a_slot

pytestmark = pytest.mark.usefixtures("database")

BOOKINGS = "/api/v1/bookings"
ADDRESS = "演示省演示市演示路1号"


def known(rules: KeptRules, *slot_ids: int) -> list[SlotRules | None]:
    """What is known of these slots once somebody has asked, and what was begun is done."""

    async def ask() -> None:
        await rules.know(slot_ids)
        if rules._reading is not None:
            await rules._reading

    asyncio.run(ask())
    return [rules.of(slot_id) for slot_id in slot_ids]


def changed(slot: Slot, checks: Iterable[str]) -> None:
    Policy.objects.filter(office_id=slot.office_id).update(real_name_checks=list(checks))


class TestKeptRules:
    def test_are_read_once_while_they_are_fresh(self):
        slot, rules = a_slot(), KeptRules()
        wants(slot.office, "faceid")
        (first,) = known(rules, slot.id)
        changed(slot, ["bank_card"])

        assert first == SlotRules(slot.office_id, ("faceid",), asks_household_address=False)
        assert known(rules, slot.id) == [first]

    def test_older_ones_serve_while_they_are_read_again(self, monkeypatch):
        monkeypatch.setattr(slot_rules, "FRESH_SECONDS", 0.0)
        slot, rules = a_slot(), KeptRules()
        wants(slot.office, "faceid")
        known(rules, slot.id)
        changed(slot, ["bank_card"])

        asyncio.run(rules.know([slot.id]))  # nobody waits for it
        (after,) = known(rules, slot.id)

        assert after is not None
        assert after.real_name_checks == ("bank_card",)

    def test_those_that_are_too_old_are_waited_for(self, monkeypatch):
        monkeypatch.setattr(slot_rules, "FRESH_SECONDS", 0.0)
        monkeypatch.setattr(slot_rules, "KEPT_SECONDS_MAX", 0.0)
        slot, rules = a_slot(), KeptRules()
        wants(slot.office, "faceid")
        known(rules, slot.id)
        changed(slot, ["bank_card"])

        asyncio.run(rules.know([slot.id]))

        assert rules.of(slot.id).real_name_checks == ("bank_card",)

    def test_many_slots_are_one_question_and_one_that_is_not_there_an_answer_too(self):
        slots, rules = [a_slot() for _ in range(3)], KeptRules()
        ids = [*(slot.id for slot in slots), 10**9]

        found = known(rules, *ids)

        assert [one.office_id for one in found] == [*(slot.office_id for slot in slots), ""]
        assert found[-1] is NO_SUCH_SLOT

    def test_the_next_slot_of_the_day_is_known_with_the_first(self):
        rules, day = KeptRules(), clock.day_of(clock.now()) + timedelta(days=7)
        slot = a_slot(starts_at=clock.moment_of(day, time(9)))
        next_one = a_slot(office=slot.office, starts_at=clock.moment_of(day, time(10)))

        known(rules, slot.id)

        assert rules.of(next_one.id) == rules.of(slot.id)

    def test_what_was_never_asked_about_is_not_known(self):
        assert KeptRules().of(1) is None

    def test_who_is_answered_from_memory_asks_the_database_nothing(self):
        slot, rules = a_slot(), KeptRules()
        known(rules, slot.id)

        with CaptureQueriesContext(connection) as asked:
            asyncio.run(rules.know([slot.id]))

        assert len(asked) == 0
        assert rules._reading is None


@pytest.fixture
def couple() -> Couple:
    return a_couple()


def booked(
    door: InsideDoor, slot: Slot, couple: Couple, by: VerifiedIdentity, **more: str
) -> httpx.Response:
    body = {
        "service": slot.service,
        "slot_id": slot.id,
        "applicant": {"phone": "13900001234", **more},
        "partner": {"name": couple.other.name, "id_number": couple.other.id_number},
    }
    headers = {"authorization": f"Bearer {issue_token(by)[0]}", "idempotency-key": "a key"}
    with httpx.Client(base_url=door.address, timeout=30, trust_env=False) as client:
        return client.post(BOOKINGS, content=json.dumps(body).encode(), headers=headers)


class TestTaking:
    def test_a_proof_that_the_office_accepts_is_answered_at_the_door(self, door, couple):
        slot = a_slot()
        wants(slot.office, "faceid")

        answer = booked(door, slot, couple, by_face(couple.applicant))

        assert answer.status_code == 201
        assert door.upstream.asked == []

    def test_so_is_the_desks_own_at_its_office(self, door, couple):
        slot = a_slot()
        wants(slot.office, "faceid")

        assert booked(door, slot, couple, by_desk(couple.applicant, slot.office)).is_success

    @pytest.mark.parametrize("proof", ["bank_card", "another desk's"])
    def test_another_is_passed_on_to_where_the_sentence_is_and_takes_no_place(
        self, door, couple, proof
    ):
        slot, elsewhere = a_slot(), a_slot()
        wants(slot.office, "faceid")
        by = by_card(couple.applicant)
        if proof != "bank_card":
            by = by_desk(couple.applicant, elsewhere.office)

        booked(door, slot, couple, by)

        assert [request["path"] for request in door.upstream.asked] == [BOOKINGS]
        assert not Booking.objects.exists()

    @pytest.mark.parametrize("is_asked", [True, False])
    def test_an_address_is_stored_where_the_office_asks_for_it_and_nowhere_else(
        self, door, couple, is_asked
    ):
        slot = a_slot()
        wants(slot.office)
        Policy.objects.update(asks_household_address=is_asked)

        answer = booked(door, slot, couple, couple.applicant, household_address=ADDRESS)

        assert answer.status_code == 201
        assert door.upstream.asked == []
        stored = open_details(Party.objects.get(role="applicant")).household_address
        assert stored == (ADDRESS if is_asked else None)
