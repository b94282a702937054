"""Processes of their own that need the shared token."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Django is loaded once; each process is a fork with connections of its own, as under granian.
PROCESSES = """
import os, sys
import django
django.setup()
from django.conf import settings
from heli.wechat.client.credentials import access_token
waits, starts = os.pipe()
children = []
for _ in range(int(sys.argv[1])):
    child = os.fork()
    if not child:
        os.close(starts)
        os.read(waits, 1)
        os.write(1, access_token(settings.HELI.wechat.account).encode() + b"\\n")
        os._exit(0)
    children.append(child)
os.write(1, b"ready\\n")
sys.stdin.readline()
os.close(starts)
for child in children:
    os.waitpid(child, 0)
"""


def database_url() -> str:
    """The test database, for a process of its own."""
    there = connection.settings_dict
    password = f":{there['PASSWORD']}" if there["PASSWORD"] else ""
    user = f"{there['USER']}{password}@" if there["USER"] else ""
    name = there["NAME"]
    return f"postgresql://{user}/{name}?host={there['HOST']}&port={there['PORT'] or 5432}"


@contextmanager
def processes(count: int) -> Iterator[subprocess.Popen[str]]:
    """The parent of so many processes that each get a token when it is told to go."""
    environment = {
        **os.environ,
        "HELI_ENV": "test",
        "HELI_KEYS": str(settings.HELI.keys),
        "HELI_WECHAT_API_BASE": settings.HELI.wechat.api,
        "DJANGO_SETTINGS_MODULE": "heli.settings",
        "DATABASE_URL": database_url(),
    }
    parent = subprocess.Popen(
        [sys.executable, "-c", PROCESSES, str(count)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        yield parent
    finally:
        parent.kill()
        parent.communicate()
