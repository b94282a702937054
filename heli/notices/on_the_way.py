"""Reminders on the way of a case: the cooling-off ends, the window is open, the window ends.

Which is due is computed anew each day from the case's dates and its office's hours, so that a
closure or a new calendar is followed. Of several that are due after a downtime only the last is
sent, and none twice: the case and the kind make a notice the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from heli.bookings.models import Booking
from heli.cases.dates import here
from heli.cases.deadlines import next_window_to_close, next_window_to_open
from heli.cases.models import OPEN_STATES, Case
from heli.cases.queries import certificate_booking_of
from heli.ground import clock
from heli.law.periods import timeline
from heli.notices import rules
from heli.notices.kinds import ON_THE_WAY, Kind
from heli.notices.models import Notice, Reminded
from heli.notices.writing import write_case_notice
from heli.places.models import Office
from heli.places.queries import rules_of
from heli.places.rules import OfficeRules

PROGRESS = "on_the_way"  # the row of `Reminded`: the days before it are done


def next_reminders() -> datetime | None:
    """Nine in Shanghai (as UTC) on the next day that has not been looked at; None without cases."""
    if next_window_to_open() is None and next_window_to_close() is None:
        return None
    return clock.moment_of(_next_day(), rules.ON_THE_WAY_AT)


def remind_when_due(at: datetime) -> None:
    """The deed in the register: by the moment it fell due or, run late, by the present one."""
    remind_on_the_way(max(at, clock.now()))


@transaction.atomic
def remind_on_the_way(at: datetime) -> int:
    """Send what is due by `at` (UTC) for every open case; returns how many people were told."""
    Reminded.objects.get_or_create(kind=PROGRESS, defaults={"until_at": at})
    row = Reminded.objects.select_for_update().get(kind=PROGRESS)
    through = _last_day_due(at)
    told = sum(
        write_case_notice(kind, case, at=at, booking=_coming(case, at))
        for case, kind in _due(at, through)
    )
    row.until_at = max(row.until_at, clock.moment_of(through + timedelta(days=1)))
    row.save(update_fields=["until_at"])
    return told


def _due(at: datetime, through: date) -> Iterable[tuple[Case, Kind]]:
    cases = list(Case.objects.filter(state__in=OPEN_STATES, window_closes_at__gt=at).order_by("id"))
    sent = _sent(case.id for case in cases)
    offices = rules_of(Office.objects.filter(id__in={case.office_id for case in cases}))
    kinds: dict[tuple[str, date], Kind | None] = {}
    for case in cases:
        key = (case.office_id, case.receipt_on)
        if key not in kinds:
            kinds[key] = _kind_due(case.receipt_on, offices[case.office_id], at, through)
        kind = kinds[key]
        if kind is not None and (case.id, kind) not in sent:
            yield case, kind


def _kind_due(receipt_on: date, office: OfficeRules, at: datetime, through: date) -> Kind | None:
    """The last reminder that is due and still of use."""
    dates = timeline(receipt_on)
    moments = here(dates, office)
    reminders = rules.on_the_way(
        issue_from=dates.safe.issue_from,
        withdraw_by=moments.withdraw_by,
        certificate_by=moments.certificate_by,
    )
    due = [row.kind for row in reminders if row.on <= through and at < row.until]
    return due[-1] if due else None


def _sent(case_ids: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID | None, str]]:
    notices = Notice.objects.filter(case_id__in=list(case_ids), kind__in=ON_THE_WAY)
    return set(notices.values_list("case_id", "kind"))


def _coming(case: Case, at: datetime) -> Booking | None:
    booking = certificate_booking_of(case)
    return booking if booking is not None and booking.slot.starts_at > at else None


def _next_day() -> date:
    row = Reminded.objects.filter(kind=PROGRESS).first()
    return clock.day_of(row.until_at) if row else clock.today()


def _last_day_due(at: datetime) -> date:
    today = clock.day_of(at)
    is_time = at >= clock.moment_of(today, rules.ON_THE_WAY_AT)
    return today if is_time else today - timedelta(days=1)
