"""Who is told and when people are reminded: values in, values out."""

from __future__ import annotations

from datetime import datetime, time, timedelta

DAY_BEFORE_AT = time(18)  # in Shanghai, on the day before the slot
CONSENT_REMINDER_BEFORE = timedelta(hours=3)  # before the deadline
CONSENT_TIME_MIN = timedelta(hours=6)  # with less from the start a reminder would only hurry
CONSENT_TIME_LEFT_MIN = timedelta(minutes=30)  # with less a late reminder would only alarm


def consent_reminder_at(taken_at: datetime, deadline: datetime) -> datetime | None:
    """When the applicant is reminded that the other has not answered; None for a short deadline.

    >>> consent_reminder_at(datetime(2026, 12, 1, 9), datetime(2026, 12, 2, 9))
    datetime.datetime(2026, 12, 2, 6, 0)
    >>> consent_reminder_at(datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 9, 30)) is None
    True
    """
    if deadline - taken_at < CONSENT_TIME_MIN:
        return None
    return deadline - CONSENT_REMINDER_BEFORE
