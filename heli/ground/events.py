"""What happened, told to whoever listens: an outbox row in the caller's transaction.

A room declares its events as frozen dataclasses, emits them in its services, and other rooms
register listeners. `deliver` hands each row over after the commit, at least once and in order, so
a listener has to be repeatable: called twice with the same event it does its work once.
"""

from __future__ import annotations

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import Q

from heli.ground import clock
from heli.ground.models import OutboxEvent

log = logging.getLogger(__name__)

RETRY_SECONDS = (5, 30, 120, 600, 3600)  # the waits between attempts; the last one repeats


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
    listeners: ClassVar[dict[str, list[Listener]]] = defaultdict(list)


def declare(event: type[E]) -> type[E]:
    """Class decorator: make an event known by its name."""
    _Register.events[event.kind()] = event
    return event


def listens_to(*events: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call this function with each such event after its commit, at least once."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        for event in events:
            _Register.listeners[event.kind()].append(listener)
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


def deliver(limit: int = 500) -> int:
    """Hand waiting events to their listeners, oldest first; returns how many were delivered.

    Each event is a transaction of its own: the listeners' rows and the mark of delivery come
    together or not at all. One that fails is tried again later and never holds up the others.
    """
    waiting = list(
        OutboxEvent.objects.filter(delivered_at__isnull=True)
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=clock.real_now()))
        .order_by("id")
        .values_list("id", flat=True)[:limit]
    )
    return sum(_deliver_one(event_id) for event_id in waiting)


def _deliver_one(event_id: int) -> bool:
    try:
        with transaction.atomic():
            row = (
                OutboxEvent.objects.select_for_update(skip_locked=True)
                .filter(id=event_id, delivered_at__isnull=True)
                .first()
            )
            if row is None:
                return False  # somebody else has it in hand
            event_class = _Register.events[row.kind]
            event = event_class(at=row.happened_at, **row.payload)
            for listener in _Register.listeners[row.kind]:
                listener(event)
            row.delivered_at = clock.real_now()
            row.save(update_fields=["delivered_at"])
            return True
    except Exception:  # noqa: BLE001 one listener's fault must not hold up other people's news
        log.exception("event %s could not be delivered and will be tried again", event_id)
        _postpone(event_id)
        return False


def _postpone(event_id: int) -> None:
    row = OutboxEvent.objects.get(id=event_id)
    wait = RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS) - 1)]
    OutboxEvent.objects.filter(id=event_id).update(
        attempts=row.attempts + 1, next_attempt_at=clock.real_now() + timedelta(seconds=wait)
    )
