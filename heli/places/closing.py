"""When an office closes: a last day ends with its business, not at midnight.

Source: Civil Code art. 203(2).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from heli.ground import clock
from heli.places.rules import OfficeRules, WorkingDays, open_spans

ONE_DAY = timedelta(days=1)


def closing_moment(office_rules: OfficeRules, day: date, calendar: WorkingDays) -> datetime:
    """The moment (UTC) at which the day ends at this office: its last closing, or midnight on a
    day on which it does not open. Not included: at that moment the day is over."""
    spans = open_spans(office_rules, day, calendar)
    if not spans:
        return clock.moment_of(day + ONE_DAY, time())
    return clock.moment_of(day, max(span.closes for span in spans))


def last_open_moment(
    office_rules: OfficeRules, *, not_before: date, not_after: date, calendar: WorkingDays
) -> datetime | None:
    """The last closing (UTC) of the office within these days, both included; None if it never
    opens in them. People are told this moment rather than a day on which nobody is there."""
    day = not_after
    while day >= not_before:
        if open_spans(office_rules, day, calendar):
            return closing_moment(office_rules, day, calendar)
        day -= ONE_DAY
    return None
