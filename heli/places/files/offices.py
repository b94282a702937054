"""offices.yaml: the registry offices as their sources describe them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from yaml.nodes import MappingNode, Node

from heli.law.services import Service
from heli.places.files.pages import Page, is_null
from heli.places.rules import WeekdayHours

FILE = "offices.yaml"
TOP = ("about", "fields", "city_rules", "not_used", "offices")  # all but the last is for readers
REQUIRED = ("id", "name", "region_code", "services", "source_url", "as_of", "confidence")
OPTIONAL = ("address", "phone", "hours_text", "hours", "coordinates")
# Told to people who read the file; not stored.
REMARKS = (
    "name_derived",
    "name_as_source",
    "region_name",
    "province",
    "city",
    "address_lang",
    "phone_as_source",
    "booking_code",
    "note",
    "licence",
    "source_kind",
)
WEEKDAYS = {
    name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
WEEKDAY_NAMES = "一二三四五六日"
DAYS_UNSTATED = "days_unstated"
CONFIDENCES = {word: word for word in ("high", "medium", "low")}

# What the words of the sources say of Heli's services. "marriage" says nothing of divorce; the
# words for special groups say who may come, not for what.
NO_SERVICE: tuple[Service, ...] = ()
SERVICE_WORDS: dict[str, tuple[Service, ...]] = {
    **{service.value: (service,) for service in Service},
    "divorce": (Service.DIVORCE_APPLICATION, Service.DIVORCE_CERTIFICATE),
    "reissue": (Service.REPLACEMENT,),
    "foreign_related": NO_SERVICE,
    "hmt": NO_SERVICE,
    "cross_province": NO_SERVICE,
    "adoption": NO_SERVICE,
    "marriage_foreign": NO_SERVICE,
    "marriage_hk_macau_taiwan_overseas": NO_SERVICE,
}


@dataclass(frozen=True)
class OfficeEntry:
    """An office as its entry says. line: where it begins. hours: of the week, where regular.

    latitude, longitude: degrees in GCJ-02, or None.
    """

    line: int
    id: str
    name: str
    region_code: str
    address: str | None
    phone: str | None
    hours_text: str | None
    hours: tuple[WeekdayHours, ...]
    services: tuple[Service, ...]
    latitude: float | None
    longitude: float | None
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True)
class OfficesFile:
    """entries: the offices that are right, by id. Of wrong ones too: every id that is `named`,
    and each region code with the line where it stands."""

    entries: dict[str, OfficeEntry]
    named: frozenset[str]
    region_codes: tuple[tuple[str, int], ...]


def read_offices(path: Path, page: Page) -> OfficesFile:
    """The offices of a file; what is wrong is noted on the page."""
    root = page.compose(path)
    top = page.fields(root, TOP, required=("offices",))
    entries: dict[str, OfficeEntry] = {}
    lines: dict[str, int] = {}
    region_codes: list[tuple[str, int]] = []
    for node in page.sequence(top.get("offices")):
        before = len(page.problems)
        fields = page.fields(node, (*REQUIRED, *OPTIONAL, *REMARKS), required=REQUIRED)
        if not isinstance(node, MappingNode):
            continue
        id = office_id(fields.get("id"), page)
        if id in lines:
            page.wrong(node, _("编号{id}写了两次，第{line}行已经有了。"), id=id, line=lines[id])
        elif id is not None:
            lines[id] = node.start_mark.line + 1
        region_code = _region_code(fields.get("region_code"), page)
        if region_code is not None:
            region_codes.append((region_code, fields["region_code"].start_mark.line + 1))
        entry = _entry(node, id, region_code, fields, page)
        if entry is not None and len(page.problems) == before:
            entries[entry.id] = entry
    return OfficesFile(entries, frozenset(lines), tuple(region_codes))


def office_id(node: Node | None, page: Page) -> str | None:
    """The stable id of an office: small letters, digits and hyphens."""
    text = page.text(node, 40, plain=True)
    if node is not None and text is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", text):
        page.wrong(node, _("编号“{id}”只能用小写字母、数字和连字符。"), id=text)
        return None
    return text


def _entry(
    node: MappingNode,
    id: str | None,
    region_code: str | None,
    fields: dict[str, Node],
    page: Page,
) -> OfficeEntry | None:
    name = page.text(fields.get("name"), 120)
    hours_text, hours = _hours(node, fields, page)
    latitude, longitude = _coordinates(fields.get("coordinates"), page)
    address = page.text(fields.get("address"), 300)
    phone = page.text(fields.get("phone"), 80, plain=True)
    services = _services(fields.get("services"), page)
    source = page.text(fields.get("source_url"), 500)
    as_of = page.text(fields.get("as_of"), 120, plain=True)
    confidence = page.choice(fields.get("confidence"), CONFIDENCES)
    if not (id and name and region_code and source and as_of and confidence):
        return None  # each of these was noted
    return OfficeEntry(
        line=node.start_mark.line + 1,
        id=id,
        name=name,
        region_code=region_code,
        address=address,
        phone=phone,
        hours_text=hours_text,
        hours=hours,
        services=services,
        latitude=latitude,
        longitude=longitude,
        source=source,
        as_of=as_of,
        confidence=confidence,
    )


def _region_code(node: Node | None, page: Page) -> str | None:
    code = page.text(node, 40, plain=True)
    if node is not None and code is not None and not re.fullmatch(r"[1-9][0-9]{5}", code):
        page.wrong(node, _("行政区划代码“{code}”应当是六位数字。"), code=code)
        return None
    return code


def _services(node: Node | None, page: Page) -> tuple[Service, ...]:
    found: set[Service] = set()
    for member in page.sequence(node):
        found.update(page.choice(member, SERVICE_WORDS) or ())
    return tuple(service for service in Service if service in found)


def _hours(
    node: MappingNode, fields: dict[str, Node], page: Page
) -> tuple[str | None, tuple[WeekdayHours, ...]]:
    """The wording and the week. hours: null says that the wording is garbled: then neither."""
    text = page.text(fields.get("hours_text"), 300)
    given = page.mapping(fields.get("hours"), known=(*WEEKDAYS, DAYS_UNSTATED))
    week: list[WeekdayHours] = []
    for name, (_key, value) in given.items():
        spans = page.spans(value)
        if name in WEEKDAYS:
            week += [WeekdayHours(WEEKDAYS[name], opens, closes) for opens, closes in spans]
    week.sort()
    if "hours" not in fields and _says_null(node, "hours"):
        return None, ()
    return text or _in_words(week), tuple(week)


def _says_null(node: MappingNode, name: str) -> bool:
    return any(key.value == name and is_null(value) for key, value in node.value)


def _in_words(week: list[WeekdayHours]) -> str | None:
    """A week in words, where the source gave none: 周一至周五 09:00-12:00、13:00-17:00."""
    spans = [
        "、".join(f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in week if row.weekday == weekday)
        for weekday in WEEKDAYS.values()
    ]
    parts = []
    for hours, days in groupby(range(len(spans)), key=spans.__getitem__):
        first, *rest = days
        until = f"至周{WEEKDAY_NAMES[rest[-1]]}" if rest else ""
        if hours:
            parts.append(f"周{WEEKDAY_NAMES[first]}{until} {hours}")
    return "；".join(parts) or None


def _coordinates(node: Node | None, page: Page) -> tuple[float | None, float | None]:
    both = ("latitude", "longitude")
    fields = page.fields(node, both, required=both)
    return page.degrees(fields.get("latitude"), 90), page.degrees(fields.get("longitude"), 180)
