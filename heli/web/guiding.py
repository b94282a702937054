"""What the guide of a region shows: its doors in the order to try them, and the other ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from heli.channels.doors import Door
from heli.channels.kinds import ALTERNATIVES, HOTLINE, Kind
from heli.channels.queries import Guide
from heli.channels.rules import Sureness
from heli.ground import clock
from heli.ground.words import day_in_words
from heli.law.services import Service
from heli.slots.comparison import places_left
from heli.web.doors import ShownDoor, shown_door
from heli.web.templatetags.citing import numbers

FREE_WITHIN = timedelta(days=29)
WAYS_KEPT_MAX = 256  # of regions, in the process; about 20 KB each


@dataclass(frozen=True)
class OwnDoor:
    """An office that takes bookings here. free_on, left: its next day with places, in words; "", 0
    where all of thirty days are taken."""

    door: Door
    free_on: str
    left: int


@dataclass(frozen=True)
class Hall:
    """A hall with its queue. phone: of the same office, as its source writes it, or None."""

    shown: ShownDoor
    phone: str | None


@dataclass(frozen=True)
class Group:
    """Doors of which the same has to be said. id: one of GROUPS."""

    id: str
    doors: tuple[ShownDoor, ...]


# In which order doors are tried.
GROUPS = ("divorce", "unspecified", "marriage", "weak")


@dataclass(frozen=True)
class Ways:
    """The ways of a region that everybody is shown alike.

    groups: without empty ones. phones: those that are no office's. national: entrances of the
    whole country, which not every city has joined. portals: of which no source says that they
    book.
    """

    groups: tuple[Group, ...]
    phones: tuple[ShownDoor, ...]
    halls: tuple[Hall, ...]
    national: tuple[ShownDoor, ...]
    portals: tuple[ShownDoor, ...]


@dataclass(frozen=True)
class GuidePage:
    """A region's guide. phone: a number to dial, of an office where one is known. ways: HTML."""

    guide: Guide
    own: tuple[OwnDoor, ...]
    phone: str
    ways: SafeString


def guide_page(found: Guide, at: datetime) -> GuidePage:
    """A guide as its page shows it. at: the moment, UTC."""
    return GuidePage(
        guide=found,
        own=_own([door for door in found.channels if door.is_ours], clock.day_of(at), at),
        phone=phone_of(found),
        ways=_ways_in(get_language() or settings.LANGUAGE_CODE, found),
    )


@lru_cache(maxsize=WAYS_KEPT_MAX)
def _ways_in(language: str, found: Guide) -> SafeString:
    """The ways as HTML. Most of the page, and the same until the guide itself is another one."""
    with override(language):
        shown = {"guide": found, "ways": _ways(found)}
        return render_to_string("web/parts/channel_ways.html", shown)


def _ways(found: Guide) -> Ways:
    outside = [shown_door(door) for door in found.channels if not door.is_ours]
    grouped = {
        id: tuple(shown for shown in outside if _group_of(shown.door) == id) for id in GROUPS
    }
    others = [shown_door(door) for door in found.alternatives if door.name != HOTLINE]
    entrances = [shown for shown in others if shown.door.kind not in ALTERNATIVES]
    return Ways(
        groups=tuple(Group(id, doors) for id, doors in grouped.items() if doors),
        phones=tuple(
            shown for shown in _of_kind(others, Kind.PHONE) if shown.door.office_id is None
        ),
        halls=_halls(others),
        national=tuple(shown for shown in entrances if shown.door.services),
        portals=tuple(shown for shown in entrances if not shown.door.services),
    )


def phone_of(found: Guide) -> str:
    """A number to dial in a region: its office's, else that of a source, else 12345."""
    phones = [door.name for door in found.alternatives if door.kind is Kind.PHONE]
    dialable = (number.shown for phone in phones for number in numbers(phone))
    return next((number for number in dialable if number != HOTLINE), HOTLINE)


def _group_of(door: Door) -> str:
    if door.lead.sure is Sureness.WEAK:
        return "weak"
    if door.names_divorce:
        return "divorce"
    return "unspecified" if door.is_unspecified else "marriage"


def _own(doors: list[Door], today: date, at: datetime) -> tuple[OwnDoor, ...]:
    if not doors:
        return ()
    ids = [door.office_id for door in doors if door.office_id]
    left = places_left(ids, Service.DIVORCE_APPLICATION, today, today + FREE_WITHIN, at)
    return tuple(_own_door(door, left.get(door.office_id or "", {}), today) for door in doors)


def _own_door(door: Door, left: dict[date, int], today: date) -> OwnDoor:
    free_on = next((day for day in sorted(left) if left[day]), None)
    if free_on is None:
        return OwnDoor(door, "", 0)
    return OwnDoor(door, day_in_words(free_on, today=today), left[free_on])


def _halls(others: list[ShownDoor]) -> tuple[Hall, ...]:
    phones = {
        shown.door.office_id: shown.door.name
        for shown in _of_kind(others, Kind.PHONE)
        if shown.door.office_id
    }
    return tuple(
        Hall(shown, phones.get(shown.door.office_id or ""))
        for shown in _of_kind(others, Kind.OFFICE_QUEUE)
    )


def _of_kind(doors: Iterable[ShownDoor], kind: Kind) -> tuple[ShownDoor, ...]:
    return tuple(shown for shown in doors if shown.door.kind is kind)
