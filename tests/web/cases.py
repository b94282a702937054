"""Couples with a case of today, and what else their pages need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from heli.bookings.models import Booking
from heli.cases.models import Case
from heli.cases.queries import CaseView, case_view, certificate_booking_of
from heli.ground import clock
from heli.law.periods import SafeDays, timeline
from heli.places.models import Office
from tests.bookings.factories import Couple, a_couple
from tests.cases.factories import a_case, an_open_office, certificate_slots, weekdays

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CoupleWithCase:
    """A couple, its case, and the safe days."""

    couple: Couple
    case: Case
    safe: SafeDays

    @property
    def path(self) -> str:
        return f"/my/cases/{self.case.id}"

    @property
    def kept(self) -> Booking | None:
        return certificate_booking_of(self.case)

    def seen(self, at: datetime) -> CaseView:
        """As the applicant sees it at a moment."""
        return case_view(str(self.case.id), by=self.couple.applicant, at=at)


def safe_today() -> SafeDays:
    return timeline(clock.today()).safe


def open_days(safe: SafeDays) -> list[date]:
    return weekdays(safe.issue_from, safe.issue_until)


def received_today(office: Office | None = None, *, places: int = 2) -> CoupleWithCase:
    """An application accepted now, where each working day of its window has a certificate slot."""
    couple, safe = a_couple(), safe_today()
    if office is None:
        office = an_open_office()
        certificate_slots(office, *open_days(safe), places=places)
    return CoupleWithCase(
        couple, a_case(office=office, couple=couple, received_at=clock.now()), safe
    )
