"""What falls due for slots: the daily generation, places that reappear, the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from heli.ground import clock, events
from heli.places.models import Office
from heli.slots.archive import archive_days
from heli.slots.models import ReturnedPlace
from heli.slots.services import generate_all, reappear_places

EVENTS_KEPT = timedelta(days=30)


def next_generation() -> datetime | None:
    """The moment (UTC) at which slots have to be generated next; None without bookable offices.

    Midnight in Shanghai, every day; an office that has never been done is due since this one.
    """
    state = Office.objects.filter(is_bookable=True).aggregate(
        never=Count("id", filter=Q(slotgeneration=None)),
        oldest=Min("slotgeneration__generated_on"),
    )
    due_on = [state["oldest"] + timedelta(days=1)] if state["oldest"] else []
    if state["never"]:
        due_on.append(clock.today())
    return clock.moment_of(min(due_on)) if due_on else None


def generate_due(at: datetime) -> None:
    """Generate for the day of `at` (UTC). Run late, it makes no slots of days that have passed."""
    generate_all(max(at, clock.now()))


def next_reappearance() -> datetime | None:
    """The moment (UTC) at which the next returned place reappears; None where none is waiting."""
    moment: datetime | None = ReturnedPlace.objects.aggregate(next=Min("reappears_at"))["next"]
    return moment


def reappear_due(at: datetime) -> None:
    """Let the places reappear that are due by `at` (UTC)."""
    reappear_places(at)


def archive_due(at: datetime) -> None:
    """Archive the days that are due by `at` (UTC), and drop the events delivered long ago."""
    archive_days(at)
    events.forget_delivered(clock.real_now() - EVENTS_KEPT)
