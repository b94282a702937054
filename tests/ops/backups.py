"""Looking into a backup as somebody who found it could, without Heli and without its keys."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from heli.ops.backup import archive
from heli.ops.postgres_programs import find_clients


def own_server() -> str:
    """The address of the tests' own database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def as_sql(file: Path) -> str:
    """All that the backup's database says, as pg_restore tells it without a server."""
    with archive.read(file) as backup:
        dump = b"".join(backup.chunks(archive.DUMP))
    command = [find_clients() / "pg_restore", "--file=-"]
    return subprocess.run(command, input=dump, capture_output=True, check=True).stdout.decode()
