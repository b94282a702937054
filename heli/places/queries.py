"""What is read of places: regions by what people type, offices by region, service and distance."""

from __future__ import annotations

import functools
import math
import operator
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from heli.ground.refusals import FieldError, InvalidInput, NotFound
from heli.law.services import Service
from heli.places import models
from heli.places.rules import (
    BookingPolicy,
    ClosedDays,
    ExtraOpening,
    OfferedService,
    OfficeRules,
    Timetable,
    WeekdayHours,
)

REGIONS_MAX = 50
OFFICES_MAX = 500
QUERY_LENGTH_MAX = 60  # characters; the longest path has 27
EARTH_RADIUS_KM = 6371.0
NO_SUCH_REGION = _("没有找到这个行政区划代码，请核对后再试。")
NAME_ENDINGS = ("省", "市", "区", "县", "旗", "盟", "自治区", "地区", "特别行政区")
PINYIN_ENDINGS = ("sheng", "shi", "qu", "xian", "qi", "meng", "zizhiqu", "diqu")
INITIALS_ENDINGS = ("s", "q", "x")


@dataclass(frozen=True)
class RegionView:
    """A region. path: the names from the province down, joined by "/"."""

    code: str
    name: str
    path: str


@dataclass(frozen=True)
class OfficeView:
    """An office as people see it. hours: as its source words them, or None where unknown.

    coordinates: latitude and longitude, degrees in the Chinese system GCJ-02, where known.
    distance_km: from the point asked for, to 0.1; None where none was asked for or known.
    source, as_of, confidence: who says so, when, and how far it can be relied on.
    """

    id: str
    name: str
    region: RegionView
    address: str | None
    phone: str | None
    hours: str | None
    services: tuple[Service, ...]
    is_bookable: bool
    coordinates: tuple[float, float] | None
    distance_km: float | None
    source: str
    as_of: str
    confidence: str


def find_regions(q: str, limit: int = REGIONS_MAX) -> tuple[RegionView, ...]:
    """Regions by name, by the beginning of their code, or by pinyin or its initials.

    q: as typed. Several words narrow down: "广东 白云" finds the 白云区 of Guangdong. Nothing typed
    finds the provinces; what no name can contain finds nothing. limit: at most 50.
    Order: exact hits, then what begins so, then the rest; among equals the larger region first.
    """
    words = _typed_words(q)
    if words is None:
        return ()
    regions = models.Region.objects.all()
    for outer in words[:-1]:
        regions = regions.filter(path__contains=outer)
    hits = _hits_of(words[-1]) if words else (Q(code__endswith="0000"),)
    found = _best_first(regions.filter(functools.reduce(operator.or_, hits)), hits)
    return tuple(region_view(region) for region in found[: max(0, min(limit, REGIONS_MAX))])


def get_region(code: str) -> RegionView:
    """One region by its code. Raises NotFound."""
    region = None
    if code.isascii() and code.isdigit():
        region = models.Region.objects.filter(code=code).first()
    if region is None:
        raise NotFound(NO_SUCH_REGION)
    return region_view(region)


def list_offices(
    region: str | None = None,
    service: Service | None = None,
    near: tuple[float, float] | None = None,
) -> tuple[OfficeView, ...]:
    """Offices of a region and of everything below it, those that take bookings first.

    region: a code; None is the whole country. Raises NotFound where there is no such region.
    service: only those that offer it. near: latitude and longitude in degrees; then the nearest
    first, an office without coordinates counting from the centre of its region. At most 500.
    Raises InvalidInput for a point that is not on the earth.
    """
    offices = models.Office.objects.select_related("region")
    if region is not None:
        offices = offices.filter(region__code__startswith=prefix_of(get_region(region).code))
    if service is not None:
        offices = offices.filter(services__contains=[service.value])
    if near is not None:
        check_point(near)
    views = [office_view(office, near) for office in offices]
    return tuple(sorted(views, key=bookable_then_nearest)[:OFFICES_MAX])


def offices_with_hours(q: str, limit: int) -> tuple[OfficeView, ...]:
    """Offices whose opening hours are known, by a part of their name or of their region's path.

    q: as typed, in Chinese; several words narrow down. Nothing typed finds nothing. Those that
    take bookings come first.
    """
    words = _typed_words(q)
    if not words:
        return ()
    offices = models.Office.objects.select_related("region").filter(openinghours__isnull=False)
    for word in words:
        offices = offices.filter(Q(name__contains=word) | Q(region__path__contains=word))
    views = [office_view(office) for office in offices.distinct()[:OFFICES_MAX]]
    return tuple(sorted(views, key=bookable_then_nearest)[:limit])


