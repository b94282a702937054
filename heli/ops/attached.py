"""A child of the server: the web processes or the job worker, gone as soon as their parent is.

    python -m heli.ops.attached PARENT web HOST PORT WORKERS
    python -m heli.ops.attached PARENT jobs

A supervisor that is killed cannot stop its children, so each child sees to that itself: on Linux
the kernel kills it with its parent, elsewhere a thread watches.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

THREADS_PER_WORKER = 64
DRAIN_SECONDS_MAX = 10
PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 0.5


def die_with(parent: int) -> None:
    """End this process when the parent ends, however it ends; at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os._exit(1)


def serve_web(host: str, port: int, workers: int) -> None:
    """Run granian until SIGTERM; a worker that dies is replaced."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "heli.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        workers_kill_timeout=DRAIN_SECONDS_MAX,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        websockets=False,
    )
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> Callable[..., Any]:
    """What each of granian's workers calls first, in its own process."""
    die_with(os.getppid())
    from heli.wsgi import application

    return application


def run_jobs() -> None:
    """Run the job worker until SIGTERM."""
    import django

    django.setup()
    from heli.ground.jobs import run_worker

    run_worker()


def main(arguments: list[str]) -> None:
    """Become the child that the arguments name."""
    parent, role, *rest = arguments
    die_with(int(parent))
    if role == "web":
        host, port, workers = rest
        serve_web(host, int(port), int(workers))
    else:
        run_jobs()


if __name__ == "__main__":
    main(sys.argv[1:])
