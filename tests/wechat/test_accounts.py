"""Whose WeChat account it is: nobody's until somebody who proved who they are says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heli.ground import clock
from heli.ground.refusals import IdentityRequired
from heli.identity.verified import issue_token
from heli.ops.demo.people import fictional_person
from heli.wechat.accounts import (
    SESSION,
    WeChatSession,
    account_of,
    accounts_of,
    bind_account,
    find_account,
    issue_session,
    let_go,
    openid_of,
    openid_of_session,
    person_of,
    read_session,
    see_account,
)
from heli.wechat.kinds import AppKind
from heli.wechat.models import Account
from tests.people import verified

pytestmark = pytest.mark.usefixtures("database")

ACCOUNT, MINI = AppKind.ACCOUNT, AppKind.MINI


def session_of(account: Account) -> WeChatSession:
    return WeChatSession(account.id, AppKind(account.app))


class TestSeeAccount:
    def test_an_openid_is_one_account_however_often_it_is_seen(self):
        assert see_account(MINI, "o-1").id == see_account(MINI, "o-1").id

    def test_it_means_nothing_to_the_other_app(self):
        assert see_account(MINI, "o-1").id != see_account(ACCOUNT, "o-1").id

    def test_it_is_sealed_and_found_again(self):
        account = see_account(MINI, "o-1", unionid="u-1")

        stored = Account.objects.values().get()
        text = repr(
            {name: bytes(v) if isinstance(v, memoryview) else v for name, v in stored.items()}
        )
        assert "o-1" not in text
        assert "u-1" not in text
        assert openid_of(account) == "o-1"
        assert find_account(MINI, "o-1") == account
        assert find_account(ACCOUNT, "o-1") is None

    def test_a_unionid_that_comes_later_is_noted(self):
        see_account(MINI, "o-1")
        see_account(MINI, "o-1", unionid="u-1")

        assert Account.objects.get().unionid is not None


class TestSession:
    def test_stands_for_the_account_alone(self):
        account = see_account(MINI, "o-1")

        token, expires_at = issue_session(account)

        assert read_session(token) == (account.id, MINI)
        assert clock.real_now() < expires_at <= clock.real_now() + SESSION
        assert "o-1" not in token

    @pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
    def test_a_forged_one_is_none(self, token):
        with pytest.raises(IdentityRequired):
            read_session(token)

    def test_a_proof_of_identity_is_none(self):
        with pytest.raises(IdentityRequired):
            read_session(issue_token(verified(fictional_person()))[0])

    def test_is_over_after_twelve_hours(self, monkeypatch):
        token, _expires_at = issue_session(see_account(MINI, "o-1"))
        later = clock.real_now() + SESSION
        monkeypatch.setattr(clock, "real_now", lambda: later)

        with pytest.raises(IdentityRequired):
            read_session(token)

    def test_of_an_account_that_is_no_longer_there_stands_for_nobody(self):
        gone = WeChatSession(7, MINI)

        assert person_of(gone) is None
        for ask in (account_of, openid_of_session):
            with pytest.raises(IdentityRequired):
                ask(gone)
        with pytest.raises(IdentityRequired):
            bind_account(gone, by=verified(fictional_person()))
        let_go(gone)


class TestBindAccount:
    def test_nobody_is_recognised_by_looking(self):
        assert person_of(session_of(see_account(MINI, "o-1"))) is None

    def test_recognises_who_said_so(self):
        account, identity = see_account(MINI, "o-1"), verified(fictional_person())

        bind_account(session_of(account), by=identity)

        assert person_of(session_of(account)).person == identity.person
        assert [found.id for found in accounts_of(identity.person)] == [account.id]

    def test_repeating_it_changes_nothing(self):
        account, identity = see_account(MINI, "o-1"), verified(fictional_person())
        bind_account(session_of(account), by=identity)
        before = Account.objects.values().get()

        bind_account(session_of(account), by=identity)

        assert Account.objects.values().get() == before

    def test_is_one_persons_at_a_time(self):
        account = see_account(MINI, "o-1")
        one, other = verified(fictional_person()), verified(fictional_person())
        bind_account(session_of(account), by=one)

        bind_account(session_of(account), by=other)

        assert person_of(session_of(account)).person == other.person
        assert accounts_of(one.person) == []

    def test_a_person_may_have_several_those_bound_last_first(self):
        identity = verified(fictional_person())
        accounts = [see_account(app, "o-1") for app in (MINI, ACCOUNT)]
        for account in accounts:
            bind_account(session_of(account), by=identity)
        Account.objects.filter(app=MINI).update(bound_at=clock.real_now() - timedelta(days=1))

        assert [found.app for found in accounts_of(identity.person)] == [ACCOUNT, MINI]

    def test_let_go_it_is_nobodys(self):
        account = see_account(MINI, "o-1")
        bind_account(session_of(account), by=verified(fictional_person()))

        let_go(session_of(account))
        let_go(session_of(account))

        account.refresh_from_db()
        assert (account.person, account.bound_at) == (None, None)

    def test_what_is_recognised_prints_nothing_of_it(self):
        account, identity = see_account(MINI, "o-1"), verified(fictional_person())
        bind_account(session_of(account), by=identity)

        assert repr(person_of(session_of(account))) == "RecognisedPerson(…)"
