"""Proving who one is: believed, refused, sent elsewhere; one row each time, without a name."""

from __future__ import annotations

import dataclasses
import json
import uuid
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from stdnum.iso7064 import mod_11_2

from heli.ground.configuration import Environment
from heli.ground.refusals import InvalidInput, NotFound, Refusal
from heli.identity import queries, verification
from heli.identity.errors import CheckUnavailable, IdentityNotProven
from heli.identity.models import Verification
from heli.identity.services import PendingVerification, verify_person
from heli.identity.verification import Claim, Redirect, offered_methods
from heli.identity.verified import VerifiedIdentity
from heli.ops.demo.people import fictional_person
from heli.vault.sealing import Spot, unseal

pytestmark = pytest.mark.usefixtures("database")

ZHANG = fictional_person(Random(3))


def ask(**changes: str) -> VerifiedIdentity | PendingVerification:
    given = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
    return verify_person(**({**given, "method": "simulated"} | changes))


def only_row() -> Verification:
    return Verification.objects.get()


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    heli = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION, identity="")
    monkeypatch.setattr(settings, "HELI", heli)


class FaceElsewhere:
    """A check that sends the person to another page, as the real ones will."""

    name = "elsewhere"
    is_for_production = True
    needs_account = False

    def is_set_up(self) -> bool:
        return True

    def ask(self, claim: Claim, verification: uuid.UUID) -> Redirect:
        return Redirect(url=f"https://face.example/{verification}")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_register", dict(verification._register))
    verification.register_adapter(FaceElsewhere())


class TestBelieved:
    def test_a_person_is_verified_and_the_row_knows_only_their_blind_index(self) -> None:
        identity = ask()

        assert isinstance(identity, VerifiedIdentity)
        assert (identity.name, identity.id_number.value) == (ZHANG.name, ZHANG.id_number)
        assert identity.phone == f"+86{ZHANG.phone}"
        assert identity.person == identity.id_number.blind_index()
        row = only_row()
        assert (row.state, row.method, row.reason) == ("passed", "simulated", "")
        assert bytes(row.person) == identity.person
        assert row.request_sealed is None
        assert row.answered_at == identity.verified_at

    def test_what_was_typed_is_put_right_first(self) -> None:
        spaced = " ".join(ZHANG.id_number).lower()
        identity = ask(name=f" {ZHANG.name} ", id_number=spaced, phone=f"+86 {ZHANG.phone}")
        assert isinstance(identity, VerifiedIdentity)
        assert identity == identity._replace(name=ZHANG.name)
        assert identity.id_number.value == ZHANG.id_number


class TestRefused:
    @pytest.mark.parametrize(("name", "reason"), [("张不符", "mismatch"), ("欧阳柜台", "counter")])
    def test_the_check_can_be_told_to_say_no(self, name: str, reason: str) -> None:
        with pytest.raises(IdentityNotProven) as refused:
            ask(name=name)

        assert (refused.value.code, refused.value.status) == ("not_eligible", 409)
        assert refused.value.facts == {"reason": reason}
        assert refused.value.sentence().endswith(("。", "."))
        row = only_row()
        assert (row.state, row.reason, row.person) == ("failed", reason, None)

    def test_the_check_can_be_told_not_to_answer(self) -> None:
        with pytest.raises(CheckUnavailable) as refused:
            ask(name="张超时")

        assert (refused.value.code, refused.value.status) == ("unavailable", 503)
        assert refused.value.retry_after_seconds == 60
        assert (only_row().state, only_row().reason) == ("failed", "unavailable")

    def test_every_field_at_fault_is_named_at_once_and_nothing_is_recorded(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            verify_person(name="张3", id_number="1", phone="0", method="oracle")

        assert [error.field for error in refused.value.errors] == [
            "name",
            "id_number",
            "phone",
            "method",
        ]
        assert all(str(error.text) for error in refused.value.errors)
        assert not Verification.objects.exists()

    @pytest.mark.parametrize("year", ["1990", "2031"])
    def test_a_real_birth_year_does_not_get_into_the_demo(self, year: str) -> None:
        first_17 = f"110105{year}0520001"
        with pytest.raises(InvalidInput) as refused:
            ask(id_number=first_17 + mod_11_2.calc_check_digit(first_17))
        assert [error.field for error in refused.value.errors] == ["id_number"]

    @pytest.mark.usefixtures("production")
    def test_production_knows_no_simulated_check(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            ask(id_number="11010519491231002X")
        assert [error.field for error in refused.value.errors] == ["method"]
        assert offered_methods() == ()
        assert not Verification.objects.exists()

    def test_no_refusal_repeats_name_number_or_telephone(self) -> None:
        for changes in ({"name": "张不符"}, {"name": "张超时"}, {"phone": "13912"}):
            with pytest.raises(Refusal) as refused:
                ask(**changes)
            said = refused.value.sentence() + repr(refused.value) + repr(vars(refused.value))
            for secret in ("张不符", "张超时", "13912", ZHANG.id_number):
                assert secret not in said


@pytest.mark.usefixtures("elsewhere")
class TestSentElsewhere:
    def test_the_claim_waits_sealed_in_its_own_row(self) -> None:
        pending = ask(method="elsewhere")

        assert isinstance(pending, PendingVerification)
        assert pending.redirect_url == f"https://face.example/{pending.id}"
        row = only_row()
        assert (row.id, row.state, row.answered_at) == (pending.id, "pending", None)
        spot = Spot("identity_verification", "request_sealed", str(pending.id))
        claim: dict[str, Any] = json.loads(unseal(row.request_sealed, spot=spot))
        assert claim["name"] == ZHANG.name
        assert ZHANG.name.encode() not in bytes(row.request_sealed)

    def test_the_one_that_the_settings_name_is_offered_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert offered_methods() == ("simulated", "elsewhere")
        heli = dataclasses.replace(settings.HELI, identity="elsewhere")
        monkeypatch.setattr(settings, "HELI", heli)
        assert offered_methods() == ("elsewhere", "simulated")

    def test_how_it_stands_can_be_asked_and_tells_nothing_of_the_person(self) -> None:
        pending = ask(method="elsewhere")
        assert isinstance(pending, PendingVerification)

        view = queries.verification(str(pending.id))

        assert (view.id, view.method, view.state) == (pending.id, "elsewhere", "pending")
        assert [field.name for field in dataclasses.fields(view)] == [
            "id",
            "method",
            "state",
            "reason",
        ]


class TestVerification:
    @pytest.mark.parametrize("id", ["", "x", str(uuid.UUID(int=7)), "\x00", "1" * 10_000])
    def test_an_unknown_id_and_no_id_at_all_are_the_same_answer(self, id: str) -> None:
        with pytest.raises(NotFound):
            queries.verification(id)

    def test_a_failed_one_says_why(self) -> None:
        with pytest.raises(IdentityNotProven):
            ask(name="张不符")
        view = queries.verification(only_row().id)
        assert (view.state, view.reason) == ("failed", "mismatch")


class TestTheTable:
    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ("state = 'believed', person = NULL", "identity_verification_state"),
            ("person = NULL", "identity_person_known_once_passed"),
            ("request_sealed = 'x'", "identity_claim_kept_only_while_pending"),
            ("answered_at = NULL", "identity_claim_kept_only_while_pending"),
        ],
    )
    def test_a_row_that_says_what_cannot_be_is_refused_below_the_services(
        self, changes: str, constraint: str
    ) -> None:
        ask()
        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE identity_verification SET {changes}")
