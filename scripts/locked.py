"""What a lock file says: which packages, which versions, and who wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PACKAGE = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;]+)(?: ; (?P<when>[^\\]+))?"
)


@dataclass(frozen=True)
class Locked:
    """One package of a lock. name: as PEP 503 writes it. when: on which machines it is installed,
    as PEP 508 says it, or "". wanted_by: names of packages, and "heli" for our own wish."""

    name: str
    version: str
    when: str
    wanted_by: tuple[str, ...]


def read_lock(text: str) -> list[Locked]:
    """The packages of a lock in the form of `uv pip compile`, in its order."""
    return list(_packages(text.splitlines()))


def normal_name(name: str) -> str:
    """The one way to write a package's name. Source: PEP 503.

    >>> normal_name("Typing_Extensions")
    'typing-extensions'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _packages(lines: list[str]) -> Iterator[Locked]:
    starts = [number for number, line in enumerate(lines) if _PACKAGE.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _PACKAGE.match(lines[start])
        assert found
        wanted_by = (_wanting(line) for line in lines[start + 1 : end])
        yield Locked(
            name=normal_name(found["name"]),
            version=found["version"],
            when=(found["when"] or "").strip(),
            wanted_by=tuple(name for name in wanted_by if name),
        )


def _wanting(line: str) -> str | None:
    """Who is named by a line such as `    # via httpx` or `    #   httpcore`."""
    words = line.replace("#", " ").split() if line.lstrip().startswith("#") else []
    words = words[1:] if words[:1] == ["via"] else words
    return normal_name(words[0]) if words else None
