"""Heli's web processes as they stand behind the door, on a TCP port of their own.

Usage: python -m bench.rush.granian PARENT PORT WORKERS
"""

from __future__ import annotations

import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from heli.ops import attached
from heli.ops.serve import HOST


def main() -> None:
    """Serve until SIGTERM."""
    parent, port, workers = map(int, sys.argv[1:])
    attached.die_with(parent)
    Server(
        "heli.wsgi:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=attached.THREADS_PER_WORKER,
        log_level=LogLevels.error,
        websockets=False,
    ).serve(target_loader=attached._application, wrap_loader=False)


if __name__ == "__main__":
    main()
