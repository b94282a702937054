"""What is read of the directory: the ways of a region, coverage, warnings, entries to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from heli.channels.directory import Directory, directory_on
from heli.channels.doors import DIVORCE, SURENESSES, Door, doors_of
from heli.channels.halls import hall_doors, offices_of, own_doors, telephone_doors
from heli.channels.kinds import ALTERNATIVES, UNSPECIFIED, Confidence, Kind
from heli.channels.models import ChannelEntry, Warning
from heli.channels.reporting import Wrong
from heli.channels.rules import Sureness, sureness
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.places.atlas import Atlas, Point
from heli.places.levels import (
    NO_PLACE_ENDINGS,
    RegionBelow,
    region_above,
    regions_around,
    regions_below,
)
from heli.places.queries import RegionView, haversine_km, region_view
from heli.places.retired import RetiredRegion, region_now

# A portal or a hotline that says nothing of booking may be asked; a mini program or an account
# that says nothing is no way at all.
WORTH_ASKING = frozenset({Kind.PHONE, Kind.GOVERNMENT_WEBSITE, Kind.GOVERNMENT_APP})
BOOKS_DIVORCE = DIVORCE | {UNSPECIFIED}


@dataclass(frozen=True)
class Nearest:
    """The nearest region with a door for a divorce. distance_km: between the centres, to 1 km."""

    region: RegionView
    door: Door
    distance_km: int


@dataclass(frozen=True)
class Guide:
    """The ways of a region. asked: the abolished region that was asked for.

    channels: to book, in the order to try them. alternatives: what can be done besides; a queue
    at a hall is always among them. nearest: where `channels` has nothing that may book a divorce.
    above, below: where to look further; None for a province, () for a county.
    """

    region: RegionView
    above: RegionView | None
    below: tuple[RegionBelow, ...]
    asked: RetiredRegion | None
    channels: tuple[Door, ...]
    alternatives: tuple[Door, ...]
    nearest: Nearest | None

    @property
    def has_online_way(self) -> bool:
        """Whether a divorce may be booked by any of the channels."""
        return any(_may_book_divorce(door) for door in self.channels)


@dataclass(frozen=True)
class CoverageRow:
    """How a region is covered. kinds: the surest door of each. newest: of its newest source."""

    region: RegionView
    is_province: bool
    kinds: dict[Kind, Sureness]
    best: Sureness | None
    newest: str | None


@dataclass(frozen=True)
class WarningView:
    """A published warning, in the operator's words."""

    id: int
    name: str | None
    host: str | None
    region: RegionView | None
    proof: str
    proof_url: str | None
    published_on: date


@dataclass(frozen=True)
class EntryView:
    """An entry as the desk sees it. remarks: how many people say what is wrong with it."""

    entry: ChannelEntry
    region: RegionView | None
    remarks: dict[Wrong, int]


def guide(region_code: str, *, at: datetime) -> Guide:
    """The ways of a region; an abolished code answers with the region it belongs to now.

    at: the moment, UTC. Raises NotFound for a code that never was.
    """
    today = clock.day_of(at)
    directory = directory_on(today)
    places = directory.places
    region, asked = region_now(region_code, places)
    entries = directory.of([*regions_around(region.code), None])
    booking = _with_regions(filter(_is_to_book, entries), places)
    others = _with_regions(filter(_is_worth_asking, entries), places)
    offices = offices_of(region, places)
    channels = own_doors(offices, today) + doors_of(booking, today=today)
    alternatives = (
        telephone_doors(offices, today)
        + doors_of(others, today=today)
        + hall_doors(region, offices, today)
    )
    has_way = any(_may_book_divorce(door) for door in channels)
    return Guide(
        region=region,
        above=region_above(region, places),
        below=regions_below(region, places),
        asked=asked,
        channels=channels,
        alternatives=alternatives,
        nearest=None if has_way else _nearest(region, directory, today),
    )


def coverage(*, at: datetime) -> tuple[CoverageRow, ...]:
    """Every province and its cities, by code, with what each has of its own or inherits."""
    today = clock.day_of(at)
    directory = directory_on(today)
    by_region = {
        code: [_told(entry, today) for entry in entries if entry.services]
        for code, entries in directory.entries.items()
        if code is not None
    }
    return tuple(
        _coverage_row(place, by_region)
        for code, place in directory.places.regions.items()
        if code.endswith("00")
        and not place.name.endswith(NO_PLACE_ENDINGS)
        and place.path.count("/") == _depth(code)
    )


def published_warnings() -> tuple[WarningView, ...]:
    """What is warned of at this time, the newest first."""
    rows = Warning.objects.filter(withdrawn_on=None).select_related("region")
    return tuple(
        WarningView(
            id=row.pk,
            name=row.name,
            host=row.host,
            region=region_view(row.region) if row.region else None,
            proof=row.proof,
            proof_url=row.proof_url,
            published_on=row.published_on,
        )
        for row in rows.order_by("-published_on", "-id")
    )


