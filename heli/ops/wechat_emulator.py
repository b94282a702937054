"""The emulated WeChat: as a command of its own, and beside the demo."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from heli.ground.configuration import ConfigurationError, Environment
from heli.ground.vendors import VendorSettingWrong
from heli.ops.errors import PortTaken, ServerFailed
from heli.ops.serve import address_of
from heli.ops.supervision import Child, attached
from heli.wechat.emulator.server import listening_socket, serve_until_signalled
from heli.wechat.emulator.settings import settings_for
from heli.wechat.emulator.state import Registered, State, registered

PORTS_TRIED = 20
EVENTS_PATH = "/wechat/events"


@dataclass(frozen=True)
class Beside:
    """An emulator that is to run beside the server. address: its own. child: how it is run."""

    address: str
    child: Child


def serve_emulator(listening: socket.socket, *, address: str, webhook: str) -> None:
    """Serve until SIGTERM or Ctrl-C. webhook: where it pushes; the address of Heli's pages, too."""
    state = State(_registered(os.environ), address=address, webhook=webhook)
    state.reset()
    state.invite_guests()
    asyncio.run(serve_until_signalled(state, listening))


def emulator_command(*, host: str, port: int, webhook: str) -> int:
    """Serve, and say first what to set so that Heli talks to it; 0.

    port: 0 finds one. webhook: of Heli. Raises PortTaken, ConfigurationError.
    """
    if os.environ.get("HELI_ENV") == Environment.PRODUCTION:
        raise ConfigurationError("HELI_ENV is 'production'; there is no emulator in production.")
    _registered(os.environ)  # refused before anything is said
    try:
        listening = listening_socket(host, port)
    except OSError as error:
        raise PortTaken(
            f"The emulator cannot listen on port {port} of {host} ({error.strerror}); "
            "choose another with --port."
        ) from None
    address = address_of(host, listening.getsockname()[1])
    print(f"The emulated WeChat listens at {address}; its telephone is {address}/phone")
    print(f"It pushes to {webhook}. For a Heli that talks to it:", flush=True)
    for name, value in settings_for(address, os.environ).items():
        print(f"  export {name}='{value}'", flush=True)
    serve_emulator(listening, address=address, webhook=webhook)
    return 0


@contextmanager
def emulator_beside(host: str, port: int) -> Iterator[Beside | None]:
    """An emulator next to the server that will run on the port; the process's environment says
    from then on that Heli talks to it.

    It is yielded before it runs. Its own port is held until the end of the block, also while it is
    being started again, so that nobody takes it. What the environment sets already stays; where
    that names another WeChat (HELI_WECHAT_API_BASE) there is nothing to run, and None is yielded.
    Raises ConfigurationError, ServerFailed.
    """
    if os.environ.get("HELI_WECHAT_API_BASE"):
        yield None
        return
    _registered(os.environ)
    pages = os.environ.get("HELI_BASE_URL") or address_of(host, port)
    with _socket_near(host, port) as listening:
        address = address_of(host, listening.getsockname()[1])
        os.environ.update(settings_for(address, os.environ))
        held = listening.fileno()
        webhook = f"{pages.rstrip('/')}{EVENTS_PATH}"
        begin = attached("wechat", str(held), address, webhook, inherited=(held,))
        yield Beside(address, Child("the emulated WeChat", begin))


def _socket_near(host: str, port: int) -> socket.socket:
    """A socket on one of the next ports, or on any where all of them are taken."""
    nearby = range(port + 1, min(port + 1 + PORTS_TRIED, 65_536))
    for tried in (*nearby, 0):
        try:
            return listening_socket(host, tried)
        except OSError:
            continue
    raise ServerFailed(f"The emulated WeChat finds no free port on {host}.")


def _registered(env: Mapping[str, str]) -> Registered:
    try:
        return registered(env)
    except VendorSettingWrong as wrong:
        raise ConfigurationError(str(wrong)) from None
