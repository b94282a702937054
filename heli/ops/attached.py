"""A child of the server: what answers people, or the emulated WeChat, gone as soon as its parent
is.

    python -m heli.ops.attached PARENT server HOST PORT SOCKET CHANGES WORKERS
    python -m heli.ops.attached PARENT prepare embedded|own
    python -m heli.ops.attached PARENT wechat OPEN_SOCKET ADDRESS WEBHOOK

A supervisor that is killed cannot stop its children, so each child sees to that itself: on Linux
the kernel kills it with its parent, elsewhere a thread watches.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from heli.ops.forked import die_with


def emulate_wechat(held: int, address: str, webhook: str) -> None:
    """Run the emulated WeChat on a socket that the parent opened, until SIGTERM."""
    from heli.ops.prefork import PAGES_NICENESS
    from heli.ops.servers import give_way
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
    if role == "server":
        from heli.ops.prefork import serve_all

        host, port, web, changes, workers = rest
        serve_all(host, int(port), Path(web), Path(changes), int(workers))
    elif role == "prepare":
        prepare_tables(*rest)
    else:
        held, address, webhook = rest
        emulate_wechat(int(held), address, webhook)


if __name__ == "__main__":
    main(sys.argv[1:])
