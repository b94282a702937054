"""An example of the two visits with real dates, by the law's own rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from heli.law.calendar import STATE_COUNCIL
from heli.law.periods import timeline


@dataclass(frozen=True)
class Example:
    """If the application were accepted on `receipt_on`. All days are included.

    withdraw_open, certificate_open: the last working days not after the statutory ones; most
    offices are closed on the statutory day itself where it is a rest day.
    """

    receipt_on: date
    withdraw_open: date
    withdraw_until: date
    issue_from: date
    certificate_open: date
    issue_until: date
    is_provisional: bool


def example_of(today: date) -> Example:
    """An application accepted today, or on the next working day.

    The safe days of `heli.law.periods`: those on which every reading of the law agrees.

    >>> example = example_of(date(2026, 7, 9))
    >>> example.withdraw_open, example.withdraw_until    # a Friday, and the Saturday after it
    (datetime.date(2026, 8, 7), datetime.date(2026, 8, 8))
    """
    receipt_on = STATE_COUNCIL.working_day_from(today)
    found = timeline(receipt_on)
    return Example(
        receipt_on=receipt_on,
        withdraw_open=_last_working_day(found.safe.withdraw_until),
        withdraw_until=found.safe.withdraw_until,
        issue_from=STATE_COUNCIL.working_day_from(found.safe.issue_from),
        certificate_open=_last_working_day(found.safe.issue_until),
        issue_until=found.safe.issue_until,
        is_provisional=found.is_provisional,
    )


def _last_working_day(day: date) -> date:
    return day if STATE_COUNCIL.is_working_day(day) else STATE_COUNCIL.previous_working_day(day)
