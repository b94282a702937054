"""What is read of the directory: the ways of a region, coverage, warnings, entries to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from heli.channels.doors import DIVORCE, SURENESSES, Door, doors_of, proof_of
from heli.channels.halls import hall_doors, offices_of, own_doors, telephone_doors
from heli.channels.kinds import ALTERNATIVES, UNSPECIFIED, Kind
from heli.channels.models import ChannelEntry, Warning
from heli.channels.reporting import Wrong
from heli.channels.rules import Sureness
from heli.ground import clock
from heli.ground.refusals import NotFound
from heli.places.levels import NO_PLACE_ENDINGS, regions_around
from heli.places.models import Region
from heli.places.queries import RegionView, haversine_km
from heli.places.retired import RetiredRegion, region_now

# A portal or a hotline that says nothing of booking may be asked; a mini program or an account
# that says nothing is no way at all.
WORTH_ASKING = frozenset({Kind.PHONE, Kind.GOVERNMENT_WEBSITE, Kind.GOVERNMENT_APP})


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
    """

    region: RegionView
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
    region, asked = region_now(region_code)
    today = clock.day_of(at)
    around = list(regions_around(region.code))
    entries = _with_regions(_valid(today).filter(Q(region__in=around) | Q(region=None)))
    booking = [(e, r) for e, r in entries if r and e.services and e.kind not in ALTERNATIVES]
    others = [pair for pair in entries if pair not in booking and _is_worth_asking(pair[0])]
    offices = offices_of(region)
    channels = own_doors(offices, today) + doors_of(booking, today=today)
    alternatives = (
        telephone_doors(offices, today)
        + doors_of(others, today=today)
        + hall_doors(region, offices, today)
    )
    has_way = any(_may_book_divorce(door) for door in channels)
    nearest = None if has_way else _nearest(region, around, today)
    return Guide(region, asked, channels, alternatives, nearest)


def coverage(*, at: datetime) -> tuple[CoverageRow, ...]:
    """Every province and its cities, by code, with what each has of its own or inherits."""
    today = clock.day_of(at)
    by_region: dict[str, list[tuple[ChannelEntry, RegionView | None]]] = {}
    for entry, region in _with_regions(_valid(today).exclude(services=[]).exclude(region=None)):
        if region is not None:
            by_region.setdefault(region.code, []).append((entry, region))
    places = Region.objects.filter(code__endswith="00").order_by("code")
    return tuple(
        _coverage_row(_view(place), by_region, today)
        for place in places
        if not place.name.endswith(NO_PLACE_ENDINGS) and place.path.count("/") == _depth(place.code)
    )


def published_warnings() -> tuple[WarningView, ...]:
    """What is warned of at this time, the newest first."""
    rows = Warning.objects.filter(withdrawn_on=None).select_related("region")
    return tuple(
        WarningView(
            id=row.pk,
            name=row.name,
            host=row.host,
            region=_view(row.region) if row.region else None,
            proof=row.proof,
            proof_url=row.proof_url,
            published_on=row.published_on,
        )
        for row in rows.order_by("-published_on", "-id")
    )


def entries_due(*, on: date) -> tuple[EntryView, ...]:
    """Entries that somebody has to look at on a day: those that people say are wrong first, then
    by the day of their review."""
    entries = _valid(on).filter(Q(review_on__lte=on) | Q(remarks__settled_at=None, remarks__gt=0))
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


def _valid(today: date) -> QuerySet[ChannelEntry]:
    return ChannelEntry.objects.filter(Q(ended_on=None) | Q(ended_on__gt=today))


def _loaded(entries: QuerySet[ChannelEntry]) -> QuerySet[ChannelEntry]:
    return entries.select_related("region").prefetch_related("remarks")


def _with_regions(
    entries: QuerySet[ChannelEntry],
) -> list[tuple[ChannelEntry, RegionView | None]]:
    found = entries.select_related("region").order_by("id")
    return [(entry, _view(entry.region) if entry.region else None) for entry in found]


def _view(region: Region) -> RegionView:
    return RegionView(code=region.code, name=region.name, path=region.path)


def _is_worth_asking(entry: ChannelEntry) -> bool:
    if entry.services:
        return entry.region_id is None or entry.kind in ALTERNATIVES
    return entry.kind in WORTH_ASKING


def _may_book_divorce(door: Door) -> bool:
    return door.names_divorce or door.is_unspecified


def _nearest(region: RegionView, around: list[str], today: date) -> Nearest | None:
    """By the centres of the regions; a region without a centre counts as its city or province."""
    books = Q(services__overlap=[*DIVORCE, UNSPECIFIED])
    entries = _with_regions(
        _valid(today)
        .filter(books)
        .exclude(region=None)
        .exclude(region__in=around)
        .exclude(kind__in=list(ALTERNATIVES))
    )
    by_region: dict[RegionView, list[tuple[ChannelEntry, RegionView | None]]] = {}
    for entry, of in entries:
        if of is not None:
            by_region.setdefault(of, []).append((entry, of))
    centres = _centres([*around, *(code for of in by_region for code in regions_around(of.code))])
    here = _centre(around, centres)
    distances = [
        (haversine_km(here, there), of.code, of)
        for of in by_region
        if here is not None and (there := _centre(regions_around(of.code), centres)) is not None
    ]
    if not distances:
        return None
    distance, _code, of = min(distances)
    return Nearest(of, doors_of(by_region[of], today=today)[0], round(distance))


def _centres(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    rows = Region.objects.filter(code__in=set(codes)).values_list("code", "latitude", "longitude")
    return {code: (lat, lon) for code, lat, lon in rows if lat is not None and lon is not None}


def _centre(
    codes: Iterable[str], centres: dict[str, tuple[float, float]]
) -> tuple[float, float] | None:
    return next((centres[code] for code in codes if code in centres), None)


def _depth(code: str) -> int:
    """How many slashes the path of a province or city has."""
    return 0 if code.endswith("0000") else 1


def _coverage_row(
    region: RegionView,
    by_region: dict[str, list[tuple[ChannelEntry, RegionView | None]]],
    today: date,
) -> CoverageRow:
    entries = [pair for code in regions_around(region.code) for pair in by_region.get(code, [])]
    kinds: dict[Kind, Sureness] = {}
    for entry, of in entries:
        kind, sure = Kind(entry.kind), proof_of(entry, of, today).sure
        kinds[kind] = min(kinds.get(kind, sure), sure, key=SURENESSES.index)
    return CoverageRow(
        region=region,
        is_province=region.code.endswith("0000"),
        kinds={kind: kinds[kind] for kind in Kind if kind in kinds},
        best=min(kinds.values(), key=SURENESSES.index, default=None),
        newest=max((entry.as_of for entry, _of in entries if entry.as_of), default=None),
    )


def _entry_view(entry: ChannelEntry) -> EntryView:
    counts: dict[Wrong, int] = {}
    for remark in entry.remarks.all():
        if remark.settled_at is None:
            wrong = Wrong(remark.wrong)
            counts[wrong] = counts.get(wrong, 0) + 1
    return EntryView(entry, _view(entry.region) if entry.region else None, counts)
