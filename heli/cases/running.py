"""An application that has not ended: what keeps its two people from having another one received."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from heli.cases.queries import open_case_of, state_at
from heli.identity.verified import Known, is_good_at
from heli.law.case_steps import CASE_ENDED
from heli.law.periods import timeline
from heli.law.services import Service


class RunningCase(NamedTuple):
    """A case that has not ended. last_on: its last day (Shanghai), by then it has ended at the
    latest; the office can receive another application from the day after, or once it has ended."""

    id: str
    last_on: date


def running_case(
    *, by: Known, service: Service, at: datetime, on: date | None = None
) -> RunningCase | None:
    """This person's own case, where it stands in the way of what they book; else None.

    Nothing is in the way of another service than an application, nor of a visit after its last day.
    at: UTC. on: the day of that visit in Shanghai, None where it is not chosen yet.
    """
    if service is not Service.DIVORCE_APPLICATION:
        return None
    case = open_case_of(by.person)
    if case is None or state_at(case, at) in CASE_ENDED or not is_good_at(by, case.office_id):
        return None
    last_on = last_day_of_a_case(case.receipt_on)
    return RunningCase(str(case.id), last_on) if on is None or on <= last_on else None


def last_day_of_a_case(receipt_on: date) -> date:
    """The day on which a case ends at the latest, by the reading that states follow.

    >>> last_day_of_a_case(date(2026, 7, 9))
    datetime.date(2026, 9, 9)
    """
    return timeline(receipt_on).window.last
