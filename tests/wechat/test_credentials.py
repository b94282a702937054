"""One token for all: fetched once, replaced once, and not asked for by all when there is none."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from heli.ground import clock
from heli.ground.vendors import App
from heli.vault import keys
from heli.wechat.client import calls, credentials
from heli.wechat.client.credentials import (
    FORCED_A_DAY_MAX,
    access_token,
    after_refusal,
    jsapi_ticket,
)
from heli.wechat.client.errors import (
    NoAnswer,
    SecretRefused,
    TokenRefused,
    Unreachable,
    WeChatFault,
)
from heli.wechat.emulator.running import Emulated
from heli.wechat.kinds import AppKind, CredentialKind
from heli.wechat.models import Credential
from tests.wechat.processes import processes

pytestmark = pytest.mark.usefixtures("database")

TOKEN, TICKET = credentials.TOKEN_PATH, credentials.TICKET_PATH
MANY = 8


@pytest.fixture
def app(emulator: Emulated) -> App:
    """The official account."""
    return emulator.registered.apps[AppKind.ACCOUNT]


def fetches(emulator: Emulated, path: str = TOKEN) -> int:
    """How often WeChat was asked."""
    return len(emulator.control.calls(path))


def forced(emulator: Emulated) -> int:
    """How often WeChat was asked to kill the old token."""
    return sum(call["body"]["force_refresh"] for call in emulator.control.calls(TOKEN))


def nearly_over(kind: CredentialKind, left: timedelta) -> None:
    """What is kept has only this left."""
    Credential.objects.filter(kind=kind).update(expires_at=clock.real_now() + left)


def at_once(deed: Callable[[], Any]) -> list[Any]:
    """What eight threads got that did the same at once; a fault instead of a result where one was
    raised."""
    start = threading.Barrier(MANY)
    results: list[Any] = []

    def do() -> None:
        start.wait()
        try:
            results.append(deed())
        except WeChatFault as fault:
            results.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=do) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestAccessToken:
    def test_it_is_fetched_once_and_kept(self, emulator, app):
        assert access_token(app) == access_token(app)
        assert fetches(emulator) == 1

    def test_of_eight_processes_that_need_one_at_once_one_fetches(self, emulator):
        emulator.control.script_fault(TOKEN, delay=0.3)

        with processes(MANY) as parent:
            tokens = parent.communicate("go\n")[0].split()

        assert len(tokens) == MANY
        assert len(set(tokens)) == 1
        assert fetches(emulator) == 1

    def test_a_process_that_dies_while_it_fetches_holds_nobody_up(self, emulator, app):
        emulator.control.script_fault(TOKEN, delay=2)

        with processes(1) as parent:
            parent.stdin.write("go\n")
            parent.stdin.flush()
            while fetches(emulator) == 0:
                time.sleep(0.02)
            os.killpg(parent.pid, signal.SIGKILL)

        assert access_token(app)
        assert fetches(emulator) == 2

    def test_of_eight_threads_that_need_one_at_once_one_fetches(self, emulator, app):
        emulator.control.script_fault(TOKEN, delay=0.2)

        tokens = at_once(lambda: access_token(app))

        assert len(set(tokens)) == 1
        assert fetches(emulator) == 1

    def test_each_app_has_its_own(self, emulator, app):
        mini = emulator.registered.apps[AppKind.MINI]

        assert access_token(app) != access_token(mini)

    def test_one_with_less_than_five_minutes_left_is_replaced(self, emulator, app):
        old = access_token(app)
        emulator.control.move_clock(6905)
        nearly_over(CredentialKind.ACCESS_TOKEN, timedelta(seconds=299))

        assert access_token(app) != old

    def test_one_with_five_minutes_left_is_not(self, emulator, app):
        access_token(app)
        nearly_over(CredentialKind.ACCESS_TOKEN, timedelta(seconds=330))

        access_token(app)

        assert fetches(emulator) == 1

    def test_it_lies_sealed(self, emulator, app):
        token = access_token(app)

        [row] = Credential.objects.all()
        assert token.encode() not in bytes(row.value_sealed)

    def test_one_sealed_under_a_key_that_is_gone_is_fetched_anew(
        self, emulator, app, monkeypatch, tmp_path
    ):
        access_token(app)
        other = tmp_path / "keys.json"
        keys.create_key_file(other)
        monkeypatch.setattr(settings, "HELI", _with_keys(other))

        assert access_token(app)
        assert fetches(emulator) == 2

    def test_a_transaction_that_comes_to_nothing_leaves_a_token_that_can_be_fetched(
        self, emulator, app
    ):
        with transaction.atomic():
            token = access_token(app)
            transaction.set_rollback(True)

        assert not Credential.objects.exists()
        assert access_token(app) == token


class TestWhenItCannotBeFetched:
    @pytest.mark.parametrize(
        ("fault", "raised"),
        [({"status": 503}, NoAnswer), ({"errcode": 40125}, SecretRefused)],
        ids=["5xx", "wrong secret"],
    )
    def test_those_who_waited_get_the_same_fault_and_do_not_ask_again(
        self, emulator, app, fault, raised
    ):
        emulator.control.script_fault(TOKEN, delay=1.0, times=None, **fault)
        tries = 2 if raised is NoAnswer else 1

        results = at_once(lambda: access_token(app))

        assert {type(result) for result in results} == {raised}
        assert fetches(emulator) == tries

    def test_who_comes_later_asks_again(self, emulator, app):
        emulator.control.script_fault(TOKEN, status=503, times=2)
        with pytest.raises(NoAnswer):
            access_token(app)

        assert access_token(app)

    def test_an_old_one_serves_as_long_as_wechat_takes_it(self, emulator, app):
        old = access_token(app)
        nearly_over(CredentialKind.ACCESS_TOKEN, timedelta(seconds=60))
        emulator.control.script_fault(TOKEN, status=503, times=None)

        assert access_token(app) == old

    def test_and_not_longer(self, emulator, app):
        access_token(app)
        nearly_over(CredentialKind.ACCESS_TOKEN, timedelta(seconds=-1))
        emulator.control.script_fault(TOKEN, status=503, times=None)

        with pytest.raises(NoAnswer):
            access_token(app)

    @pytest.mark.parametrize(
        "body",
        [
            '{"access_token":"","expires_in":7200}',
            '{"access_token":"a","expires_in":0}',
            '{"access_token":"a"}',
            '{"expires_in":7200}',
        ],
    )
    def test_an_answer_that_holds_none_is_not_kept(self, emulator, app, body):
        emulator.control.script_fault(TOKEN, body=body, times=2)

        with pytest.raises(WeChatFault):
            access_token(app)

        assert not Credential.objects.exists()

    def test_a_call_that_got_no_token_was_surely_not_made(self, emulator):
        emulator.control.script_fault(TOKEN, status=503, times=None)

        with pytest.raises(Unreachable):
            calls.get_menu()

        assert fetches(emulator, "/cgi-bin/menu/get") == 0


class TestAfterRefusal:
    def test_a_token_that_somebody_killed_is_replaced_once_for_all(self, emulator, app):
        calls.set_menu({"button": [{"type": "click", "name": "帮助", "key": "help"}]})
        old = access_token(app)
        before = fetches(emulator)
        emulator.control.kill_tokens()

        menus = at_once(calls.get_menu)

        assert all(isinstance(menu, dict) for menu in menus), menus
        assert fetches(emulator) == before + 1
        assert forced(emulator) == 0
        assert access_token(app) != old

    def test_one_that_expired_before_its_time_is_replaced(self, emulator, app):
        old = access_token(app)
        emulator.control.expire_tokens()

        assert calls.get_menu() is None
        assert access_token(app) != old

    def test_where_it_was_replaced_already_nobody_is_asked(self, emulator, app):
        new = access_token(app)

        assert after_refusal(app, "the one before") == new
        assert fetches(emulator) == 1

    def test_force_is_the_last_way_when_wechat_insists_on_the_refused_one(self, emulator, app):
        old = access_token(app)

        new = after_refusal(app, old)

        assert new != old
        assert access_token(app) == new
        assert forced(emulator) == 1

    def test_force_is_not_used_again_within_thirty_seconds(self, emulator, app):
        new = after_refusal(app, access_token(app))

        with pytest.raises(TokenRefused):
            after_refusal(app, new)

        assert forced(emulator) == 1

    def test_nor_more_than_twenty_times_a_day(self, emulator, app):
        old = access_token(app)
        past = [
            clock.real_now() - timedelta(hours=1, minutes=count)
            for count in range(FORCED_A_DAY_MAX)
        ]
        keep(app, old, past)

        with pytest.raises(TokenRefused):
            after_refusal(app, old)

        assert forced(emulator) == 0

    def test_a_day_later_it_may_be_used_again(self, emulator, app):
        old = access_token(app)
        keep(app, old, [clock.real_now() - timedelta(days=1, seconds=1)] * FORCED_A_DAY_MAX)

        assert after_refusal(app, old) != old

    def test_a_try_whose_answer_was_lost_counts_as_one(self, emulator, app):
        old = access_token(app)
        emulator.control.script_fault(TOKEN, times=1, delay=0)
        emulator.control.script_fault(TOKEN, cut=True, times=1)

        with pytest.raises(NoAnswer):
            after_refusal(app, old)
        with pytest.raises(TokenRefused):
            after_refusal(app, old)

        assert forced(emulator) == 1

    def test_a_refused_token_is_not_used_because_it_would_last(self, emulator, app):
        old = access_token(app)
        emulator.control.script_fault(TOKEN, status=503, times=None)

        with pytest.raises(NoAnswer):
            after_refusal(app, old)


class TestJsapiTicket:
    def test_it_is_fetched_once_and_kept(self, emulator, app):
        assert jsapi_ticket(app) == jsapi_ticket(app)
        assert fetches(emulator, TICKET) == 1

    def test_of_eight_threads_that_need_one_at_once_one_fetches(self, emulator, app):
        emulator.control.script_fault(TICKET, delay=0.2)

        tickets = at_once(lambda: jsapi_ticket(app))

        assert len(set(tickets)) == 1
        assert fetches(emulator, TICKET) == 1
        assert fetches(emulator) == 1

    def test_a_killed_token_does_not_keep_it_from_being_fetched(self, emulator, app):
        access_token(app)
        emulator.control.kill_tokens()

        assert jsapi_ticket(app)

    def test_one_that_is_nearly_over_is_replaced(self, emulator, app):
        old = jsapi_ticket(app)
        emulator.control.move_clock(6905)
        nearly_over(CredentialKind.JSAPI_TICKET, timedelta(seconds=299))

        assert jsapi_ticket(app) != old


def keep(app: App, value: str, moments: list[Any]) -> None:
    """As if force had been used at these moments."""
    expires_at = clock.real_now() + timedelta(hours=1)
    kept = credentials._Kept(value, expires_at, tuple(moments))
    credentials._keep(app, CredentialKind.ACCESS_TOKEN, kept)


def _with_keys(path: Any) -> Any:
    return dataclasses.replace(settings.HELI, keys=path)
