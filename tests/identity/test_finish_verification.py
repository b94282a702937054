"""A check that goes on in the app of who asks: finished once, by the account that began it."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import InvalidInput, NotFound, Refusal
from heli.identity import verification
from heli.identity.errors import (
    AlreadyAnswered,
    CheckUnavailable,
    IdentityNotProven,
    StillPending,
)
from heli.identity.models import Verification
from heli.identity.services import (
    CLAIM_KEPT,
    PendingVerification,
    finish_verification,
    forget_old_claims,
    next_old_claim,
    verify_person,
)
from heli.identity.verification import Claim, Handle, Verdict, offered_methods
from heli.ops.demo.people import fictional_person

pytestmark = pytest.mark.usefixtures("database")

ZHANG = fictional_person(Random(3))
MINE, ANOTHER = "account-1", "account-2"


class CheckInTheApp:
    """A check that goes on in an app; the test says what came of it."""

    name = "in the app"
    is_for_production = True
    needs_account = True

    def __init__(self) -> None:
        self.verdict: Verdict | None = None
        self.asked: list[Claim] = []

    def is_set_up(self) -> bool:
        return True

    def ask(self, claim: Claim, verification: uuid.UUID) -> Handle:
        return Handle("what the app starts with")

    def result(self, claim: Claim, verification: uuid.UUID) -> Verdict | None:
        self.asked.append(claim)
        return self.verdict


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> CheckInTheApp:
    monkeypatch.setattr(verification, "_register", dict(verification._register))
    adapter = CheckInTheApp()
    verification.register_adapter(adapter)
    return adapter


def begin(account: str = MINE) -> PendingVerification:
    pending = verify_person(
        name=ZHANG.name,
        id_number=ZHANG.id_number,
        phone=ZHANG.phone,
        method="in the app",
        account=account,
    )
    assert isinstance(pending, PendingVerification)
    return pending


def row() -> Verification:
    return Verification.objects.get()


def grow_old() -> None:
    Verification.objects.update(requested_at=clock.real_now() - CLAIM_KEPT)


class TestBegun:
    def test_the_app_gets_what_it_starts_the_check_with(self, app):
        pending = begin()

        assert (pending.redirect_url, pending.handle) == (None, "what the app starts with")

    def test_nobody_is_offered_it_in_a_browser(self, app):
        assert offered_methods() == ("simulated",)

    def test_without_an_account_it_is_refused_and_nothing_is_recorded(self, app):
        with pytest.raises(InvalidInput) as refused:
            begin(account="")

        (error,) = refused.value.errors
        assert (error.field, str(error.text)) == (
            "method",
            "这种验证方式要在微信小程序里进行。请换一种方式。",
        )
        assert not Verification.objects.exists()

    def test_production_allows_it(self, app, monkeypatch):
        heli = dataclasses.replace(settings.HELI, environment=Environment.PRODUCTION)
        monkeypatch.setattr(settings, "HELI", heli)

        assert verification.adapter_named("in the app") is app


class TestFinishVerification:
    def test_passed_is_proven_from_what_was_typed_and_the_claim_is_emptied(self, app):
        pending = begin()
        app.verdict = Verdict.PASSED

        identity = finish_verification(pending.id, account=MINE)

        assert (identity.name, identity.id_number.value) == (ZHANG.name, ZHANG.id_number)
        assert (identity.phone, identity.method) == (f"+86{ZHANG.phone}", "in the app")
        assert (row().state, row().request_sealed) == ("passed", None)
        assert bytes(row().person) == identity.person
        assert row().answered_at == identity.verified_at
        assert [claim.account for claim in app.asked] == [MINE]

    def test_one_check_gives_one_proof(self, app):
        pending = begin()
        app.verdict = Verdict.PASSED
        finish_verification(pending.id, account=MINE)
        before = Verification.objects.values().get()

        with pytest.raises(AlreadyAnswered) as refused:
            finish_verification(pending.id, account=MINE)

        assert (refused.value.code, refused.value.facts) == ("wrong_state", {"state": "passed"})
        assert refused.value.sentence() == "这次实名验证已经结束，不能再用。请重新验证一次。"
        assert Verification.objects.values().get() == before
        assert len(app.asked) == 1

    def test_of_two_that_ask_at_once_one_gets_the_proof(self, app):
        pending = begin()

        class SlowerThanAnother(CheckInTheApp):
            def result(self, claim: Claim, verification: uuid.UUID) -> Verdict:
                app.verdict = Verdict.PASSED
                register(app)
                finish_verification(pending.id, account=MINE)
                return Verdict.PASSED

        register = verification.register_adapter
        register(SlowerThanAnother())

        with pytest.raises(AlreadyAnswered):
            finish_verification(pending.id, account=MINE)

    @pytest.mark.parametrize("account", [ANOTHER, ""])
    def test_another_account_finds_nothing_and_the_vendor_is_not_asked(self, app, account):
        pending = begin()
        app.verdict = Verdict.PASSED

        with pytest.raises(NotFound):
            finish_verification(pending.id, account=account)

        assert (row().state, app.asked) == ("pending", [])

    def test_an_unknown_attempt_is_the_same_answer(self, app):
        with pytest.raises(NotFound):
            finish_verification(uuid.UUID(int=7), account=MINE)

    def test_who_is_not_done_may_go_on(self, app):
        pending = begin()

        with pytest.raises(StillPending) as refused:
            finish_verification(pending.id, account=MINE)

        assert (refused.value.code, refused.value.facts) == ("wrong_state", {"state": "pending"})
        app.verdict = Verdict.PASSED
        assert finish_verification(pending.id, account=MINE).name == ZHANG.name

    def test_no_answer_decides_nothing(self, app):
        pending = begin()
        app.verdict = Verdict.UNAVAILABLE

        with pytest.raises(CheckUnavailable):
            finish_verification(pending.id, account=MINE)

        app.verdict = Verdict.PASSED
        assert finish_verification(pending.id, account=MINE).name == ZHANG.name

    @pytest.mark.parametrize("verdict", [Verdict.MISMATCH, Verdict.COUNTER])
    def test_no_ends_the_attempt(self, app, verdict):
        pending = begin()
        app.verdict = verdict

        with pytest.raises(IdentityNotProven) as refused:
            finish_verification(pending.id, account=MINE)

        assert refused.value.facts == {"reason": verdict.value}
        assert (row().state, row().reason, row().request_sealed) == ("failed", verdict, None)
        with pytest.raises(AlreadyAnswered):
            finish_verification(pending.id, account=MINE)

    def test_a_check_that_sends_people_elsewhere_is_none_of_an_apps(self, app, monkeypatch):
        pending = begin()
        monkeypatch.delattr(CheckInTheApp, "result")

        with pytest.raises(NotFound):
            finish_verification(pending.id, account=MINE)

    def test_no_refusal_repeats_name_number_or_account(self, app):
        pending = begin()
        with pytest.raises(Refusal) as refused:
            finish_verification(pending.id, account=MINE)

        said = refused.value.sentence() + repr(refused.value) + repr(vars(refused.value))
        for secret in (ZHANG.name, ZHANG.id_number, MINE):
            assert secret not in said


class TestForgetOldClaims:
    def test_what_nobody_finished_is_emptied_after_two_hours(self, app):
        pending = begin()
        grow_old()
        app.verdict = Verdict.PASSED

        assert next_old_claim() <= clock.real_now()
        forget_old_claims(clock.now())

        assert (row().state, row().reason, row().request_sealed) == ("failed", "unavailable", None)
        assert next_old_claim() is None
        with pytest.raises(AlreadyAnswered):
            finish_verification(pending.id, account=MINE)

    def test_it_is_refused_by_time_whether_or_not_the_job_has_run(self, app):
        pending = begin()
        grow_old()
        app.verdict = Verdict.PASSED

        with pytest.raises(AlreadyAnswered):
            finish_verification(pending.id, account=MINE)

        assert app.asked == []

    def test_a_jump_of_business_time_forgets_nothing(self, app):
        begin()

        assert next_old_claim() is None
        forget_old_claims(clock.now() + timedelta(days=31))

        assert row().state == "pending"
