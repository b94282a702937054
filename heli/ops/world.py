"""The world a command works in: its data directory, its database, its settings.

Which environment: HELI_ENV where it is set, else what the data directory was made with, else
production. A directory made for production is never opened as a demo, nor the other way round.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heli.ground import configuration
from heli.ground.configuration import Configuration, ConfigurationError, Environment
from heli.ops.data_directory import DataDirectory, create_keys, open_directory
from heli.ops.errors import DirectoryMissing, DirectoryRefused
from heli.ops.postgres import Server, check_own_server, joined


@dataclass(frozen=True)
class World:
    """Settings that were checked and a database that answers; Django is set up, unless the wish
    was for a world without it.

    directory: None where only DATABASE_URL is given. server: the embedded one, None for
    somebody's own.
    """

    configuration: Configuration
    directory: DataDirectory | None
    server: Server | None


@dataclass(frozen=True)
class Wish:
    """What a command asks for. data: from --data; None is HELI_DATA.

    environment: what the command is for (the demo), None for what the settings say.
    base_url: HELI_BASE_URL where it is not set. may_create: whether a new directory is made.
    own_server: whether DATABASE_URL counts; the demo world never touches somebody's own server.
    with_django: whether this process needs Django itself; one that only watches over others is a
    third of the size without.
    check: what else the settings have to meet; asked before anything is made or started.
    """

    data: Path | None
    environment: Environment | None = None
    base_url: str | None = None
    may_create: bool = True
    own_server: bool = True
    with_django: bool = True
    check: Callable[[Configuration], None] | None = None


@contextmanager
def opened(wish: Wish) -> Iterator[World]:
    """Check the settings, open the directory, start or join the database, set Django up.

    The process's environment is completed (HELI_ENV, HELI_DATA, HELI_BASE_URL, DATABASE_URL), so
    that its children are of the same world. Raises ConfigurationError and CommandRefused.
    """
    url = os.environ.get("DATABASE_URL", "") if wish.own_server else ""
    path = wish.data or _path(os.environ.get("HELI_DATA"))
    if path is None and not url:
        raise ConfigurationError(
            "There is no database: say where the data is with --data DIR or HELI_DATA, "
            "or set DATABASE_URL."
        )
    directory = _directory(path, wish, url) if path is not None else None
    settings = _completed(wish, directory, url)
    _check(wish, settings)
    if directory is not None and not settings.get("HELI_KEYS"):
        create_keys(directory)
    if url or directory is None:
        check_own_server(url)
        yield World(_set_up(settings, wish), directory, server=None)
        return
    with joined(directory) as server:
        checked = _set_up(settings | {"DATABASE_URL": server.url}, wish)
        try:
            yield World(checked, directory, server)
        finally:
            if wish.with_django:
                _close_connections()


def _close_connections() -> None:
    """Before the database stops: a pool that is still filling up would complain of its end."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def _path(said: str | None) -> Path | None:
    return Path(said) if said else None


def _directory(path: Path, wish: Wish, url: str) -> DataDirectory:
    environment = wish.environment or _said(os.environ)
    try:
        directory = open_directory(path)
    except DirectoryMissing:
        if not wish.may_create:
            raise
        # Settings are checked before anything is made, so that a refusal leaves nothing behind.
        directory = DataDirectory(path.absolute(), environment or Environment.PRODUCTION)
        completed = _completed(wish, directory, url)
        _check(wish, completed)
        keys = completed.get("HELI_KEYS")
        if keys and not Path(keys).is_file():
            raise ConfigurationError(f"The key file {keys} (HELI_KEYS) is not there.") from None
        directory = open_directory(path, create_for=directory.environment)
    _refuse_other_purpose(directory, environment)
    return directory


def _check(wish: Wish, settings: Mapping[str, str]) -> None:
    checked = configuration.from_environment(settings)
    if wish.check:
        wish.check(checked)


def _said(env: Mapping[str, str]) -> Environment | None:
    """HELI_ENV where it is set. Raises ConfigurationError for a word that is none of the three."""
    said = env.get("HELI_ENV")
    if not said:
        return None
    if said not in list(Environment):
        allowed = ", ".join(Environment)
        raise ConfigurationError(f"HELI_ENV is {said!r}; it must be one of {allowed}.")
    return Environment(said)


def _refuse_other_purpose(directory: DataDirectory, environment: Environment | None) -> None:
    if environment is None:
        return
    if (environment is Environment.PRODUCTION) != (directory.environment is Environment.PRODUCTION):
        raise DirectoryRefused(
            f"{directory.path} was made for {directory.environment} and cannot be used for "
            f"{environment}; choose another directory with --data DIR."
        )


def _completed(wish: Wish, directory: DataDirectory | None, url: str) -> dict[str, str]:
    """The environment with what the command and the directory say; paths are absolute, since the
    children of the server work elsewhere."""
    completed = dict(os.environ)
    environment = wish.environment or _said(os.environ)
    if environment is None and directory is not None:
        environment = directory.environment
    if environment is not None:
        completed["HELI_ENV"] = str(environment)
    if directory is not None:
        completed["HELI_DATA"] = str(directory.path)
    if wish.base_url and not completed.get("HELI_BASE_URL"):
        completed["HELI_BASE_URL"] = wish.base_url
    for name in ("HELI_KEYS", "HELI_AUDIT_CHECKPOINTS"):
        if completed.get(name):
            completed[name] = os.path.abspath(completed[name])
    completed["DATABASE_URL"] = url
    return completed


def _set_up(completed: Mapping[str, str], wish: Wish) -> Configuration:
    os.environ.update(completed)
    os.environ["DJANGO_SETTINGS_MODULE"] = "heli.settings"
    if wish.with_django:
        import django
        from django.utils import translation

        django.setup()
        translation.activate(language_of_terminal(completed))
    return configuration.from_environment(completed)


def language_of_terminal(env: Mapping[str, str]) -> str:
    """The language for sentences on the terminal: Chinese where the locale says so, else English.

    >>> language_of_terminal({"LANG": "zh_CN.UTF-8"}), language_of_terminal({"LANG": "C.UTF-8"})
    ('zh-hans', 'en')
    """
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "zh-hans" if locale.startswith("zh") else "en"
