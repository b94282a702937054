"""What happened, told to whoever listens: an outbox row in the caller's transaction.

A room declares its events as frozen dataclasses, emits them in its services, and other rooms
register listeners. `deliver` hands each row over after the commit, at least once and in order, so
a listener has to be repeatable: called twice with the same event it does its work once.
A listener that fails is tried again later, alone; it holds up neither the other listeners of that
event nor the events after it.
"""

from __future__ import annotations

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from heli.ground import clock
from heli.ground.models import OutboxEvent

log = logging.getLogger(__name__)

RETRY_SECONDS = (5, 30, 120, 600, 3600)  # the waits between attempts; the last one repeats
BATCH = 100
FORGOTTEN_AT_ONCE = 1000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. Fields hold codes, ids and states, never personal data; `at` is business time."""

    at: datetime

    @classmethod
    def kind(cls) -> str:
        """The name under which the event is stored."""
        return cls.__name__


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]


class _Register:
    events: ClassVar[dict[str, type[Event]]] = {}
    listeners: ClassVar[dict[str, dict[str, Listener]]] = defaultdict(dict)


def declare(event: type[E]) -> type[E]:
    """Class decorator: make an event known by its name."""
    _Register.events[event.kind()] = event
    return event


def listens_to(*events: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call this function with each such event after its commit, at least once.

    It runs inside the transaction that marks the delivery. Registering it twice does no harm.
    """

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        for event in events:
            name = f"{listener.__module__}.{listener.__qualname__}"
            _Register.listeners[event.kind()][name] = listener
        return listener

    return register


def emit(event: Event) -> None:
    """Write the event to the outbox, in the caller's transaction."""
    payload = {
        field.name: getattr(event, field.name)
        for field in dataclasses.fields(event)
        if field.name != "at"
    }
    OutboxEvent.objects.create(kind=event.kind(), payload=payload, happened_at=event.at)


def deliver(limit: int = 500, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Hand waiting events to their listeners, oldest first; returns how many were delivered.

    limit: about so many in one call, those included that the listeners themselves emit.
    keep_going: asked before each, so that a process can be stopped in a backlog. Each is a
    transaction of its own, which must not be inside another one: the listeners' rows and the mark
    of delivery come together or not at all. Two callers at once deliver each event once.
    """
    delivered = 0
    while delivered < limit and keep_going():
        batch = list(_waiting().order_by("id").values_list("id", flat=True)[:BATCH])
        in_this_round = sum(_deliver_one(event_id) for event_id in batch if keep_going())
        if in_this_round == 0:  # nothing waits, or somebody else has all of it in hand
            break
        delivered += in_this_round
    return delivered


def forget_delivered(before: datetime) -> int:
    """Remove the rows delivered before a moment (real time, UTC); returns how many went.

    In batches, each a transaction of its own, from the oldest on until one holds nothing to remove.
    """
    forgotten, after = 0, 0
    while True:
        rows = OutboxEvent.objects.filter(id__gt=after).order_by("id")
        batch = list(rows.values_list("id", "delivered_at")[:FORGOTTEN_AT_ONCE])
        old = [id for id, delivered_at in batch if delivered_at and delivered_at < before]
        if not old:
            return forgotten
        forgotten += OutboxEvent.objects.filter(id__in=old).delete()[0]
        after = batch[-1][0]


def is_any_waiting() -> bool:
    """Whether an event waits that can be delivered now."""
    return _waiting().exists()


def _waiting() -> QuerySet[OutboxEvent]:
    now = clock.real_now()
    return OutboxEvent.objects.filter(delivered_at__isnull=True).filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    )


@transaction.atomic(durable=True)
def _deliver_one(event_id: int) -> bool:
    row = (
        OutboxEvent.objects.select_for_update(skip_locked=True)
        .filter(id=event_id, delivered_at__isnull=True)
        .first()
    )
    if row is None:
        return False  # somebody else has it in hand
    if _tell_everybody(row):
        row.delivered_at = clock.real_now()
        row.next_attempt_at = None
    else:
        wait = RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS) - 1)]
        row.attempts += 1
        row.next_attempt_at = clock.real_now() + timedelta(seconds=wait)
    row.save(update_fields=["delivered_at", "heard_by", "attempts", "next_attempt_at"])
    return row.delivered_at is not None


def _tell_everybody(row: OutboxEvent) -> bool:
    """Call the listeners that have not heard it yet; whether all of them have now."""
    try:
        event = _Register.events[row.kind](at=row.happened_at, **row.payload)
    except (KeyError, TypeError):
        log.exception("event %s (%s) is unknown to this release", row.id, row.kind)
        return False
    have_all_heard = True
    for name, listener in _Register.listeners[row.kind].items():
        if name in row.heard_by:
            continue
        try:
            with transaction.atomic():
                listener(event)
        except Exception:
            log.exception("event %s: %s failed and will be tried again", row.id, name)
            have_all_heard = False
        else:
            row.heard_by.append(name)
    return have_all_heard
