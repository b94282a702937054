"""A closure, or a year's holiday notice, hits couples: they are moved within their windows.

Whoever's place lies on a withdrawn slot, or by the calendar of today no longer in their safe days,
gets another one, the tightest first. Couples who were left without a place are tried again. All
of it is decided under locks, and doing it twice changes nothing.
Sources: Civil Code art. 203(1) (the ends move with the calendar), 1077(2).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from heli.bookings.certificates import replace_certificate_place
from heli.bookings.ending import end_proposal, record
from heli.bookings.events import MoveLapsed
from heli.bookings.models import Booking, Proposal
from heli.bookings.queries import lock_bookings
from heli.bookings.states import ProposalState, State
from heli.cases import history, rules
from heli.cases.dates import closing_of
from heli.cases.events import PlaceMoved, PlaceNotFound
from heli.cases.guarantee import days_in_window, find_place, slots_in
from heli.cases.models import OPEN_STATES, Case, CertificatePlace
from heli.ground import clock
from heli.ground.events import listens_to
from heli.law.case_steps import CaseState
from heli.law.periods import timeline
from heli.places.queries import office_rules
from heli.places.rules import OfficeRules
from heli.slots.events import SlotsRemade
from heli.slots.models import Slot


@dataclass(frozen=True)
class _Hit(rules.Seeking):
    """A couple that needs another place. booking: the one that is lost; None: they have none."""

    case: Case
    booking: Booking | None


@listens_to(SlotsRemade)
def follow_slots(event: SlotsRemade) -> None:
    """The office's slots have changed: see to its couples."""
    move_couples(event.office_id, at=max(event.at, clock.now()))


@transaction.atomic
def move_couples(office_id: str, *, at: datetime) -> int:
    """Give every couple of the office whose place is lost another one; returns how many got one.

    at: UTC. The old booking ends as office_closed and points to the new one. Emits
    BookingOfficeClosed, PlaceMoved and PlaceGuaranteed, PlaceAdded where every place of the window
    was taken, and PlaceNotFound where there is none at all.
    """
    office = office_rules(office_id)
    hit = [case.id for case in _open_cases(office_id) if _is_hit(case, office, at)]
    _lock(hit, at)
    cases = [case for case in _open_cases(office_id) if case.id in set(hit)]
    for case in cases:
        _follow_calendar(case, office)
    couples = [couple for case in cases if (couple := _seeking(case, at)) is not None]
    return sum(_move(couple, at=at) for couple in rules.tightest_first(couples))


def _open_cases(office_id: str) -> list[Case]:
    """The office's open cases with their places, the latest first, and what was proposed."""
    places = CertificatePlace.objects.select_related("booking__slot")
    return list(
        Case.objects.filter(office_id=office_id, state__in=OPEN_STATES)
        .prefetch_related(
            Prefetch("certificate_places", places.order_by("-booking__taken_at")),
            "certificate_places__booking__proposals__slot",
        )
        .order_by("id")
    )


def _lock(case_ids: list[uuid.UUID], at: datetime) -> None:
    """Cases, bookings and slots, each in the order of their ids, before anything is decided.

    Every slot that one of these couples may get is locked, in the order in which `slots.services`
    locks them, so that the two never wait for each other in a circle.
    """
    cases = list(Case.objects.select_for_update().filter(id__in=case_ids).order_by("id"))
    bookings = Booking.objects.filter(certificate_place__case__in=cases, ended_at__isnull=True)
    lock_bookings(*bookings.values_list("id", flat=True))
    wanted: set[int] = set()
    for office_id, receipt_on in {(case.office_id, case.receipt_on) for case in cases}:
        slots = slots_in(office_id, timeline(receipt_on).safe, after=at)
        wanted |= set(slots.values_list("id", flat=True))
    locked = Slot.objects.select_for_update(no_key=True).filter(id__in=wanted).order_by("id")
    list(locked.values_list("id", flat=True))


