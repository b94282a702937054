"""The second visit: with the receipt a place inside the couple's safe window is theirs.

The least loaded open day of the window, its earliest free slot. Where all are full the statute
outranks the quota: one place is added on the least loaded day, recorded, and the manager told.
Source: Civil Code art. 1077(2): who cannot come in the window loses the case.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from heli.bookings.certificates import Reserved, reserve_certificate_place
from heli.bookings.errors import SlotFull
from heli.bookings.states import Role
from heli.cases import history
from heli.cases.events import PlaceAdded, PlaceGuaranteed, PlaceNotFound
from heli.cases.models import Case, CertificatePlace
from heli.cases.parties import on_file
from heli.ground import clock
from heli.law.periods import timeline
from heli.law.services import Service
from heli.slots.models import Slot
from heli.vault.blind import blind_index


@dataclass(frozen=True)
class DayLoad:
    """A day of certificate slots. taken, places: sums over its slots, which stand in order."""

    day: date
    slots: tuple[Slot, ...]

    @property
    def load(self) -> float:
        """The share of places that is taken; a day without places counts as full."""
        places = sum(slot.places for slot in self.slots)
        return sum(slot.taken for slot in self.slots) / places if places else 1.0

    @property
    def free(self) -> tuple[Slot, ...]:
        """The slots with a place left, the earliest first."""
        return tuple(slot for slot in self.slots if slot.taken < slot.places)


def guarantee_place(case: Case, *, at: datetime) -> CertificatePlace | None:
    """Take a certificate place for the couple, in the caller's transaction, the case locked.

    None, and PlaceNotFound told, where the office has no certificate slot in the whole window.
    Emits PlaceGuaranteed, and PlaceAdded where one had to be added.
    """
    days = sorted(_days(case, after=at), key=lambda day: (not day.free, day.load, day.day))
    if not days:
        history.record(case, PlaceNotFound(case_id=str(case.id), at=at), by="clock")
        return None
    for day in days:
        for slot in day.free:
            try:
                return _take(case, slot.id, at=at, may_add=False)
            except SlotFull:
                continue  # somebody else was faster; the next one
    fullest_last = min(days, key=lambda day: (day.load, day.day))
    return _take(case, fullest_last.slots[0].id, at=at, may_add=True)


def place_row(case: Case, reserved: Reserved, *, at: datetime) -> CertificatePlace:
    """Write down that a booking is this case's second visit."""
    place = CertificatePlace.objects.create(
        case=case, booking=reserved.booking, is_added=reserved.is_added
    )
    details = {"booking": reserved.booking.code}
    history.record(case, PlaceGuaranteed(case_id=str(case.id), at=at), by="office", **details)
    if reserved.is_added:
        history.record(case, PlaceAdded(case_id=str(case.id), at=at), by="clock", **details)
    return place


def _take(case: Case, slot_id: int, *, at: datetime, may_add: bool) -> CertificatePlace:
    parties = {party.role: on_file(party) for party in case.parties.all()}
    key = f"certificate {case.id} {case.certificate_places.count()}"
    reserved = reserve_certificate_place(
        parties[Role.APPLICANT],
        parties[Role.PARTNER],
        slot_id=slot_id,
        key=key,
        digest=blind_index("certificate_place", key),
        at=at,
        may_add=may_add,
    )
    return place_row(case, reserved, at=at)


def _days(case: Case, *, after: datetime) -> list[DayLoad]:
    safe = timeline(case.receipt_on).safe
    slots = Slot.objects.filter(
        office=case.office,
        service=Service.DIVORCE_CERTIFICATE,
        withdrawn_at__isnull=True,
        starts_at__gte=max(clock.moment_of(safe.issue_from), after),
        starts_at__lt=clock.moment_of(safe.issue_until + timedelta(days=1)),
    ).order_by("starts_at")
    by_day: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[clock.day_of(slot.starts_at)].append(slot)
    return [DayLoad(day, tuple(slots)) for day, slots in by_day.items()]
