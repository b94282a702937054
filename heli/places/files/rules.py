"""rules.yaml: by which rules an office opens and takes bookings."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext_lazy as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from heli.identity.verification import known_methods
from heli.law.services import Service
from heli.places.files.offices import WEEKDAYS, office_id
from heli.places.files.pages import Page, is_null
from heli.places.rules import (
    BookingPolicy,
    ClosedDays,
    ExtraOpening,
    OfferedService,
    OfficeRules,
    Timetable,
    WeekdayHours,
)

FILE = "rules.yaml"
TOP = ("about", "rules")
PARTS = ("timetable", "services", "policy", "closures", "extra_days")
REQUIRED_PARTS = ("timetable", "services", "policy")
YES_OR_NO = {"true": True, "false": False}
SERVICES = {service.value: service for service in Service}
# From one weekday to another, both included: mon-fri, mon-sat, tue-sun ...
WEEKDAY_RANGES = {
    first if first == last else f"{first}-{last}": range(WEEKDAYS[first], WEEKDAYS[last] + 1)
    for first in WEEKDAYS
    for last in WEEKDAYS
    if WEEKDAYS[first] <= WEEKDAYS[last]
}
R = TypeVar("R")


@dataclass(frozen=True)
class RulesEntry:
    """An office's entry. line: where it begins. rules: None ends its bookings.

    service_lines: where each service is named first, in `services` or of an extra day.
    """

    line: int
    rules: OfficeRules | None
    service_lines: dict[Service, int]


def read_rules(path: Path, page: Page) -> dict[str, RulesEntry]:
    """The entries by the ids of their offices; what is wrong is noted on the page."""
    top = page.fields(page.compose(path), TOP, required=("rules",))
    found: dict[str, RulesEntry] = {}
    for id, (key, node) in page.mapping(top.get("rules")).items():
        if office_id(key, page) is None:
            continue
        rules, service_lines = (None, {}) if is_null(node) else _rules(id, key, node, page)
        found[id] = RulesEntry(key.start_mark.line + 1, rules, service_lines)
    return found


def _rules(id: str, key: Node, node: Node, page: Page) -> tuple[OfficeRules, dict[Service, int]]:
    parts = page.fields(node, PARTS)
    if isinstance(node, MappingNode):
        for part in REQUIRED_PARTS:
            if part not in parts:
                page.wrong(key, _("{id}缺少“{part}”。"), id=id, part=part)
    service_lines: dict[Service, int] = {}
    services = _services(parts.get("services"), page, service_lines)
    extra_days = _extra_days(parts.get("extra_days"), page, service_lines)
    rules = OfficeRules(
        office_id=id,
        is_bookable=True,
        timetables=_dated(parts.get("timetable"), _timetable, page),
        closures=_closures(parts.get("closures"), page),
        extra_days=extra_days,
        service_rules=services,
        policies=_dated(parts.get("policy"), _policy, page),
    )
    return rules, service_lines


def _entries(node: Node | None, page: Page) -> list[Node]:
    """One entry, or a list of them."""
    if isinstance(node, MappingNode):
        return [node]
    entries = page.sequence(node)
    if isinstance(node, SequenceNode) and not entries:
        page.wrong(node, _("这里至少要有一项。"))
    return entries


def _dated(
    node: Node | None, read_one: Callable[[Node, date, Page], R | None], page: Page
) -> tuple[R, ...]:
    """Entries with a `starts_on` each, in its order; two of one day are wrong."""
    found: dict[date, R] = {}
    seen: set[date] = set()
    for entry in _entries(node, page):
        starts_on = _starts_on(entry, page)
        if starts_on in seen:
            page.wrong(entry, _("有两项都从{day}开始。"), day=starts_on)
        value = read_one(entry, starts_on or date.min, page)
        if starts_on is not None:
            seen.add(starts_on)
            if value is not None:
                found[starts_on] = value
    return tuple(found[day] for day in sorted(found))


def _starts_on(entry: Node, page: Page) -> date | None:
    if not isinstance(entry, MappingNode):
        return None  # noted by whoever reads the entry
    given = [value for key, value in entry.value if key.value == "starts_on"]
    return page.day(given[0]) if given and not is_null(given[0]) else None


def _timetable(entry: Node, starts_on: date, page: Page) -> Timetable | None:
    known = ("starts_on", *WEEKDAY_RANGES)
    given = page.mapping(entry, known=known)
    if isinstance(entry, MappingNode) and "starts_on" not in given:
        page.wrong(entry, _("缺少“{key}”。"), key="starts_on")
    before = len(page.problems)
    named: set[int] = set()
    week: list[WeekdayHours] = []
    for name, (key, value) in given.items():
        if name == "starts_on":
            continue
        days = WEEKDAY_RANGES[name]
        if named.intersection(days):
            page.wrong(key, _("“{name}”里有一天的时间已经写过了。"), name=name)
        named.update(days)
        spans = page.spans(value)
        week += [WeekdayHours(day, opens, closes) for day in days for opens, closes in spans]
    if not week and isinstance(entry, MappingNode) and len(page.problems) == before:
        page.wrong(entry, _("一周里没有任何开放时间。要停办，请写closures。"))
    return Timetable(starts_on, tuple(sorted(week)))


def _policy(entry: Node, starts_on: date, page: Page) -> BookingPolicy | None:
    limits = {
        "lead_working_days": (0, 30, 1),
        "horizon_days": (1, 180, 30),
        "change_until_hours": (0, 720, 24),
        "consent_until_hours": (0, 720, 2),
    }
    required = ("starts_on", "release_at")
    asks, checks = "asks_household_address", "real_name_checks"
    fields = page.fields(entry, (*required, *limits, asks, checks), required=required)
    release_at = page.clock_time(fields.get("release_at"))
    numbers = {}
    for name, (low, high, usual) in limits.items():
        number = page.whole(fields.get(name), low, high)
        numbers[name] = usual if number is None else number
    if release_at is None:
        return None
    return BookingPolicy(
        starts_on=starts_on,
        release_at=release_at,
        asks_household_address=_yes(fields.get(asks), page),
        real_name_checks=_real_name_checks(fields.get(checks), page),
        **numbers,
    )


def _real_name_checks(node: Node | None, page: Page) -> tuple[str, ...] | None:
    """The methods in order, each once; None where it is left out: all that are set up."""
    if node is None:
        return None
    known = {name: name for name in known_methods()}
    entries = page.sequence(node)
    if isinstance(node, SequenceNode) and not entries:
        page.wrong(node, _("这里至少要有一项。"))
    found: list[str] = []
    for entry in entries:
        method = page.choice(entry, known)
        if method in found:
            page.wrong(entry, _("“{key}”写了两次。"), key=method)
        elif method is not None:
            found.append(method)
    return tuple(found)


def _yes(node: Node | None, page: Page) -> bool:
    """Whether it says true; left out it does not."""
    if node is None:
        return False
    word = node.value if isinstance(node, ScalarNode) else ""
    if word not in YES_OR_NO:
        page.unknown(node, word, YES_OR_NO)
    return YES_OR_NO.get(word, False)


def _services(
    node: Node | None, page: Page, lines: dict[Service, int]
) -> tuple[OfferedService, ...]:
    found: list[OfferedService] = []
    for name, (key, value) in page.mapping(node, known=SERVICES).items():
        service = SERVICES[name]
        lines.setdefault(service, key.start_mark.line + 1)

        read_one = functools.partial(_offered_service, service)
        found += _dated(value, read_one, page)
    return tuple(sorted(found, key=lambda row: (row.service.value, row.starts_on)))


def _offered_service(
    service: Service, entry: Node, starts_on: date, page: Page
) -> OfferedService | None:
    names = ("starts_on", "minutes", "places")
    fields = page.fields(entry, names, required=names)
    minutes = page.whole(fields.get("minutes"), 5, 480)
    places = page.whole(fields.get("places"), 0, 1000)
    if minutes is None or places is None:
        return None
    return OfferedService(service, starts_on, minutes, places)


def _closures(node: Node | None, page: Page) -> tuple[ClosedDays, ...]:
    found: list[ClosedDays] = []
    required = ("first_on", "reason")
    for entry in page.sequence(node):
        fields = page.fields(entry, (*required, "last_on"), required=required)
        first_on = page.day(fields.get("first_on"))
        last_on = page.day(fields.get("last_on")) if "last_on" in fields else first_on
        reason = page.text(fields.get("reason"), 200, plain=True)
        if first_on is None or last_on is None or reason is None:
            continue
        if last_on < first_on:
            page.wrong(fields["last_on"], _("最后一天早于第一天。"))
            continue
        found.append(ClosedDays(first_on, last_on, reason))
    return tuple(sorted(found, key=lambda row: (row.first_on, row.last_on, row.reason)))


def _extra_days(
    node: Node | None, page: Page, lines: dict[Service, int]
) -> tuple[ExtraOpening, ...]:
    found: list[ExtraOpening] = []
    named: set[date] = set()
    required = ("on", "hours", "reason")
    for entry in page.sequence(node):
        fields = page.fields(entry, (*required, "services"), required=required)
        day = page.day(fields.get("on"))
        reason = page.text(fields.get("reason"), 200, plain=True)
        spans = page.spans(fields.get("hours"))
        if isinstance(fields.get("hours"), SequenceNode) and not fields["hours"].value:
            page.wrong(fields["hours"], _("这里至少要有一项。"))
        services = _named_services(fields.get("services"), page, lines)
        if day in named:
            page.wrong(entry, _("{day}写了两次。"), day=day)
        if day is None or reason is None:
            continue
        named.add(day)
        found += [ExtraOpening(day, opens, closes, services, reason) for opens, closes in spans]
    return tuple(sorted(found, key=lambda row: (row.on, row.opens)))


def _named_services(node: Node | None, page: Page, lines: dict[Service, int]) -> frozenset[Service]:
    found: set[Service] = set()
    for member in page.sequence(node):
        service = page.choice(member, SERVICES)
        if service is not None:
            lines.setdefault(service, member.start_mark.line + 1)
            found.add(service)
    return frozenset(found)