def get_office(id: str) -> OfficeView:
    """One office. Raises NotFound."""
    return office_view(_office(id))


def office_rules(office_id: str) -> OfficeRules:
    """All rules of an office. Raises NotFound."""
    office = _office(office_id)
    return rules_of([office])[office.id]


def asks_household_address(office_id: str, day: date) -> bool:
    """Whether the office's rules ask people who book for this day where they are registered.

    Without such a rule nobody is asked (Personal Information Protection Law art. 6).
    """
    policy = _policy_of(office_id, day)
    return policy is not None and policy.asks_household_address


def real_name_checks(office_id: str, day: date) -> tuple[str, ...] | None:
    """The real-name checks that the office accepts of people who act for this day, in its order;
    None: all that are set up."""
    policy = _policy_of(office_id, day)
    return None if policy is None else _booking_policy(policy).real_name_checks


def _policy_of(office_id: str, day: date) -> models.Policy | None:
    """The latest that has begun by the day."""
    policies = models.Policy.objects.filter(office_id=office_id, starts_on__lte=day)
    return policies.order_by("-starts_on").first()


def rules_of(offices: Iterable[models.Office]) -> dict[str, OfficeRules]:
    """The rules of several offices by their ids, in as many queries as for one."""
    bookable = {office.id: office.is_bookable for office in offices}
    of_office = {"office_id__in": list(bookable)}
    hours = _by_office(models.OpeningHours.objects.filter(**of_office).order_by("id"))
    closures = _by_office(
        models.Closure.objects.filter(**of_office).order_by("first_on", "last_on", "reason")
    )
    extra_days = _by_office(models.ExtraDay.objects.filter(**of_office).order_by("on", "opens"))
    services = _by_office(
        models.ServiceRule.objects.filter(**of_office).order_by("service", "starts_on")
    )
    policies = _by_office(models.Policy.objects.filter(**of_office).order_by("starts_on"))
    return {
        id: OfficeRules(
            office_id=id,
            is_bookable=is_bookable,
            timetables=_timetables(hours[id]),
            closures=tuple(ClosedDays(c.first_on, c.last_on, c.reason) for c in closures[id]),
            extra_days=tuple(map(_extra_opening, extra_days[id])),
            service_rules=tuple(map(_offered_service, services[id])),
            policies=tuple(map(_booking_policy, policies[id])),
        )
        for id, is_bookable in bookable.items()
    }


def _typed_words(q: str) -> list[str] | None:
    """What was typed as words to look for; None where no region can be meant."""
    text = _without_tones(unicodedata.normalize("NFKC", q).strip().lower())
    if len(text) > QUERY_LENGTH_MAX or any(not (c.isprintable() or c.isspace()) for c in text):
        return None
    words = text.replace("/", " ").split()
    if not text.isascii() or not words:
        return words
    # Pinyin is typed with spaces and apostrophes too: xi'an, guang zhou.
    letters = "".join(words).replace("'", "")
    return [letters] if letters else None


def _without_tones(text: str) -> str:
    """Pinyin without its tone marks, ü as v.

    >>> _without_tones("lǚliáng 吕梁")
    'lvliang 吕梁'
    """
    taken_apart = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
    return "".join(c for c in taken_apart if unicodedata.category(c) != "Mn")


def _hits_of(word: str) -> tuple[Q, ...]:
    """The ways in which a region can answer to a word, the best first."""
    exact_name = Q(name=word) | Q(code=word) | Q(name__in=[word + end for end in NAME_ENDINGS])
    if not word.isascii():
        return (exact_name, Q(name__startswith=word), Q(name__contains=word))
    return (
        exact_name,
        Q(pinyin__in=[word, *(word + end for end in PINYIN_ENDINGS)]),
        Q(initials__in=[word, *(word + end for end in INITIALS_ENDINGS)]),
        Q(code__startswith=word) | Q(pinyin__startswith=word),
        Q(pinyin__contains=" " + word),
        Q(initials__startswith=word),
        Q(initials__contains=" " + word),
    )


