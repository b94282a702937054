"""WeChat and Tencent Cloud as the emulator plays them, on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from heli.ground.configuration import Configuration
from heli.wechat.emulator.running import Emulated, emulator_running
from heli.wechat.emulator.templates import templates_file


@pytest.fixture(scope="session")
def emulator_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulated, Path]]:
    """One emulator for all tests of a process, and the file of its templates."""
    templates = tmp_path_factory.mktemp("wechat") / "templates.yaml"
    templates.write_text(templates_file(), encoding="utf-8")
    with emulator_running() as emulated:
        yield emulated, templates


@pytest.fixture
def emulator(emulator_server: tuple[Emulated, Path]) -> Iterator[Emulated]:
    """The emulator as if just started, without a webhook; the settings point at it."""
    emulated, templates = emulator_server
    emulated.control.reset()
    before = settings.HELI
    settings.HELI = pointed_at(emulated, templates, before)
    yield emulated
    settings.HELI = before
    emulated.control.reset()


def pointed_at(emulated: Emulated, templates: Path, before: Configuration) -> Configuration:
    """The settings with the emulator in place of WeChat and Tencent Cloud."""
    known = emulated.registered
    wechat = dataclasses.replace(
        before.wechat,
        api=emulated.api,
        open=emulated.open,
        mp=emulated.mp,
        js=emulated.js,
        templates=templates,
    )
    tencent = dataclasses.replace(
        before.tencent,
        endpoint=emulated.address,
        sms_app_id=known.sms_app_id,
        sms_sign=known.sms_sign,
        sms_template=known.sms_template,
    )
    return dataclasses.replace(before, wechat=wechat, tencent=tencent)
