"""What happened to a case: appended to its own history, and told to the other rooms."""

from __future__ import annotations

from typing import Any

from heli.bookings.states import Role
from heli.cases.events import CaseFact
from heli.cases.models import Case, CaseEvent
from heli.ground import events


def record(case: Case, event: CaseFact, *, by: Role | str, **details: Any) -> None:
    """Append the event and emit it. `by` and details stay in the case's history, for staff."""
    CaseEvent.objects.create(case=case, kind=event.kind(), at=event.at, by=str(by), details=details)
    events.emit(event)