def _is_hit(case: Case, office: OfficeRules, at: datetime) -> bool:
    if _window_moments(case, office) != (case.window_opens_at, case.window_closes_at):
        return True
    booking = _active_booking(case)
    if booking is None:
        return _was_left_without(case)
    return _is_lost(case, booking, at) or _lost_proposal(case, booking) is not None


def _seeking(case: Case, at: datetime) -> _Hit | None:
    """The couple, where it needs a place, judged under the locks."""
    booking = _active_booking(case)
    if booking is None and not _was_left_without(case):
        return None
    if booking is not None:
        proposal = _lost_proposal(case, booking)
        if proposal is not None:
            _end_lost_proposal(booking, proposal, at=at)
        if not _is_lost(case, booking, at):
            return None
    days = days_in_window(case, after=at)
    return _Hit(
        key=str(case.id),
        free_places=sum(max(slot.places - slot.taken, 0) for day in days for slot in day.slots),
        window_last=timeline(case.receipt_on).safe.issue_until,
        case=case,
        booking=booking,
    )


def _move(couple: _Hit, *, at: datetime) -> bool:
    case, lost = couple.case, couple.booking
    if lost is None:
        return find_place(case, at=at) is not None

    def take() -> Booking | None:
        place = find_place(case, at=at)
        return place.booking if place is not None else None

    instead = replace_certificate_place(lost, take, at=at)
    if instead is None:
        fact = PlaceNotFound(case_id=str(case.id), at=at)
        history.record(case, fact, by="clock", lost=lost.code)
        return False
    details = {"lost": lost.code, "booking": instead.code}
    history.record(case, PlaceMoved(case_id=str(case.id), at=at), by="clock", **details)
    return True


def _active_booking(case: Case) -> Booking | None:
    bookings = (place.booking for place in case.certificate_places.all())
    return next((booking for booking in bookings if booking.ended_at is None), None)


def _was_left_without(case: Case) -> bool:
    """Whether the couple never had a place, or lost it to a closure and got none: not by its own
    doing."""
    places = case.certificate_places.all()  # fetched before, the latest first
    return not places or places[0].booking.state == State.OFFICE_CLOSED


def _is_lost(case: Case, booking: Booking, at: datetime) -> bool:
    is_coming = booking.state == State.CONFIRMED and booking.slot.starts_at > at
    return is_coming and not _is_good(case, booking.slot)


def _is_good(case: Case, slot: Slot) -> bool:
    safe = timeline(case.receipt_on).safe
    is_safe = safe.issue_from <= clock.day_of(slot.starts_at) <= safe.issue_until
    return is_safe and slot.withdrawn_at is None


def _lost_proposal(case: Case, booking: Booking) -> Proposal | None:
    for proposal in booking.proposals.all():
        if proposal.state == ProposalState.OPEN and not _is_good(case, proposal.slot):
            return proposal
    return None


def _end_lost_proposal(booking: Booking, proposal: Proposal, *, at: datetime) -> None:
    """A move into a time that is no longer offered must not be agreed to: the old place stands."""
    if end_proposal(proposal, ProposalState.LAPSED, at=at):
        event = MoveLapsed(
            code=booking.code, at=at, asked_by=proposal.asked_by, slot_id=proposal.slot_id
        )
        record(booking, event, by="office")


def _window_moments(case: Case, office: OfficeRules) -> tuple[datetime, datetime]:
    """From and until when the case stands in its window, by the calendar and hours of today."""
    window = timeline(case.receipt_on).window
    opens_at = clock.moment_of(window.first)
    if case.state != CaseState.COOLING_OFF:
        opens_at = case.window_opens_at  # it has opened, and does not close again for a while
    return opens_at, closing_of(office)(window.last)


def _follow_calendar(case: Case, office: OfficeRules) -> None:
    case.window_opens_at, case.window_closes_at = _window_moments(case, office)
    case.save(update_fields=["window_opens_at", "window_closes_at"])
