"""The processes of the server, forked from one that has loaded what all of them need.

What is loaded is in memory once, however many they are: a door, a web process and the job worker
need nearly the same, some hundred megabytes. Nothing of it runs here; this process only forks, and
forks again what dies.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from heli.door.place import Place
from heli.ops.forked import STOPPING, Forked
from heli.ops.servers import (
    allow_many_connections,
    give_way,
    granian_server,
    listening_socket,
    pages,
    uvicorn_config,
)
from heli.ops.supervision import Child, Supervisor

DRAIN_SECONDS_MAX = 10
WORKER_STOP_SECONDS_MAX = 7  # it ends within five unless the processor is short
PAGES_NICENESS, BACKGROUND_NICENESS = 8, 15  # beside the doors, at which people wait
# Requests leave no cycles behind; looked for as often as Python does by itself, they cost a tenth.
DOOR_GARBAGE_THRESHOLDS = (50_000, 20, 100)
WEB_SOCKET_MODE = 0o660  # for the group that a reverse proxy is in; the directory decides who
KEEP_ALIVE_SECONDS = 75  # longer than a reverse proxy keeps its own idle connections
DOOR, WEB, JOBS = "heli-door", "heli-web", "heli-jobs"  # as ps has them

NEEDED = (
    *("heli.wsgi", "heli.urls", "granian.server"),
    *("heli.door.app", "heli.door.protocol", "uvicorn", "uvloop", "heli.ground.jobs"),
)


def serve_all(host: str, port: int, web: Path, changes: Path, workers: int) -> None:
    """Run so many doors and web processes, and the job worker, until SIGTERM; requests under way
    are answered first.

    What dies is replaced. Where one does not live for a second three times in a row, this process
    ends with 1, and the others with it.
    """
    told = _Told()
    allow_many_connections()
    for needed in NEEDED:
        import_module(needed)
    # Left to those who are forked: else the collector would write to every page of memory and so
    # make it their own.
    gc.collect()
    gc.freeze()
    children = [
        *(
            _child(DOOR, partial(_serve_door, host, port, Place(web, changes, workers, own)))
            for own in range(workers)
        ),
        _child(WEB, partial(_serve_web, web, workers)),
        # What it has in hand may ask the others, and may be broken off at any moment.
        _child(JOBS, _run_jobs, stop_seconds_max=WORKER_STOP_SECONDS_MAX),
    ]
    supervisor = Supervisor(children)
    supervisor.watch(lambda seconds: told.wait(seconds) or supervisor.has_unfit())
    if supervisor.has_unfit():
        sys.exit(1)


class _Told:
    """Whether this process was told to stop. An Event would not do: it is not to be set from a
    signal's handler while somebody waits for it."""

    def __init__(self) -> None:
        self._is_so = False
        for stopping in STOPPING:
            signal.signal(stopping, self._stop)

    def wait(self, seconds: float) -> bool:
        """Wait so long; whether it was told by then."""
        time.sleep(seconds)
        return self._is_so

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_so = True


def _child(name: str, deed: Callable[[], None], **bounds: Any) -> Child:
    return Child(name, partial(Forked, name, deed), is_front=name != WEB, **bounds)


def _serve_door(host: str, port: int, place: Place) -> None:
    """One door. All listen on the same port."""
    import uvicorn

    from heli.door.app import Door
    from heli.door.protocol import StrictProtocol
    from heli.ground.patience import be_prompt

    gc.set_threshold(*DOOR_GARBAGE_THRESHOLDS)
    be_prompt()
    config = uvicorn_config(
        Door(place),
        http=StrictProtocol,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
    )
    uvicorn.Server(config).run(sockets=[listening_socket(host, port)])


def _serve_web(path: Path, workers: int) -> None:
    """Granian on the Unix socket; a worker that dies is replaced."""
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
    server.serve(target_loader=pages, wrap_loader=False)


def _run_jobs() -> None:
    from heli.ground.jobs import run_worker

    give_way(BACKGROUND_NICENESS)
    run_worker()
