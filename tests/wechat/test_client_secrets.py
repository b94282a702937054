"""Nothing secret and nothing personal in any log record, exception or trace, whatever happens."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest

from heli.ground.vendors import App
from heli.wechat.client import calls, wire
from heli.wechat.client.credentials import access_token
from heli.wechat.client.errors import WeChatFault
from heli.wechat.client.wire import Patience
from heli.wechat.emulator.running import Emulated
from heli.wechat.kinds import AppKind
from tests.wechat.calls_made import (
    ACCOUNT_OPENID,
    CALLS,
    DATA,
    MINI_OPENID,
    PERSON,
    known_people,
)
from tests.wechat.pointing import wechat_settings
from tests.wechat.test_fault_matrix import SCRIPTS, nobody_listens

pytestmark = pytest.mark.usefixtures("database")

# One of each kind: each leads through another part of the client.
FAULTS = ("unreachable", "timeout", "cut", "http_5xx", "broken_json", "killed_token", "quota")
WITHOUT_WAITING = Patience(connect=2, read=0.3, whole=1, busy=(0, 0))


class Written:
    """Everything that any logger of this process wrote, down to DEBUG, with its traces."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))

    @property
    def text(self) -> str:
        return self._stream.getvalue()


@pytest.fixture
def written() -> Iterator[Written]:
    """The log of everything below this test."""
    written, root = Written(), logging.getLogger()
    names = ("httpx", "httpcore", "heli", "heli.wechat", "urllib3", "asyncio")
    loggers = [root, *map(logging.getLogger, names)]
    levels = [logger.level for logger in loggers]
    root.addHandler(written.handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(written.handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def wechat(emulator: Emulated) -> Emulated:
    """The emulator, with somebody in it."""
    known_people(emulator)
    return emulator


def canaries(wechat: Emulated) -> dict[str, str]:
    """What must not be found, by what it is."""
    apps = wechat.registered.apps
    return {
        "secret of the account": apps[AppKind.ACCOUNT].secret,
        "secret of the mini program": apps[AppKind.MINI].secret,
        "token of the account": access_token(apps[AppKind.ACCOUNT]),
        "token of the mini program": access_token(apps[AppKind.MINI]),
        "openid in the account": ACCOUNT_OPENID,
        "openid in the mini program": MINI_OPENID,
        "name": PERSON.name,
        "number": PERSON.id_number,
        "telephone": PERSON.phone,
        "words of a message": DATA["thing3"],
    }


def everything_of(fault: BaseException) -> str:
    """What a careless log would write of a fault, and of what lies behind it."""
    parts = [*traceback.format_exception(fault), repr(fault), str(fault), repr(fault.args)]
    behind = [fault.__context__, fault.__cause__]
    return "".join(parts) + "".join(everything_of(one) for one in behind if one is not None)


def assert_clean(text: str, *known: dict[str, str]) -> None:
    """None of what is known is in the text."""
    found = [name for some in known for name, value in some.items() if value in text]
    assert found == []


class TestNothingSecretIsWritten:
    @pytest.mark.parametrize("name", CALLS)
    def test_when_a_call_succeeds(self, wechat, name, written):
        call = CALLS[name].ready(wechat)

        result = call()

        assert CALLS[name].path in written.text, "the log was not listened to"
        known = canaries(wechat)
        assert_clean(written.text, known)
        if name != "phone_of_code":  # a telephone number is what it was asked for
            assert_clean(repr(result), known)

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("name", CALLS)
    def test_when_it_fails(self, wechat, name, fault, written, monkeypatch):
        call = CALLS[name].ready(wechat)
        before = canaries(wechat)
        if fault != "unreachable":
            wechat.control.script_fault(CALLS[name].path, times=None, **SCRIPTS[fault])
        monkeypatch.setattr(wire, "PATIENCE", WITHOUT_WAITING)

        raised = failed(call, nowhere=fault == "unreachable")

        logging.getLogger("heli").error("it failed", exc_info=raised)
        wechat.control.clear_faults()
        after = canaries(wechat)  # a token may have been replaced
        assert_clean(written.text, before, after)
        assert_clean(everything_of(raised), before, after)

    def test_when_wechat_repeats_in_its_text_what_was_sent(self, wechat, written):
        call = CALLS["begin_face"].ready(wechat)
        text = f"wrong: {PERSON.name} {PERSON.id_number} {MINI_OPENID}"
        wechat.control.script_fault(CALLS["begin_face"].path, errcode=99999, errmsg=text)

        raised = failed(call)

        assert raised.errcode == 99999
        assert_clean(written.text + everything_of(raised), canaries(wechat))

    def test_when_a_code_is_refused(self, wechat, written):
        code = wechat.control.mint_code(AppKind.MINI, MINI_OPENID)
        calls.session_of_code(code)
        raised = failed(lambda: calls.session_of_code(code))

        assert_clean(written.text + everything_of(raised), canaries(wechat), {"code": code})

    def test_an_app_prints_without_its_secret(self):
        assert "hush" not in repr(App("wx00000000000000a1", "hush"))


def failed(call, *, nowhere: bool = False) -> WeChatFault:
    """The fault that a call ends in. nowhere: at an address where nobody listens."""
    with nobody_listens() as address:
        changed = {"api": address, "mp": address} if nowhere else {}
        with wechat_settings(**changed), pytest.raises(WeChatFault) as raised:
            call()
    return raised.value
