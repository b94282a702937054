"""What a person may do about what is held of them: take it out, have it erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from heli.ground import clock
from heli.identity.verified import VerifiedIdentity, check_good_everywhere
from heli.keeping.errors import CannotErase
from heli.keeping.holdings import Taken, registered
from heli.keeping.periods import Kind, kinds


@dataclass(frozen=True)
class TakenOut:
    """What is held of a person of one kind, and how long it is kept."""

    kind: Kind
    rows: Taken


@dataclass(frozen=True)
class Copy:
    """All that is held of a person. taken_at: real time, UTC."""

    taken_at: datetime
    parts: tuple[TakenOut, ...]


def take_out(*, by: VerifiedIdentity) -> Copy:
    """Everything that is held of this person, and nothing of anybody else.

    Raises OnlyAtThatOffice.
    Source: Personal Information Protection Law art. 45 (to read and to copy).
    """
    check_good_everywhere(by)
    holdings = registered()
    return Copy(
        taken_at=clock.real_now(),
        parts=tuple(
            TakenOut(kind, holdings[kind.name].take_out(by))
            for kind in kinds().values()
            if kind.name in holdings
        ),
    )


def obstacles_to_erasing(*, by: VerifiedIdentity) -> tuple[str, ...]:
    """What has to end before anything can be erased, in sentences; empty where nothing does.

    Raises OnlyAtThatOffice.
    """
    check_good_everywhere(by)
    return tuple(
        str(sentence)
        for _kind, holding in sorted(registered().items())
        for sentence in holding.obstacles(by)
    )


@transaction.atomic
def erase(*, by: VerifiedIdentity) -> int:
    """Erase what is held of this person, all of it or nothing; how many rows it were.

    What is still needed stays, and the table of periods says why: that consent was given (it is
    noted as withdrawn), and places held in vain while they count. Repeating it changes nothing.
    Raises CannotErase while a booking is coming or a case is open, OnlyAtThatOffice.
    Source: Personal Information Protection Law arts 15, 47.
    """
    in_the_way = obstacles_to_erasing(by=by)
    if in_the_way:
        raise CannotErase(in_the_way)
    return sum(holding.erase(by) for _kind, holding in sorted(registered().items()))
