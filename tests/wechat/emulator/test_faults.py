"""What goes wrong when it is told to."""

from __future__ import annotations

import httpx
import pytest

from heli.wechat.emulator.templates import MINI_ID
from heli.wechat.kinds import AppKind

SEND = "/cgi-bin/message/subscribe/send"


@pytest.fixture
def openid(emulator):
    openid = emulator.control.add_person()["mini_openid"]
    emulator.control.grant(openid, MINI_ID, times=None)
    return openid


def test_a_refusal_for_so_many_calls(asking, openid):
    asking.emulated.control.script_fault(SEND, errcode=-1, times=2)

    assert [asking.subscribe(openid)["errcode"] for _ in range(3)] == [-1, -1, 0]
    assert len(asking.emulated.control.messages()) == 1


def test_other_calls_go_well(asking, openid):
    asking.emulated.control.script_fault(SEND, errcode=45009, times=None)

    assert "access_token" in asking.token_answer(AppKind.MINI)
    assert asking.subscribe(openid)["errcode"] == 45009
    asking.emulated.control.clear_faults()
    assert asking.subscribe(openid)["errcode"] == 0


def test_a_server_that_is_down_and_an_answer_that_is_no_json(asking, openid):
    control, url = asking.emulated.control, f"{asking.emulated.api}{SEND}"
    control.script_fault(SEND, status=502)
    control.script_fault(SEND, body="{oops")

    answers = [asking.client.post(url, json={}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [502, 200]
    assert answers[1].text == "{oops"


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_that_breaks_before_or_after_the_deed(asking, openid, after):
    asking.token(AppKind.MINI)
    asking.emulated.control.script_fault(SEND, cut=True, after=after)

    with pytest.raises(httpx.TransportError):
        asking.subscribe(openid)

    assert len(asking.emulated.control.messages()) == int(after)


def test_an_answer_that_comes_too_late(asking, openid):
    asking.token(AppKind.MINI)
    asking.emulated.control.script_fault(SEND, delay=2.0)
    asking.client.timeout = httpx.Timeout(0.3)

    with pytest.raises(httpx.ReadTimeout):
        asking.subscribe(openid)


def test_the_strings_can_be_pulled_from_no_foreign_page(emulator):
    body = b'{"do": "reset"}'

    form = httpx.post(
        f"{emulator.address}/__control",
        content=body,
        headers={"Content-Type": "text/plain"},
        trust_env=False,
    )

    assert form.status_code == 415


def test_what_is_wrong_with_a_string_is_said(emulator):
    for wrong in ({"deed": "fly"}, {"deed": "grant"}, {"deed": "face", "verify_id": "none"}):
        with pytest.raises(ValueError, match="Error"):
            emulator.control.do(**wrong)


def test_no_secret_is_kept(asking, openid):
    asking.subscribe(openid)
    secret = asking.emulated.registered.apps[AppKind.MINI].secret

    kept = str(asking.emulated.control.calls())

    assert SEND in kept
    assert secret not in kept
    assert asking.token(AppKind.MINI) not in kept
