"""Heli's web processes as they stand behind the door, on a TCP port of their own.

Usage: python -m bench.rush.granian PARENT PORT WORKERS
"""

from __future__ import annotations

import sys

from heli.ops import servers
from heli.ops.forked import die_with
from heli.ops.serve import HOST


def main() -> None:
    """Serve until SIGTERM."""
    parent, port, workers = map(int, sys.argv[1:])
    die_with(parent)
    server = servers.granian_server(
        "heli.wsgi:application", workers=workers, address=HOST, port=port
    )
    server.serve(target_loader=servers.pages, wrap_loader=False)


if __name__ == "__main__":
    main()
