"""The baseline's server: granian with so many processes of 64 threads.

python -m heli.ops.rush.baseline.serving PARENT PORT WORKERS
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from heli.ops.attached import THREADS_PER_WORKER
from heli.ops.forked import die_with
from heli.ops.serve import HOST


def application() -> Callable[..., Any]:
    """What each of granian's workers calls first, in its own process."""
    die_with(os.getppid())
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM."""
    parent, port, workers = map(int, arguments)
    die_with(parent)
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "heli.ops.rush.baseline:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        log_level=LogLevels.error,
        websockets=False,
    ).serve(target_loader=application, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1:])
