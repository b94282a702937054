"""How the two HTTP servers are set up, uvicorn for the doors and granian for the pages, and what a
process of them asks of the system."""

from __future__ import annotations

import os
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heli.ops.forked import die_with

if TYPE_CHECKING:
    import uvicorn
    from granian.server.common import AbstractServer

THREADS_PER_WORKER = 64
CONNECTIONS_WAITING_MAX = 2048  # before a door accepts them
GROUP_SECONDS_MAX = 3.0  # for a process to become less urgent together with its group
FILES_MAX = 65_536  # open at once, in one process; an idle connection is one, too


def give_way(niceness: int) -> None:
    """Leave the processor to those who need it more; 19 gives way to everybody.

    Linux groups processes by their session, and then niceness counts within a group alone; the
    group has a niceness of its own.
    """
    os.nice(niceness)
    until = time.monotonic() + GROUP_SECONDS_MAX
    with suppress(OSError):  # where there are no such groups
        while True:
            try:
                Path("/proc/self/autogroup").write_text(str(niceness))
                return
            except BlockingIOError:  # one of an ordinary user's every tenth of a second
                if time.monotonic() >= until:
                    raise
                time.sleep(0.02)


def allow_many_connections() -> None:
    """Each is an open file, and shells and service managers allow a thousand unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


def uvicorn_config(app: Any, **options: Any) -> uvicorn.Config:
    """Uvicorn as lean as the door wants it. options: uvicorn's others."""
    import uvicorn

    return uvicorn.Config(
        app,
        loop="uvloop",
        ws="none",
        interface="asgi3",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        **options,
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """Listen there, beside the others that do; the kernel spreads the connections. host: a
    number."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    listening.listen(CONNECTIONS_WAITING_MAX)
    return listening


def granian_server(name: str, *, workers: int, **options: Any) -> AbstractServer[Any]:
    """Granian for a WSGI application of this name, with THREADS_PER_WORKER threads in each worker.
    options: granian's others."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    return Server(
        name,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        log_level=LogLevels.error,
        websockets=False,
        **options,
    )


def pages() -> Callable[..., Any]:
    """What each of granian's workers calls first, in its own process: our WSGI application."""
    die_with(os.getppid())
    from heli import wsgi
    from heli.ground.patience import be_prompt

    be_prompt()
    return wsgi.application
