"""The register of what the rooms hold of people: how it ends, is given out, and is erased.

A room enters its holdings at start (`AppConfig.ready`) under the names of the table in `periods`.
The deeds are asked by the room `keeping` alone; each finds a person by the blind index of their
document number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from heli.identity.verified import VerifiedIdentity

ROWS_PER_BATCH = 2000

Taken = list[dict[str, Any]]


def _nothing_held(by: VerifiedIdentity) -> Taken:
    return []


def _nothing_erased(by: VerifiedIdentity) -> int:
    return 0


def _no_obstacle(by: VerifiedIdentity) -> Iterable[str | Promise]:
    return ()


@dataclass(frozen=True)
class Holding:
    """One kind of data as its room holds it.

    kind: its name in the table of periods.
    forget: do the deed of the table to what is older than the moment (UTC, by the table's clock),
    at most ROWS_PER_BATCH rows in one transaction; how many it were. Fewer mean: that was all.
    take_out: what is held of a person, as JSON can hold it; never what is another's.
    erase: do the deed for this person at once, but for what is still needed; in the caller's
    transaction. obstacles: sentences that say what has to end before anything can be erased.
    """

    kind: str
    forget: Callable[[datetime], int] | None = None
    take_out: Callable[[VerifiedIdentity], Taken] = _nothing_held
    erase: Callable[[VerifiedIdentity], int] = _nothing_erased
    obstacles: Callable[[VerifiedIdentity], Iterable[str | Promise]] = _no_obstacle


_register: dict[str, Holding] = {}


def register(*holdings: Holding) -> None:
    """Add what a room holds. The same kind replaces, so that importing twice does no harm."""
    _register.update((holding.kind, holding) for holding in holdings)


def registered() -> dict[str, Holding]:
    """All holdings, by kind."""
    return dict(_register)
