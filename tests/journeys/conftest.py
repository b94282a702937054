"""The demo world and a real Chromium, for the length of all journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from heli.ops.demo.citizen import Citizen
from heli.ops.demo.people import fictional_couple
from heli.wechat.emulator.running import Emulated, emulator_running
from heli.wechat.emulator.settings import settings_for
from tests.journeys.browsing import chromium
from tests.journeys.demo_server import DemoServer, demo_served
from tests.journeys.devices import DESKTOP, TELEPHONE, Device, Manner, new_device
from tests.journeys.in_wechat import AGENT, remember
from tests.journeys.spouses import Spouse, code_of

NewDevice = Callable[..., Device]
ConfirmedCouple = Callable[..., tuple[Spouse, Spouse, str]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """One demo world for all journeys. Its clock only goes forward, for all of them."""
    with demo_served(tmp_path_factory.mktemp("journeys") / "world") as served:
        yield served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For this package only: while Playwright runs, Django takes its thread for an asynchronous
    one and lets no other test use the database."""
    with chromium() as started:
        yield started


@pytest.fixture
def devices(server: DemoServer, browser: Browser) -> Iterator[Callable[[dict, Manner], Device]]:
    """Makes devices; at the end nothing may have gone wrong in any of them."""
    made: list[Device] = []

    def make(size: dict[str, Any], manner: Manner) -> Device:
        made.append(new_device(browser, server.address, manner=manner, size=size))
        return made[-1]

    yield make
    for device in made:
        device.context.close()
    fail_for_trouble(made)


@pytest.fixture
def phone(devices: Callable[[dict, Manner], Device]) -> NewDevice:
    """phone(language="zh", large=False, javascript=True): somebody's telephone, 360 px wide."""
    return lambda **how: devices(TELEPHONE, Manner(**how))


@pytest.fixture
def desktop(devices: Callable[[dict, Manner], Device]) -> NewDevice:
    """desktop(...): as `phone`, 1280 px wide and without touch."""
    return lambda **how: devices(DESKTOP, Manner(**how))


@pytest.fixture
def couple(phone: NewDevice) -> Callable[..., tuple[Spouse, Spouse]]:
    """couple(language="zh", ...): two new fictional people with a telephone each."""

    def make(**how: Any) -> tuple[Spouse, Spouse]:
        one, other = fictional_couple()
        return Spouse(phone(**how), one), Spouse(phone(**how), other)

    return make


@pytest.fixture
def confirmed_couple(couple: Callable[..., tuple[Spouse, Spouse]]) -> ConfirmedCouple:
    """confirmed_couple(language="zh", ...): a couple whose booking stands, and its code."""

    def make(**how: Any) -> tuple[Spouse, Spouse, str]:
        one, other = couple(**how)
        link = one.books(other.person)
        other.opens(link)
        other.agrees()
        return one, other, code_of(link)

    return make


@pytest.fixture(scope="session")
def wechat() -> Iterator[Emulated]:
    """WeChat, as the emulator plays it."""
    with emulator_running() as emulated:
        yield emulated


@pytest.fixture(scope="session")
def town(wechat: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A demo world of its own beside it, whose clock moves to the day of a visit."""
    settings = settings_for(wechat.address, {})
    with demo_served(tmp_path_factory.mktemp("wechat") / "world", settings) as served:
        yield served


@pytest.fixture
def wechat_phone(town: DemoServer, wechat: Emulated, browser: Browser) -> Iterator[NewDevice]:
    """wechat_phone(citizen=None, javascript=True): WeChat's browser on somebody's telephone, who
    has proven who they are where a citizen is given."""
    made: list[Device] = []

    def make(citizen: Citizen | None = None, **how: Any) -> Device:
        size = {**TELEPHONE, "user_agent": AGENT}
        manner = Manner(**how)
        device = new_device(
            browser, town.address, manner=manner, size=size, beside=(wechat.address,)
        )
        made.append(device)
        if citizen is not None:
            remember(device, citizen)
        return device

    yield make
    for device in made:
        device.context.close()
    fail_for_trouble(made)


def fail_for_trouble(devices: list[Device]) -> None:
    """Fail with what went wrong in any of them by itself."""
    if trouble := list(dict.fromkeys(line for device in devices for line in device.trouble)):
        pytest.fail("\n".join(trouble), pytrace=False)
