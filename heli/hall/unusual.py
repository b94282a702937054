"""What staff accounts met within a day that somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet

from heli.ground import clock
from heli.ground.models import AuditEntry
from heli.hall.attempts import WRONG
from heli.hall.models import Staff

DAY = timedelta(hours=24)
MANY = 20  # a day, of one account: more than anybody mistypes


@dataclass(frozen=True)
class TriedMuch:
    """An account at which passwords or codes failed so often within a day of real time."""

    username: str
    times: int


def wrong_within_a_day() -> int:
    """How many passwords and codes did not open an account that is there, by real time."""
    return _wrong().count()


def tried_much() -> list[TriedMuch]:
    """The accounts at which it happened often, the worst first."""
    many = _wrong().values("subject").annotate(times=Count("id")).filter(times__gte=MANY)
    counted = {int(row["subject"]): row["times"] for row in many}
    names = Staff.objects.filter(pk__in=counted).values_list("pk", "username")
    found = [TriedMuch(username, counted[pk]) for pk, username in names]
    return sorted(found, key=lambda one: -one.times)


def _wrong() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        subject_kind="staff", what__in=WRONG, really_at__gt=clock.real_now() - DAY
    )
