"""Each call and each fault: what is raised and how often WeChat is asked, as the docs state it.

The table in docs/wechat-client.md is the specification here: it is read, and every cell is tried.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from heli.wechat.client import errors, wire
from heli.wechat.client.credentials import access_token
from heli.wechat.client.errors import TokenRefused, WeChatFault
from heli.wechat.client.wire import Patience
from heli.wechat.emulator.running import Emulated
from tests.wechat.calls_made import CALLS, Made, known_people
from tests.wechat.pointing import wechat_settings

pytestmark = pytest.mark.usefixtures("database")

PAGE = (Path(__file__).parents[2] / "docs" / "wechat-client.md").read_text(encoding="utf-8")

# How the emulator is told to go wrong; of `unreachable` there is no emulator.
SCRIPTS: dict[str, dict[str, Any]] = {
    "timeout": {"delay": 1.0},
    "cut": {"cut": True},
    "http_5xx": {"status": 502},
    "http_4xx": {"status": 413},
    "broken_json": {"body": '{"errcode":0,"errm'},
    "no_object": {"body": "[]"},
    "expired_token": {"errcode": 42001},
    "killed_token": {"errcode": 40001},
    "quota": {"errcode": 45009},
    "minute_quota": {"errcode": 45011},
    "busy": {"errcode": -1},
    "not_allowed": {"errcode": 48001},
    "wrong_secret": {"errcode": 40125},
}
QUICK = Patience(connect=2, read=10, whole=20, busy=(0, 0))
IMPATIENT = Patience(connect=2, read=0.4, whole=2, busy=(0, 0))


@dataclass(frozen=True)
class Stated:
    """A row of the table. code: WeChat's, where the fault is one."""

    raised: type[WeChatFault]
    tries: int
    tries_repeatable: int
    done: str
    code: int | None

    def tries_of(self, made: Made) -> int:
        """How often WeChat is asked by this call."""
        if self.raised is TokenRefused and not made.has_token:
            return 1
        return self.tries_repeatable if made.is_repeatable else self.tries

    def raised_by(self, made: Made) -> type[WeChatFault]:
        """The fault that this call ends in."""
        with_secret = made.path in WITH_SECRET and self.raised is TokenRefused
        return errors.SecretRefused if with_secret and self.code == 40001 else self.raised


WITH_SECRET = {"/cgi-bin/stable_token", "/sns/jscode2session", "/sns/oauth2/access_token"}


def stated() -> dict[str, Stated]:
    """The table of faults as the docs have it."""
    rows = re.findall(
        r"^\| `(\w+)` \| `(\w+)` \| (\d) \| (\d) \| ([a-z ]+) \|$", PAGE, re.MULTILINE
    )
    return {
        name: Stated(
            getattr(errors, raised),
            int(tries),
            int(repeatable),
            done,
            SCRIPTS.get(name, {}).get("errcode"),
        )
        for name, raised, tries, repeatable, done in rows
    }


FAULTS = stated()


@pytest.fixture
def wechat(emulator: Emulated) -> Emulated:
    """The emulator, with somebody in it."""
    known_people(emulator)
    return emulator


@pytest.fixture
def ready(wechat: Emulated, name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """The call, made ready; nothing it needs besides itself has to be fetched any more."""
    call = CALLS[name].ready(wechat)
    if CALLS[name].has_token:
        _fetch_both_tokens(wechat)
    monkeypatch.setattr(wire, "PATIENCE", QUICK)
    return call


def _fetch_both_tokens(wechat: Emulated) -> None:
    for app in wechat.registered.apps.values():
        access_token(app)


class TestTheTable:
    def test_it_states_every_fault_that_is_tried(self):
        assert set(FAULTS) == {"unreachable", *SCRIPTS}

    def test_it_lists_every_call(self):
        rows = re.findall(r"^\| `(\w+)` \| `(/[\w/-]+)` \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)

        assert rows == [
            (name, made.path, _word(made.has_token), _word(made.is_repeatable))
            for name, made in CALLS.items()
        ]

    def test_what_it_says_was_done_is_what_the_fault_says(self):
        not_known = {errors.NoAnswer, errors.Garbled}

        assert {fault.raised for fault in FAULTS.values() if fault.done != "no"} == not_known
        assert not {fault.raised for fault in FAULTS.values() if fault.done == "no"} & not_known


@pytest.mark.parametrize("name", CALLS)
class TestEveryCall:
    def test_it_succeeds_when_nothing_goes_wrong(self, wechat, name, ready):
        before = asked(wechat, name)

        ready()

        assert asked(wechat, name) == before + 1

    @pytest.mark.parametrize("fault", SCRIPTS)
    def test_a_fault_that_stays_ends_as_stated(self, wechat, name, ready, fault, monkeypatch):
        made, row = CALLS[name], FAULTS[fault]
        before = asked(wechat, name)
        wechat.control.script_fault(made.path, times=None, **SCRIPTS[fault])
        if fault == "timeout":
            monkeypatch.setattr(wire, "PATIENCE", IMPATIENT)

        with pytest.raises(WeChatFault) as raised:
            ready()

        assert type(raised.value) is row.raised_by(made)
        assert raised.value.path == made.path
        assert raised.value.errcode == row.code
        assert asked(wechat, name) - before == row.tries_of(made)

    @pytest.mark.parametrize("fault", sorted(SCRIPTS.keys() - {"timeout"}))
    def test_a_fault_that_comes_once_is_not_seen_where_there_is_another_try(
        self, wechat, name, ready, fault
    ):
        made, row = CALLS[name], FAULTS[fault]
        before = asked(wechat, name)
        wechat.control.script_fault(made.path, times=1, **SCRIPTS[fault])

        if row.tries_of(made) == 1:
            with pytest.raises(row.raised_by(made)):
                ready()
            assert asked(wechat, name) == before + 1
        else:
            ready()
            assert asked(wechat, name) == before + 2

    def test_without_a_connection_it_is_surely_not_done(self, wechat, name, ready):
        with (
            nobody_listens() as address,
            wechat_settings(api=address, mp=address),
            pytest.raises(errors.Unreachable) as raised,
        ):
            ready()

        assert raised.value.path == CALLS[name].path


class TestALostAnswer:
    def test_a_message_whose_answer_was_lost_may_have_arrived_and_is_not_sent_again(self, wechat):
        send = CALLS["send_mini_subscribe"].ready(wechat)
        wechat.control.script_fault(CALLS["send_mini_subscribe"].path, after=True, cut=True)

        with pytest.raises(errors.NoAnswer):
            send()

        assert len(wechat.control.messages()) == 1

    def test_one_with_a_number_of_ours_is_sent_again_and_arrives_once(self, wechat):
        send = CALLS["send_template"].ready(wechat)
        wechat.control.script_fault(CALLS["send_template"].path, after=True, cut=True)

        assert send()
        assert len(wechat.control.messages()) == 1

    def test_a_code_whose_answer_was_lost_is_used(self, wechat):
        ask = CALLS["session_of_code"].ready(wechat)
        wechat.control.script_fault(CALLS["session_of_code"].path, after=True, cut=True)
        with pytest.raises(errors.NoAnswer):
            ask()

        with pytest.raises(errors.CodeRefused):
            ask()


def asked(wechat: Emulated, name: str) -> int:
    """How often WeChat saw this call."""
    return len(wechat.control.calls(CALLS[name].path))


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


@contextmanager
def nobody_listens() -> Iterator[str]:
    """An address of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, and not listening
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
