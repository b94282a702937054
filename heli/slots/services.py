"""What may be done with slots: bring them up to date, and let returned places reappear.

Slots are always locked in the order of their ids, here and in every SQL function.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import PROTECT, Exists, OuterRef, Q

from heli.ground import events
from heli.ground.clock import day_of
from heli.law.calendar import STATE_COUNCIL
from heli.law.services import Service
from heli.places.models import Office
from heli.places.queries import office_rules, rules_of
from heli.places.rules import OfficeRules
from heli.slots.events import SlotsRemade
from heli.slots.models import Slot, SlotGeneration
from heli.slots.rules import PlannedSlot, SlotKey, planned_slots

CHANGING = (
    "places",
    "withdrawn_at",
    "ends_at",
    "opens_at",
    "closes_at",
    "consent_closes_at",
    "change_closes_at",
)
ROWS_PER_STATEMENT = 1000


@dataclass(frozen=True, kw_only=True)
class Generated:
    """How many slots were added, changed, removed, or withdrawn because bookings refer to them."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    withdrawn: int = 0


@transaction.atomic
def generate_slots(office_id: str, at: datetime) -> Generated:
    """Bring the office's coming slots in line with its rules. Repeating it changes nothing.

    at: business time, UTC; slots that have begun by then are left alone. Missing slots are added.
    Where nobody holds a place, a slot follows the rules, and goes when they no longer want it.
    Where somebody does, it keeps its times; its places follow the rules but never below what is
    taken; and when the rules no longer want it, it is withdrawn: what was booked stands, nothing
    new can be booked. An office that takes no bookings here is treated as one that offers nothing.

    Safe when two processes run at once: they take turns, office by office.
    Emits SlotsRemade. Raises NotFound (no such office).
    """
    today = day_of(at)
    turn = _take_turn(office_id, today)
    rules = office_rules(office_id)
    planned = planned_slots(rules, at, STATE_COUNCIL)
    turn.generated_on, turn.rules_digest = today, digest(rules)
    turn.save(update_fields=["generated_on", "rules_digest"])
    # The coming slots lie in an index by service, so that those of years gone by are passed over.
    coming = Slot.objects.filter(office_id=office_id, service__in=list(Service), starts_at__gt=at)
    stored, astray = set(), []
    for slot in coming:
        key = _key(slot)
        stored.add(key)
        if _differs(slot, planned.get(key)):
            astray.append(slot.id)
    added = _add(office_id, [slot for key, slot in planned.items() if key not in stored])
    changed, gone = _change(astray, planned)
    removed = _remove(gone)
    withdrawn = Slot.objects.filter(id__in=gone, withdrawn_at=None).update(withdrawn_at=at)
    events.emit(SlotsRemade(office_id=office_id, at=at))
    return Generated(added=added, changed=changed, removed=removed, withdrawn=withdrawn)


def generate_all(at: datetime) -> int:
    """Generate for every bookable office that has not been done on this day; returns how many.

    at: business time, UTC. An office whose rules are as they were only gets what the days since
    have added; any other is done anew, see `generate_slots`.
    """
    today = day_of(at)
    not_today = Q(slotgeneration=None) | Q(slotgeneration__generated_on__lt=today)
    offices = list(Office.objects.filter(not_today, is_bookable=True).order_by("id"))
    rules = rules_of(offices)
    extended = _extend(rules, at)
    for office in offices:
        if office.id not in extended:
            generate_slots(office.id, at)
    return len(offices)


@transaction.atomic
def _extend(rules: dict[str, OfficeRules], at: datetime) -> set[str]:
    """Add what the days since the last generation have brought, where the rules are the same."""
    turns = SlotGeneration.objects.select_for_update().filter(office_id__in=rules)
    same = [
        turn
        for turn in turns.order_by("office_id")
        if bytes(turn.rules_digest) == digest(rules[turn.office_id])
    ]
    for turn in same:
        planned = planned_slots(rules[turn.office_id], at, STATE_COUNCIL, since=turn.generated_on)
        _add(turn.office_id, planned.values())
        turn.generated_on = max(turn.generated_on, day_of(at))
    SlotGeneration.objects.bulk_update(same, ["generated_on"])
    return {turn.office_id for turn in same}


def digest(rules: OfficeRules) -> bytes:
    """What tells whether slots made earlier were made by the same rules and the same calendar."""
    text = json.dumps(asdict(rules), default=_plain, sort_keys=True)
    return sha256(f"{text} {STATE_COUNCIL.years}".encode()).digest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


@transaction.atomic
def reappear_places(at: datetime) -> int:
    """Let the returned places that are due by `at` (UTC) reappear; returns how many did.

    A slot that somebody has locked at this moment is left for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT slots_reappear(%s)", [at])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _take_turn(office_id: str, today: date) -> SlotGeneration:
    # The rules are read after this, so that who waited here sees what the other one saw, or newer.
    row = SlotGeneration(office_id=office_id, generated_on=today, rules_digest=b"")
    SlotGeneration.objects.bulk_create([row], ignore_conflicts=True)
    return SlotGeneration.objects.select_for_update().get(office_id=office_id)


def _key(slot: Slot) -> SlotKey:
    return (slot.service, slot.starts_at)


def _differs(slot: Slot, planned: PlannedSlot | None) -> bool:
    if planned is None:
        # A withdrawn slot whose last place was given back is looked at again, and may go.
        return slot.withdrawn_at is None or slot.taken == 0
    columns = planned.columns(taken=slot.taken)
    return any(getattr(slot, name) != value for name, value in columns.items())


def _add(office_id: str, planned: Iterable[PlannedSlot]) -> int:
    rows = [
        Slot(
            office_id=office_id,
            service=slot.service.value,
            starts_at=slot.starts_at,
            **slot.columns(taken=0),
        )
        for slot in planned
    ]
    Slot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_PER_STATEMENT)
    return len(rows)


def _change(ids: list[int], planned: dict[SlotKey, PlannedSlot]) -> tuple[int, list[int]]:
    """Lock these slots and let the planned ones follow; returns their number and the others' ids.

    What was seen before the lock may be out of date, so each is decided anew under it.
    """
    locked = list(Slot.objects.select_for_update().filter(id__in=ids).order_by("id"))
    wanted = [slot for slot in locked if _key(slot) in planned]
    for slot in wanted:
        for name, value in planned[_key(slot)].columns(taken=slot.taken).items():
            setattr(slot, name, value)
    # An upsert on the id that always finds its row: ten times faster than an update by cases.
    Slot.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=CHANGING,
        batch_size=ROWS_PER_STATEMENT,
    )
    return len(wanted), [slot.id for slot in locked if _key(slot) not in planned]


def _remove(ids: Iterable[int]) -> int:
    """Delete those of these locked slots that nobody holds a place in and nothing refers to.

    The locks keep anybody from referring to one before this transaction ends.
    """
    free = Slot.objects.filter(not_referred_to(), id__in=list(ids), taken=0)
    _rows, deleted = free.delete()
    return deleted.get(Slot._meta.label, 0)


def not_referred_to() -> Q:
    """Slots that no row of a room above refers to.

    Those rooms refer to them by protected foreign keys, and are found without being named.
    """
    condition = Q()
    for relation in Slot._meta.related_objects:
        if relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            condition &= ~Q(Exists(rows))
    return condition
