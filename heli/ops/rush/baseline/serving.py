"""The baseline's server: granian with so many processes of 64 threads.

python -m heli.ops.rush.baseline.serving PARENT PORT WORKERS
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from heli.ops.forked import die_with
from heli.ops.serve import HOST
from heli.ops.servers import granian_server


def application() -> Callable[..., Any]:
    """What each of granian's workers calls first, in its own process."""
    die_with(os.getppid())
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM."""
    parent, port, workers = map(int, arguments)
    die_with(parent)
    server = granian_server(
        "heli.ops.rush.baseline:application", workers=workers, address=HOST, port=port
    )
    server.serve(target_loader=application, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1:])
