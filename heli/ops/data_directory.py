"""The data directory: where one installation keeps its embedded database and, in demo, its keys.

    DIR/                 mode 0700, of the user who runs heli
      heli.json          {format, environment, postgres, created}
      keys.json          the keys of a demo or test world (production keeps them elsewhere)
      pg/                the database cluster; as root it belongs to the user heli-postgres
      postgres.log       what PostgreSQL says
      start.lock         held while the database is being started or stopped
      in-use.lock        held, shared, by every command that uses the database

Two directories never touch each other. A directory made by a newer Heli is refused, not guessed.
"""

from __future__ import annotations

import json
import os
import pwd
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from heli.ground.configuration import ConfigurationError, Environment
from heli.ops.errors import DirectoryMissing, DirectoryRefused

FORMAT = 1
POSTGRES_MAJOR = 18
# What a first start may have left behind; and keys that somebody brought for a restore.
OURS_BEFORE_THE_MARK = {"start.lock", "heli.json.new", "keys.json"}


@dataclass(frozen=True)
class DataDirectory:
    """A directory that was checked and is ours. environment: what it was made with."""

    path: Path
    environment: Environment

    @property
    def cluster(self) -> Path:
        """Where PostgreSQL keeps its files."""
        return self.path / "pg"

    @property
    def keys(self) -> Path:
        """The key file of a demo or test world."""
        return self.path / "keys.json"

    @property
    def postgres_log(self) -> Path:
        """What PostgreSQL says."""
        return self.path / "postgres.log"


def default_for_demo(env: Mapping[str, str] = os.environ) -> Path:
    """Where the demo world lives when nothing is said: $XDG_DATA_HOME/heli/demo.

    >>> default_for_demo({"XDG_DATA_HOME": "/var/demo"}).as_posix()
    '/var/demo/heli/demo'
    """
    base = env.get("XDG_DATA_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "heli" / "demo"
    except RuntimeError:
        raise DirectoryRefused("There is no home directory; say where with --data DIR.") from None


def open_directory(path: Path, *, create_for: Environment | None = None) -> DataDirectory:
    """Check the directory and read what it was made with.

    create_for: the environment of a new one; None refuses a directory that is not there.
    Raises DirectoryRefused: of another user, not a directory, not empty and not ours, newer.
    """
    path = Path(os.path.abspath(path))
    try:
        if create_for is not None:
            _make(path)
        found = path.stat()
        if not stat.S_ISDIR(found.st_mode):
            raise DirectoryRefused(f"{path} is not a directory; choose another with --data DIR.")
        _refuse_of_another_user(path, found.st_uid)
        mark = path / "heli.json"
        if not mark.exists():
            if create_for is None:
                raise DirectoryMissing(f"{path} is no data directory of Heli: no heli.json.")
            _mark(path, create_for)
        return _read(path, mark)
    except FileNotFoundError:
        raise DirectoryMissing(f"There is no directory {path}.") from None
    except (NotADirectoryError, FileExistsError):
        raise DirectoryRefused(f"{path} is not a directory: a file stands in its way.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise DirectoryRefused(f"{path} cannot be used: {reason}.") from None


def create_keys(directory: DataDirectory) -> None:
    """Give a demo or test world its keys, once. Production keeps its keys outside the directory.

    Keys that were lost are not replaced: what lies in the database would open with no others.
    """
    from heli.vault.keys import create_key_file

    if directory.environment is Environment.PRODUCTION or directory.keys.exists():
        return
    if directory.cluster.exists():
        return
    try:
        create_key_file(directory.keys)
    except ConfigurationError:
        if not directory.keys.exists():  # else another command was a moment faster
            raise


def _make(path: Path) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def _refuse_of_another_user(path: Path, owner: int) -> None:
    if owner != os.geteuid():
        raise DirectoryRefused(
            f"{path} belongs to {_user_name(owner)} and this is {_user_name(os.geteuid())}; "
            "run heli as its owner or choose another directory with --data DIR."
        )


def _user_name(uid: int) -> str:
    try:
        return f"the user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"the user number {uid}"


def _mark(path: Path, environment: Environment) -> None:
    strangers = {entry.name for entry in path.iterdir()} - OURS_BEFORE_THE_MARK
    if strangers:
        raise DirectoryRefused(
            f"{path} is not empty and not a data directory of Heli; "
            "choose an empty or a new one with --data DIR."
        )
    path.chmod(0o700)
    said = {
        "format": FORMAT,
        "environment": str(environment),
        "postgres": POSTGRES_MAJOR,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    new = path / "heli.json.new"
    new.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    new.replace(path / "heli.json")


def _read(path: Path, mark: Path) -> DataDirectory:
    said = _parsed(mark)
    if said["format"] > FORMAT:
        raise DirectoryRefused(
            f"{path} was made by a newer version of Heli (format {said['format']}, this one knows "
            f"{FORMAT}); use that version."
        )
    if said["postgres"] != POSTGRES_MAJOR:
        age = "newer" if said["postgres"] > POSTGRES_MAJOR else "older"
        raise DirectoryRefused(
            f"{path} holds a database of PostgreSQL {said['postgres']}, which is {age} than the "
            f"{POSTGRES_MAJOR} of this version of Heli; use the version that made it."
        )
    _refuse_foreign_cluster(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        print(f"heli: {path} was open to other users; it is closed now.", file=sys.stderr)
        path.chmod(0o700)
    return DataDirectory(path=path, environment=Environment(said["environment"]))


def _refuse_foreign_cluster(path: Path) -> None:
    """heli.json may have been copied; PostgreSQL's own mark decides."""
    version = path / "pg" / "PG_VERSION"
    if not version.exists():
        return
    major = version.read_text(encoding="ascii", errors="replace").strip()
    if major != str(POSTGRES_MAJOR):
        raise DirectoryRefused(
            f"{path} holds a database of PostgreSQL {major}; this version of Heli brings "
            f"{POSTGRES_MAJOR}."
        )


def _parsed(mark: Path) -> dict[str, Any]:
    broken = DirectoryRefused(f"{mark} cannot be read; it is not what Heli wrote.")
    try:
        said = json.loads(mark.read_text(encoding="utf-8"))
        whole = isinstance(said["format"], int) and isinstance(said["postgres"], int)
        if not whole or (said["format"] <= FORMAT and said["environment"] not in list(Environment)):
            raise broken
    except (ValueError, KeyError, TypeError):
        raise broken from None
    return dict(said)
