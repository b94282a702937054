"""What stands in the paths and forms of pages, read; what cannot be an id is not there."""

from __future__ import annotations

import uuid

from heli.ground.refusals import NotFound

DIGITS_MAX = 18  # what is longer is no number of the database


def number_in(path: str) -> int:
    """The number of a row. Raises NotFound for what is none."""
    if not (path.isascii() and path.isdigit() and len(path) <= DIGITS_MAX):
        raise NotFound()
    return int(path)


def uuid_in(path: str) -> uuid.UUID:
    """The id of a row. Raises NotFound for what is none."""
    try:
        return uuid.UUID(path)
    except ValueError:
        raise NotFound() from None
