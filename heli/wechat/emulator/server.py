"""The emulator as one aiohttp application, and the program that serves it."""

from __future__ import annotations

import asyncio
import signal
import socket

from aiohttp import web

from heli.wechat.emulator import control, tencent
from heli.wechat.emulator.api import face, linking, login, messaging
from heli.wechat.emulator.middle import as_documented
from heli.wechat.emulator.pages import arrived, chat, consent, face_check, phone, script
from heli.wechat.emulator.state import STATE, State

BODY_BYTES_MAX = 1024 * 1024
SHUTDOWN_SECONDS_MAX = 1.0
APIS = (login, messaging, linking, face, tencent)
PAGES = (consent, script, phone, chat, arrived, face_check)


def application(state: State) -> web.Application:
    """The application around this state."""
    app = web.Application(middlewares=[as_documented], client_max_size=BODY_BYTES_MAX)
    app[STATE] = state
    for module in (*APIS, *PAGES, control):
        app.add_routes(module.routes)
    return app


async def started(state: State, listening: socket.socket) -> web.AppRunner:
    """Serve on the socket; whoever calls cleans the runner up."""
    runner = web.AppRunner(
        application(state), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS_MAX
    )
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that others can connect to. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


async def serve_until_signalled(state: State, listening: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    runner = await started(state, listening)
    await over.wait()
    state.stop()
    await runner.cleanup()
