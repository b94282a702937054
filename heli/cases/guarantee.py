"""The second visit: with the receipt a place inside the couple's safe window is theirs.

Which place is decided in `rules`; here it is taken, and written down that it is theirs.
Source: Civil Code art. 1077(2): who cannot come in the window loses the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from heli.bookings.certificates import Reserved, reserve_certificate_place
from heli.bookings.errors import SlotFull
from heli.bookings.states import Role
from heli.cases import history, rules
from heli.cases.events import PlaceAdded, PlaceGuaranteed, PlaceNotFound
from heli.cases.models import Case, CertificatePlace
from heli.cases.parties import on_file
from heli.ground import clock
from heli.law.periods import SafeDays, timeline
from heli.law.services import Service
from heli.slots.models import Slot
from heli.vault.blind import blind_index


def guarantee_place(case: Case, *, at: datetime) -> CertificatePlace | None:
    """Take a certificate place for the couple, in the caller's transaction, the case locked.

    None, and PlaceNotFound told, where the office has no certificate slot in the whole window.
    Emits PlaceGuaranteed, and PlaceAdded where one had to be added.
    """
    place = find_place(case, at=at)
    if place is None:
        history.record(case, PlaceNotFound(case_id=str(case.id), at=at), by="clock")
    return place


def find_place(case: Case, *, at: datetime) -> CertificatePlace | None:
    """As `guarantee_place`, and where there is nothing at all, nothing is told."""
    days = days_in_window(case, after=at)
    for choice in rules.free_slots(days, timeline(case.receipt_on).safe.issue_until):
        try:
            return _take(case, choice.slot_id, at=at, may_add=False)
        except SlotFull:
            continue  # somebody else was faster; the next one
    widened = rules.slot_to_widen(days)
    return _take(case, widened.slot_id, at=at, may_add=True) if widened else None


def is_window_full(case: Case, *, at: datetime) -> bool:
    """Whether no place is left in the couple's safe window after this moment (UTC)."""
    return not rules.is_any_free(days_in_window(case, after=at))


def days_in_window(case: Case, *, after: datetime) -> list[rules.DayLoad]:
    """The days of the couple's safe window with certificate slots that begin after a moment."""
    return day_loads(slots_in(case.office_id, timeline(case.receipt_on).safe, after=after))


def slots_in(office_id: str, safe: SafeDays, *, after: datetime) -> QuerySet[Slot]:
    """The office's certificate slots within safe days that have not begun at a moment (UTC)."""
    return Slot.objects.filter(
        office_id=office_id,
        service=Service.DIVORCE_CERTIFICATE,
        withdrawn_at__isnull=True,
        starts_at__gte=clock.moment_of(safe.issue_from),
        starts_at__lt=clock.moment_of(safe.issue_until + timedelta(days=1)),
    ).filter(starts_at__gt=after)


def day_loads(slots: Iterable[Slot]) -> list[rules.DayLoad]:
    """Slots as the rules see them, day by day."""
    by_day: defaultdict[date, list[rules.SlotLoad]] = defaultdict(list)
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        load = rules.SlotLoad(slot.id, slot.places, slot.taken)
        by_day[clock.day_of(slot.starts_at)].append(load)
    return [rules.DayLoad(day, tuple(slots)) for day, slots in sorted(by_day.items())]


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
