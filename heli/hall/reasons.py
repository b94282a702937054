"""Today needs no reason, all else does: why staff look at what is not part of the day's work.

A booking is of today when its slot is; a case when its receipt is, or a place for the certificate,
or a ticket. For everything else whoever looks says why. It is recorded with the reading and holds
for that booking or case until the day ends, for that member of staff alone. Beyond a number of them
in a day a second person has to agree (`permits`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.bookings.models import Booking
from heli.bookings.queries import find_booking
from heli.cases import queries as cases
from heli.cases.models import Case, CertificatePlace
from heli.ground import clock
from heli.hall.errors import ReasonRequired
from heli.hall.models import StaffReading
from heli.hall.permits import check_look_ups
from heli.hall.readings import record_reading
from heli.hall.roles import Deed, StaffOnDuty

SAY_WHY = _("今天没有这个人来访的记录。请选择为什么查看。")


class Why(StrEnum):
    """What somebody looks for. A choice and no text: a text invites names into the record."""

    AT_THE_DESK = "at_the_desk"  # the person is here, without a booking or a ticket
    TELEPHONE = "telephone"  # the person asks by telephone
    CORRECTION = "correction"  # something that was recorded has to be put right
    INQUIRY = "inquiry"  # a complaint, an audit, a court


@transaction.atomic
def give_reason_for_case(case_id: str, why: Why, *, by: StaffOnDuty, at: datetime) -> None:
    """From now until the day ends they may look at this case. at: UTC.

    Raises NotAllowed, NotFound (another office's, too), PermitRequired.
    """
    by.check_may(Deed.FIND_CASES)
    case = cases.find_case(case_id)
    by.check_at(case.office_id)
    check_look_ups(by, at=at)
    record_reading(by, Deed.FIND_CASES, at=at, case=case, why=why)


@transaction.atomic
def give_reason_for_booking(code: str, why: Why, *, by: StaffOnDuty, at: datetime) -> None:
    """From now until the day ends they may look at this booking. at: UTC.

    Raises NotAllowed, NotFound (another office's, too), PermitRequired.
    """
    by.check_may(Deed.CHECK_IN)
    booking = find_booking(code)
    by.check_at(booking.office_id)
    check_look_ups(by, at=at)
    record_reading(by, Deed.CHECK_IN, at=at, booking=booking, why=why)


def check_case(case: Case, *, by: StaffOnDuty, at: datetime) -> None:
    """Raises ReasonRequired for a case that is not of today, and no reason was given."""
    given = StaffReading.objects.filter(case=case)
    if not (is_case_of_today(case, at) or _has_said_why(given, by, at)):
        raise ReasonRequired(case=str(case.id))


def check_booking(booking: Booking, *, by: StaffOnDuty, at: datetime) -> None:
    """Raises ReasonRequired for a booking that is not of today, and no reason was given."""
    is_of_today = clock.day_of(booking.slot.starts_at) == clock.day_of(at)
    given = StaffReading.objects.filter(booking=booking)
    if not (is_of_today or _has_said_why(given, by, at)):
        raise ReasonRequired(booking=booking.code)


def is_case_of_today(case: Case, at: datetime) -> bool:
    """Whether somebody has come for the case today, or is expected to. at: UTC."""
    today = clock.day_of(at)
    if clock.day_of(case.received_at) == today or case.tickets.filter(on=today).exists():
        return True
    return CertificatePlace.objects.filter(
        case=case,
        booking__slot__starts_at__gte=clock.moment_of(today),
        booking__slot__starts_at__lt=clock.moment_of(today + timedelta(days=1)),
    ).exists()


def _has_said_why(readings: QuerySet[StaffReading], by: StaffOnDuty, at: datetime) -> bool:
    today = clock.moment_of(clock.day_of(at))
    said = readings.filter(staff_id=by.staff_id, why__isnull=False, at__gte=today)
    return said.exists()
