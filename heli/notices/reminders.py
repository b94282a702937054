"""What falls due for notices: the day before, and an answer that is still awaited.

How far each kind has come is one row, so that asking when the next is due costs next to nothing.
The row is locked while reminders are written: late, twice or at once, each goes out once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, QuerySet

from heli.bookings.models import Booking
from heli.bookings.states import Role, State
from heli.ground import clock
from heli.notices import rules
from heli.notices.kinds import Kind
from heli.notices.models import Reminded
from heli.notices.writing import facts_of, recipients, write_notice


def next_day_before() -> datetime | None:
    """18:00 in Shanghai (as UTC) on the day before the next day that has had no reminders."""
    return clock.moment_of(_next_day(clock.today()) - timedelta(days=1), rules.DAY_BEFORE_AT)


def remind_on_the_day_before(at: datetime) -> int:
    """Remind everybody whose confirmed booking lies on a day that is due by `at` (UTC).

    Late, it leaves out what has begun. Returns how many people were told.
    """
    with transaction.atomic():
        first = clock.moment_of(_next_day(clock.day_of(at), lock=True))
        until = clock.moment_of(_last_day_due(at) + timedelta(days=1))
        if until <= first:
            return 0
        coming = Booking.objects.filter(
            state=State.CONFIRMED,
            starts_at__gte=max(first, at),
            starts_at__lt=until,
        )
        told = sum(
            write_notice(
                Kind.DAY_BEFORE,
                booking,
                to=recipients(booking).values(),
                facts=facts_of(booking),
                at=at,
                once=booking.starts_at.isoformat(),
            )
            for booking in coming.select_related("slot").order_by("id")
        )
        _remember(Kind.DAY_BEFORE, until)
        return told


def next_consent_reminder() -> datetime | None:
    """When to look next for applicants whose partner has not answered; None where nobody waits.

    Never later than a reminder falls due. Earlier for a deadline too short for one: whether it is
    would have to be asked of every place that is held, and once looked at it is not asked of again.
    """
    first = _awaiting_an_answer().aggregate(next=Min("consent_deadline"))["next"]
    return first - rules.CONSENT_REMINDER_BEFORE if first is not None else None


def remind_of_consent(at: datetime) -> int:
    """Remind the applicants whose deadline is near at `at` (UTC). Returns how many were told."""
    with transaction.atomic():
        _until(Kind.REMINDER_CONSENT, lock=True)
        until = at + rules.CONSENT_REMINDER_BEFORE
        due = _awaiting_an_answer().filter(
            consent_deadline__lte=until,
            consent_deadline__gte=at + rules.CONSENT_TIME_LEFT_MIN,
            taken_at__lte=F("consent_deadline") - rules.CONSENT_TIME_MIN,
        )
        told = sum(_remind_applicant(booking, at) for booking in due.select_related("slot"))
        _remember(Kind.REMINDER_CONSENT, until)
        return told


def remind_on_the_day_before_when_due(at: datetime) -> None:
    """The deed in the register: by the moment it fell due or, run late, by the present one."""
    remind_on_the_day_before(max(at, clock.now()))


def remind_of_consent_when_due(at: datetime) -> None:
    """The deed in the register: by the moment it fell due or, run late, by the present one."""
    remind_of_consent(max(at, clock.now()))


def _remind_applicant(booking: Booking, at: datetime) -> int:
    applicant = recipients(booking).get(Role.APPLICANT)
    return write_notice(
        Kind.REMINDER_CONSENT,
        booking,
        to=[applicant] if applicant else [],
        facts=facts_of(booking, deadline=booking.consent_deadline),
        at=at,
    )


def _awaiting_an_answer() -> QuerySet[Booking]:
    """Held places whose deadline lies after the one remembered.

    A place taken now has its deadline after that, or gets no reminder: the one remembered lies at
    most three hours ahead.
    """
    held = Booking.objects.filter(state=State.HELD)
    until = _until(Kind.REMINDER_CONSENT)
    return held.filter(consent_deadline__gt=until) if until is not None else held


def _next_day(today: date, *, lock: bool = False) -> date:
    """The first day that has had no reminders: tomorrow, where there has never been one."""
    until = _until(Kind.DAY_BEFORE, lock=lock)
    return clock.day_of(until) if until is not None else today + timedelta(days=1)


def _last_day_due(at: datetime) -> date:
    today = clock.day_of(at)
    return today + timedelta(days=int(at >= clock.moment_of(today, rules.DAY_BEFORE_AT)))


def _until(kind: Kind, *, lock: bool = False) -> datetime | None:
    rows = Reminded.objects.filter(kind=kind)
    row = (rows.select_for_update() if lock else rows).first()
    return row.until_at if row else None


def _remember(kind: Kind, until: datetime) -> None:
    Reminded.objects.update_or_create(kind=kind, defaults={"until_at": until})