def _best_first(regions: QuerySet[models.Region], hits: tuple[Q, ...]) -> QuerySet[models.Region]:
    rank = Case(
        *(When(hit, then=Value(place)) for place, hit in enumerate(hits)),
        output_field=IntegerField(),
    )
    level = Case(
        When(code__endswith="0000", then=Value(0)),
        When(code__endswith="00", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return regions.order_by(rank, level, Length("name"), "code")


def prefix_of(code: str) -> str:
    """What the codes of this region and of those below it begin with."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def _office(id: str) -> models.Office:
    office = None
    if id.isascii() and id.isprintable():
        office = models.Office.objects.select_related("region").filter(id=id).first()
    if office is None:
        raise NotFound(_("没有找到这个婚姻登记机关，请从列表里重新选择。"))
    return office


def check_point(near: tuple[float, float]) -> None:
    """Raises InvalidInput for a point (latitude, longitude, degrees) that is not on the earth."""
    latitude, longitude = near
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # refuses NaN too
        sentence = _("位置要写成“纬度,经度”，例如 23.13,113.26。")
        raise InvalidInput(FieldError("near", sentence))


def region_view(region: models.Region) -> RegionView:
    """The region as people see it."""
    return RegionView(code=region.code, name=region.name, path=region.path)


def office_view(office: models.Office, near: tuple[float, float] | None = None) -> OfficeView:
    """The office as people see it, with its distance to a point (degrees), if one is given."""
    return OfficeView(
        id=office.id,
        name=office.name,
        region=region_view(office.region),
        address=office.address,
        phone=office.phone,
        hours=office.hours_text,
        services=tuple(Service(value) for value in office.services),
        is_bookable=office.is_bookable,
        coordinates=_coordinates_of(office),
        distance_km=None if near is None else _distance_to(office, near),
        source=office.source,
        as_of=office.as_of,
        confidence=office.confidence,
    )


def _coordinates_of(office: models.Office) -> tuple[float, float] | None:
    if office.latitude_gcj02 is None or office.longitude_gcj02 is None:
        return None
    return office.latitude_gcj02, office.longitude_gcj02


def _distance_to(office: models.Office, near: tuple[float, float]) -> float | None:
    # Coordinates in GCJ-02 and in WGS-84 lie a few hundred metres apart: no matter for a list.
    latitude, longitude = office.latitude_gcj02, office.longitude_gcj02
    if latitude is None or longitude is None:
        latitude, longitude = office.region.latitude, office.region.longitude
    if latitude is None or longitude is None:
        return None
    return round(haversine_km(near, (latitude, longitude)), 1)


def is_called(name: str, word: str) -> bool:
    """Whether a region of this name is what people call it: 广州, as well as 广州市.

    >>> is_called("广州市", "广州"), is_called("广州市", "广")
    (True, False)
    """
    return name == word or name in [word + end for end in NAME_ENDINGS]


def haversine_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance over the ground between two points (latitude, longitude in degrees).

    >>> round(haversine_km((39.90, 116.40), (31.23, 121.47)))   # Beijing, Shanghai
    1067
    """
    (latitude, longitude), (other_latitude, other_longitude) = (
        tuple(map(math.radians, point)) for point in (here, there)
    )
    half = math.sin((other_latitude - latitude) / 2) ** 2 + (
        math.cos(latitude)
        * math.cos(other_latitude)
        * math.sin((other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def bookable_then_nearest(view: OfficeView) -> tuple[bool, float, str]:
    """The order of a list: those that take bookings first, then the nearest."""
    distance = math.inf if view.distance_km is None else view.distance_km
    return (not view.is_bookable, distance, view.id)


R = TypeVar(
    "R", models.OpeningHours, models.Closure, models.ExtraDay, models.ServiceRule, models.Policy
)


def _by_office(rows: Iterable[R]) -> defaultdict[str, list[R]]:
    grouped: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        grouped[row.office_id].append(row)
    return grouped


def _timetables(rows: Iterable[models.OpeningHours]) -> tuple[Timetable, ...]:
    weeks: defaultdict[date, list[WeekdayHours]] = defaultdict(list)
    for row in rows:
        weeks[row.starts_on].append(WeekdayHours(row.weekday, row.opens, row.closes))
    return tuple(Timetable(day, tuple(sorted(weeks[day]))) for day in sorted(weeks))


def _extra_opening(row: models.ExtraDay) -> ExtraOpening:
    services = frozenset(Service(value) for value in row.services)
    return ExtraOpening(row.on, row.opens, row.closes, services, row.reason)


def _offered_service(row: models.ServiceRule) -> OfferedService:
    return OfferedService(Service(row.service), row.starts_on, row.minutes, row.places)


def _booking_policy(row: models.Policy) -> BookingPolicy:
    return BookingPolicy(
        starts_on=row.starts_on,
        lead_working_days=row.lead_working_days,
        horizon_days=row.horizon_days,
        release_at=row.release_at,
        change_until_hours=row.change_until_hours,
        consent_until_hours=row.consent_until_hours,
        asks_household_address=row.asks_household_address,
        real_name_checks=None if row.real_name_checks is None else tuple(row.real_name_checks),
    )
