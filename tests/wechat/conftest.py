"""WeChat and Tencent Cloud as the emulator plays them, on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.conf import settings

from heli.ground.configuration import Configuration
from heli.wechat.emulator.running import Emulated, emulator_running
from heli.wechat.emulator.templates import TEMPLATES_FILE


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[Emulated]:
    """One emulator for all tests of a process."""
    with emulator_running() as emulated:
        yield emulated


@pytest.fixture
def emulator(emulator_server: Emulated, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulated]:
    """The emulator as if just started, without a webhook; the settings point at it.

    By monkeypatch, so that a test that patches the settings itself is undone in the right order.
    """
    emulator_server.control.reset()
    monkeypatch.setattr(settings, "HELI", pointed_at(emulator_server, settings.HELI))
    yield emulator_server
    emulator_server.control.reset()


def pointed_at(emulated: Emulated, before: Configuration) -> Configuration:
    """The settings with the emulator in place of WeChat and Tencent Cloud."""
    known = emulated.registered
    wechat = dataclasses.replace(
        before.wechat,
        api=emulated.api,
        open=emulated.open,
        mp=emulated.mp,
        js=emulated.js,
        templates=TEMPLATES_FILE,
    )
    tencent = dataclasses.replace(
        before.tencent,
        endpoint=emulated.address,
        sms_app_id=known.sms_app_id,
        sms_sign=known.sms_sign,
        sms_template=known.sms_template,
        sms_code_template=known.sms_code_template,
        faceid_rule_id=known.faceid_rule_id,
    )
    return dataclasses.replace(before, wechat=wechat, tencent=tencent)
