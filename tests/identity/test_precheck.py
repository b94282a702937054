"""Name and number asked about before a dear check is bought, and what that must never do."""

from __future__ import annotations

import dataclasses
import uuid
from random import Random

import pytest

from heli.ground.configuration import ConfigurationError, from_environment
from heli.identity.errors import IdentityNotProven
from heli.identity.models import Verification
from heli.identity.services import PendingVerification, verify_person
from heli.identity.tencent.face import FaceIdInBrowser
from heli.identity.tencent.precheck import ended_early
from heli.identity.verification import Claim, Redirect
from heli.ops.demo.people import fictional_person
from tests.bookings.factories import NOW, a_couple, a_slot, hold
from tests.identity.test_faceid import FAULTS

pytestmark = pytest.mark.usefixtures("database", "emulator")

ZHANG = fictional_person(Random(3))
CARD = "6222000000000000005"
PRECHECK = "IdCardVerification"
DEAR = {"faceid": "DetectAuth", "bank_card": "BankCard4EVerification"}


@pytest.fixture
def prechecks(settings) -> None:
    """An installation that has set it up."""
    tencent = dataclasses.replace(settings.HELI.tencent, prechecks=True)
    settings.HELI = dataclasses.replace(settings.HELI, tencent=tencent)


@pytest.fixture(params=sorted(DEAR))
def method(request) -> str:
    """Each of the checks that are paid for."""
    return request.param


def begin(method: str) -> PendingVerification:
    claim = {"name": ZHANG.name, "id_number": ZHANG.id_number, "phone": ZHANG.phone}
    card = CARD if method == "bank_card" else ""
    pending = verify_person(**claim, method=method, card=card)
    assert isinstance(pending, PendingVerification)
    return pending


def test_it_is_off_unless_it_is_set_up(emulator, method):
    begin(method)

    assert emulator.control.calls(PRECHECK) == []


@pytest.mark.usefixtures("prechecks")
class TestPrecheck:
    def test_name_and_number_are_asked_about_first_and_the_dear_check_after_it(
        self, emulator, method
    ):
        begin(method)

        (call,) = emulator.control.calls(PRECHECK)
        assert call["body"] == {"Name": ZHANG.name, "IdCard": ZHANG.id_number}
        assert len(emulator.control.calls(DEAR[method])) == 1

    @pytest.mark.parametrize(
        ("result", "reason"),
        [("-1", "mismatch"), ("-2", "mismatch"), ("-3", "mismatch"), ("-5", "counter")],
    )
    def test_what_it_says_of_the_person_is_said_before_the_dear_check_is_bought(
        self, emulator, method, result, reason
    ):
        emulator.control.id_card(result)

        with pytest.raises(IdentityNotProven) as refused:
            begin(method)

        assert refused.value.facts == {"reason": reason}
        assert emulator.control.calls(DEAR[method]) == []
        row = Verification.objects.get()
        assert (row.state, row.reason, row.request_sealed) == ("failed", reason, None)

    @pytest.mark.parametrize("result", ["-4", "-6", "-7", "-99", ""])
    def test_what_says_nothing_of_the_person_ends_nothing(self, emulator, method, result):
        emulator.control.id_card(result)

        begin(method)

        assert len(emulator.control.calls(DEAR[method])) == 1

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_an_outage_of_it_blocks_nobody(self, emulator, fault):
        emulator.control.script_fault(PRECHECK, **fault)

        begin("faceid")

        assert len(emulator.control.calls(PRECHECK)) == 1
        assert Verification.objects.get().state == "pending"

    def test_nobody_waits_long_for_it(self, emulator, monkeypatch):
        monkeypatch.setattr("heli.identity.tencent.precheck.ANSWER_SECONDS_MAX", 0.2)
        emulator.control.script_fault(PRECHECK, delay=1.0)

        assert begin("faceid").redirect_url

    def test_it_passes_nobody(self, emulator):
        claim = Claim(ZHANG.name, ZHANG.id_number, f"+86{ZHANG.phone}", back_to="https://x/back")

        assert ended_early(claim) is None
        assert isinstance(FaceIdInBrowser().ask(claim, uuid.uuid4()), Redirect)

    def test_a_permit_is_not_asked_about(self, emulator):
        claim = Claim("张三丰", "810000189001010001", "+8613900001234")

        assert ended_early(claim) is None
        assert emulator.control.calls(PRECHECK) == []

    def test_the_other_party_is_never_asked_about(self, emulator):
        """They were typed by somebody else, and have agreed to nothing."""
        hold(a_couple(), a_slot(), at=NOW)

        assert emulator.control.calls() == []


@pytest.mark.parametrize(("value", "is_on"), [("", False), ("0", False), ("1", True)])
def test_the_setting(value, is_on):
    env = {"HELI_ENV": "test", "HELI_FACEID_PRECHECK": value}

    assert from_environment(env).tencent.prechecks is is_on


def test_another_word_than_on_or_off_is_refused():
    with pytest.raises(ConfigurationError, match="HELI_FACEID_PRECHECK is 'yes'; it must be 1"):
        from_environment({"HELI_ENV": "test", "HELI_FACEID_PRECHECK": "yes"})
