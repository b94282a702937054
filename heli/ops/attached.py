"""A child of the server: a door, the web processes or the job worker, gone as soon as their
parent is.

    python -m heli.ops.attached PARENT door HOST PORT SOCKET CHANGES DOORS
    python -m heli.ops.attached PARENT web SOCKET WORKERS
    python -m heli.ops.attached PARENT jobs
    python -m heli.ops.attached PARENT prepare embedded|own
    python -m heli.ops.attached PARENT wechat OPEN_SOCKET ADDRESS WEBHOOK

A supervisor that is killed cannot stop its children, so each child sees to that itself: on Linux
the kernel kills it with its parent, elsewhere a thread watches.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heli.door.place import Place
from heli.ops.forked import Forked, die_with

if TYPE_CHECKING:
    import uvicorn
    from granian.server.common import AbstractServer

THREADS_PER_WORKER = 64
DRAIN_SECONDS_MAX = 10
PAGES_NICENESS, BACKGROUND_NICENESS = 5, 15  # beside the doors, at which people wait
CONNECTIONS_WAITING_MAX = 2048  # before a door accepts them
# Requests leave no cycles behind; looked for as often as Python does by itself, they cost a tenth.
DOOR_GARBAGE_THRESHOLDS = (50_000, 20, 100)
FILES_MAX = 65_536  # open at once, in one process; an idle connection is one, too
WEB_SOCKET_MODE = 0o660  # for the group that a reverse proxy is in; the directory decides who
KEEP_ALIVE_SECONDS = 75  # longer than a reverse proxy keeps its own idle connections


def give_way(niceness: int) -> None:
    """Leave the processor to those who need it more; 19 gives way to everybody.

    Linux groups processes by their session, and then niceness counts within a group alone; the
    group has a niceness of its own.
    """
    os.nice(niceness)
    with suppress(OSError):  # where there are no such groups
        Path("/proc/self/autogroup").write_text(str(niceness))


def allow_many_connections() -> None:
    """Each is an open file, and shells and service managers allow a thousand unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


def serve_doors(host: str, port: int, web: Path, changes: Path, doors: int) -> None:
    """Run so many doors until SIGTERM; requests under way are answered first.

    They are forked from here, so that they have in common what they load. All listen on the same
    port, and the kernel spreads the connections. One that dies is replaced; one that dies as soon
    as it was started ends all of them, so that the supervisor takes its time.
    """
    import django

    allow_many_connections()
    django.setup()
    for needed in ("heli.door.app", "heli.door.protocol", "uvloop"):
        import_module(needed)
    _have_in_common()
    gc.set_threshold(*DOOR_GARBAGE_THRESHOLDS)
    places = [Place(web, changes, doors, own) for own in range(doors)]
    Forked(lambda own: _serve_door(host, port, places[own])).keep(doors)


def _serve_door(host: str, port: int, place: Place) -> None:
    import uvicorn

    from heli.door.app import Door
    from heli.door.protocol import StrictProtocol

    config = uvicorn_config(
        Door(place),
        http=StrictProtocol,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
    )
    uvicorn.Server(config).run(sockets=[_listening_socket(host, port)])


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


def _listening_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    listening.listen(CONNECTIONS_WAITING_MAX)
    return listening


def serve_web(path: Path, workers: int) -> None:
    """Run granian on the Unix socket until SIGTERM; a worker that dies is replaced."""
    allow_many_connections()
    give_way(PAGES_NICENESS)
    path.unlink(missing_ok=True)  # left by one that was killed; granian would not take its place
    server = granian_server(
        "heli.wsgi:application",
        workers=workers,
        uds=path,
        uds_permissions=WEB_SOCKET_MODE,
        workers_kill_timeout=DRAIN_SECONDS_MAX,
        respawn_failed_workers=True,
    )
    _load_pages()
    server.serve(target_loader=application, wrap_loader=False)


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


def _load_pages() -> None:
    """Load what the workers need before they are forked, so that they have it in common."""
    import_module("heli.wsgi")
    import_module("heli.urls")
    _have_in_common()


def _have_in_common() -> None:
    """Leave what is loaded by now to those who are forked: else the collector would write to every
    page of memory and so make it their own."""
    gc.collect()
    gc.freeze()


def application() -> Callable[..., Any]:
    """What each of granian's workers calls first, in its own process."""
    die_with(os.getppid())
    from heli import wsgi

    return wsgi.application


def run_jobs() -> None:
    """Run the job worker until SIGTERM."""
    import django

    give_way(BACKGROUND_NICENESS)
    django.setup()
    from heli.ground.jobs import run_worker

    run_worker()


def emulate_wechat(held: int, address: str, webhook: str) -> None:
    """Run the emulated WeChat on a socket that the parent opened, until SIGTERM."""
    from heli.ops.wechat_emulator import serve_emulator

    give_way(PAGES_NICENESS)
    serve_emulator(socket.socket(fileno=held), address=address, webhook=webhook)


def prepare_tables(whose: str) -> None:
    """See to it that the tables are those of this version; one sentence on stderr where not."""
    import django

    django.setup()
    from heli.ground.configuration import ConfigurationError
    from heli.ops import schema
    from heli.ops.errors import CommandRefused

    try:
        schema.prepare(is_embedded=whose == "embedded")
    except (CommandRefused, ConfigurationError) as refused:
        sys.exit(str(refused))


def main(arguments: list[str]) -> None:
    """Become the child that the arguments name."""
    parent, role, *rest = arguments
    die_with(int(parent))
    if role == "door":
        host, port, web, changes, doors = rest
        serve_doors(host, int(port), Path(web), Path(changes), int(doors))
    elif role == "web":
        path, workers = rest
        serve_web(Path(path), int(workers))
    elif role == "prepare":
        prepare_tables(*rest)
    elif role == "wechat":
        held, address, webhook = rest
        emulate_wechat(int(held), address, webhook)
    else:
        run_jobs()


if __name__ == "__main__":
    main(sys.argv[1:])
