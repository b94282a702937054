"""Write what a directory of files says, and only what differs from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from heli.ground import events
from heli.places import models, queries
from heli.places.events import OfficeRulesChanged
from heli.places.files.offices import OfficeEntry
from heli.places.files.regions import RegionRow
from heli.places.rules import OfficeRules, Timetable

# A source gives an office's hours and no day on which they began. They hold from the first day for
# which Heli answers questions about dates (the cooling-off period came with the Civil Code).
LISTED_HOURS_START_ON = date(2021, 1, 1)


@dataclass(frozen=True)
class Stored:
    """How many offices, and how many offices' rules, were new or different."""

    offices_changed: int
    rules_changed: int


def store_regions(rows: Iterable[RegionRow]) -> int:
    """Add and change regions; returns how many were new or different."""
    return _store(models.Region, {row.code: asdict(row) for row in rows}, key="code")


def store_offices(
    entries: Iterable[OfficeEntry],
    rules: Mapping[str, OfficeRules | None],
    *,
    at: datetime,
) -> Stored:
    """Add and change offices and their rules. rules: None ends an office's bookings.

    at: the moment of the change, UTC. Emits OfficeRulesChanged for each office that took
    bookings before or takes them now, where its rules changed. Needs the caller's transaction.
    """
    by_id = {entry.id: entry for entry in entries}
    ids = {*by_id, *rules}
    before = queries.rules_of(models.Office.objects.filter(id__in=ids))
    after = {
        id: _rules_after(id, by_id.get(id), rules, before.get(id, OfficeRules(id))) for id in ids
    }
    changed = sorted(id for id in ids if after[id] != before.get(id, OfficeRules(id)))
    _clear_rules(changed)  # first, since an office that takes bookings may not lose its address
    offices_changed = _store(
        models.Office, {id: _fields(entry) for id, entry in by_id.items()}, key="id"
    )
    _write_rules([after[id] for id in changed])
    for id in changed:
        if after[id].is_bookable or (id in before and before[id].is_bookable):
            events.emit(OfficeRulesChanged(office_id=id, at=at))
    return Stored(offices_changed, len(changed))


def _rules_after(
    id: str,
    entry: OfficeEntry | None,
    rules: Mapping[str, OfficeRules | None],
    before: OfficeRules,
) -> OfficeRules:
    """What holds after the load: rules.yaml, else what rules.yaml once said, else listed hours."""
    given = rules.get(id)
    if given is not None:
        return given
    if before.is_bookable and id not in rules:
        return before
    if entry is None:
        return OfficeRules(id) if before.is_bookable else before
    listed = (Timetable(LISTED_HOURS_START_ON, entry.hours),) if entry.hours else ()
    return OfficeRules(id, timetables=listed)


def _fields(entry: OfficeEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "region_id": entry.region_code,
        "address": entry.address,
        "phone": entry.phone,
        "hours_text": entry.hours_text,
        "services": [service.value for service in entry.services],
        "latitude_gcj02": entry.latitude,
        "longitude_gcj02": entry.longitude,
        "source": entry.source,
        "as_of": entry.as_of,
        "confidence": entry.confidence,
    }


M = TypeVar("M", models.Region, models.Office)


def _store(model: type[M], rows: dict[str, dict[str, Any]], *, key: str) -> int:
    columns = list(next(iter(rows.values()), {}))
    stored = {row[key]: row for row in model._default_manager.filter(pk__in=rows).values(*columns)}
    added = [model(**row) for id, row in rows.items() if id not in stored]
    changed = [model(**row) for id, row in rows.items() if id in stored and stored[id] != row]
    model._default_manager.bulk_create(added)
    if changed:
        written = [column for column in columns if column != key]
        model._default_manager.bulk_update(changed, written, batch_size=500)
    return len(added) + len(changed)


def _clear_rules(ids: list[str]) -> None:
    models.Office.objects.filter(id__in=ids).update(is_bookable=False)
    for model in (
        models.OpeningHours,
        models.Closure,
        models.ExtraDay,
        models.ServiceRule,
        models.Policy,
    ):
        model._default_manager.filter(office_id__in=ids).delete()


def _write_rules(changed: list[OfficeRules]) -> None:
    bookable = [rules.office_id for rules in changed if rules.is_bookable]
    models.Office.objects.filter(id__in=bookable).update(is_bookable=True)
    models.OpeningHours.objects.bulk_create(
        models.OpeningHours(
            office_id=rules.office_id,
            starts_on=timetable.starts_on,
            weekday=hours.weekday,
            opens=hours.opens,
            closes=hours.closes,
        )
        for rules in changed
        for timetable in rules.timetables
        for hours in timetable.hours
    )
    models.Closure.objects.bulk_create(
        models.Closure(office_id=rules.office_id, **asdict(row))
        for rules in changed
        for row in rules.closures
    )
    models.ExtraDay.objects.bulk_create(
        models.ExtraDay(
            office_id=rules.office_id,
            **{**asdict(row), "services": sorted(service.value for service in row.services)},
        )
        for rules in changed
        for row in rules.extra_days
    )
    models.ServiceRule.objects.bulk_create(
        models.ServiceRule(office_id=rules.office_id, **asdict(row))
        for rules in changed
        for row in rules.service_rules
    )
    models.Policy.objects.bulk_create(
        models.Policy(office_id=rules.office_id, **asdict(row))
        for rules in changed
        for row in rules.policies
    )