def entries_due(*, on: date) -> tuple[EntryView, ...]:
    """Entries that somebody has to look at on a day: those that people say are wrong first, then
    by the day of their review."""
    entries = ChannelEntry.objects.valid_on(on).filter(
        Q(review_on__lte=on) | Q(remarks__settled_at=None, remarks__gt=0)
    )
    views = [_entry_view(entry) for entry in _loaded(entries.distinct())]
    return tuple(
        sorted(views, key=lambda v: (-sum(v.remarks.values()), v.entry.review_on, v.entry.pk))
    )


def find_entries(*, region: str | None = None, q: str = "") -> tuple[EntryView, ...]:
    """Entries of a region and all below it, or with these words in their name or operator; ended
    ones too. By region, kind and name, at most 500."""
    entries = ChannelEntry.objects.all()
    if region is not None:
        prefix = region[:2] if region.endswith("0000") else region.removesuffix("00")
        entries = entries.filter(region__code__startswith=prefix)
    for word in q.split():
        entries = entries.filter(Q(name__icontains=word) | Q(operator__icontains=word))
    found = _loaded(entries).order_by("region_id", "kind", "name", "id")[:500]
    return tuple(_entry_view(entry) for entry in found)


def get_entry(id: int) -> EntryView:
    """One entry. Raises NotFound."""
    entry = _loaded(ChannelEntry.objects.filter(pk=id)).first()
    if entry is None:
        raise NotFound()
    return _entry_view(entry)


def _loaded(entries: QuerySet[ChannelEntry]) -> QuerySet[ChannelEntry]:
    return entries.select_related("region").prefetch_related("remarks")


def _with_regions(
    entries: Iterable[ChannelEntry], places: Atlas
) -> list[tuple[ChannelEntry, RegionView | None]]:
    return [
        (entry, places.regions[entry.region_id] if entry.region_id else None) for entry in entries
    ]


def _is_to_book(entry: ChannelEntry) -> bool:
    is_here = entry.region_id is not None
    return is_here and bool(entry.services) and entry.kind not in ALTERNATIVES


def _is_worth_asking(entry: ChannelEntry) -> bool:
    if entry.services:
        return not _is_to_book(entry)
    return entry.kind in WORTH_ASKING


def _may_book_divorce(door: Door) -> bool:
    return door.names_divorce or door.is_unspecified


def _nearest(region: RegionView, directory: Directory, today: date) -> Nearest | None:
    """By the centres of the regions; a region without a centre counts as its city or province."""
    places = directory.places
    here = _centre(region.code, places)
    distances = [
        (haversine_km(here, there), code)
        for code, entries in directory.entries.items()
        if code is not None
        and here is not None
        and any(map(_books_divorce, entries))
        and (there := _centre(code, places)) is not None
    ]
    if not distances:
        return None
    distance, code = min(distances)
    booking = filter(_books_divorce, directory.entries[code])
    door = doors_of(_with_regions(booking, places), today=today)[0]
    return Nearest(places.regions[code], door, round(distance))


def _books_divorce(entry: ChannelEntry) -> bool:
    return _is_to_book(entry) and not BOOKS_DIVORCE.isdisjoint(entry.services)


def _centre(code: str, places: Atlas) -> Point | None:
    around = regions_around(code)
    return next((places.centres[code] for code in around if code in places.centres), None)


def _depth(code: str) -> int:
    """How many slashes the path of a province or city has."""
    return 0 if code.endswith("0000") else 1


def _told(entry: ChannelEntry, today: date) -> tuple[Kind, Sureness, str | None]:
    sure = sureness(Confidence(entry.confidence), entry.as_of, today)
    return Kind(entry.kind), sure, entry.as_of


def _coverage_row(
    region: RegionView, by_region: dict[str, list[tuple[Kind, Sureness, str | None]]]
) -> CoverageRow:
    told = [entry for code in regions_around(region.code) for entry in by_region.get(code, [])]
    kinds: dict[Kind, Sureness] = {}
    for kind, sure, _as_of in told:
        kinds[kind] = min(kinds.get(kind, sure), sure, key=SURENESSES.index)
    return CoverageRow(
        region=region,
        is_province=region.code.endswith("0000"),
        kinds={kind: kinds[kind] for kind in Kind if kind in kinds},
        best=min(kinds.values(), key=SURENESSES.index, default=None),
        newest=max((as_of for _kind, _sure, as_of in told if as_of), default=None),
    )


def _entry_view(entry: ChannelEntry) -> EntryView:
    counts: dict[Wrong, int] = {}
    for remark in entry.remarks.all():
        if remark.settled_at is None:
            wrong = Wrong(remark.wrong)
            counts[wrong] = counts.get(wrong, 0) + 1
    return EntryView(entry, region_view(entry.region) if entry.region else None, counts)
