"""No question that is asked per request or per second reads a growing table from end to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from heli.bookings import deadlines
from heli.bookings.holdings import forget_visits
from heli.bookings.offers import place_on_offer
from heli.bookings.queries import active_booking_of, booking_view, bookings_of, find_booking
from heli.bookings.slot_rules import rules_of_days, rules_of_slots
from heli.bookings.withdrawn import note_bookings_of_withdrawn_slots
from heli.cases.closures import move_couples
from heli.cases.deadlines import close_windows, open_windows
from heli.cases.guarantee import days_in_window
from heli.cases.models import Case
from heli.cases.open_places import open_places
from heli.cases.planning import plan_office
from heli.cases.queries import cases_of, open_case_of
from heli.ground import clock, due, events
from heli.hall import queries as hall
from heli.hall.counter import case_on_counter
from heli.hall.roles import Deed
from heli.hall.self_check_in import visits_today
from heli.law.periods import timeline
from heli.law.services import Service
from heli.notices import on_the_way, reminders
from heli.notices.queries import inbox
from heli.slots import archive
from heli.slots.comparison import places_left
from heli.slots.models import Slot
from heli.slots.queries import availability
from heli.slots.services import generate_slots
from tests.bookings.factories import DAY, NOW
from tests.hall.factories import SERVICE_DAY, Hall
from tests.scale.country import name_of
from tests.scale.plans import scans_of

APPLICATION = Service.DIVORCE_APPLICATION
TODAY = clock.day_of(NOW)
OFFICE = name_of(1)
OF_AN_OFFICE = 1000  # rows that a question may read: the office's coming slots, many times
AT_A_GLANCE = 5  # rows that may be read to know what falls due next, once a second
EVENING = timedelta(hours=9)  # after NOW, which is ten in the morning


@dataclass(frozen=True)
class Couples:
    """A couple with a confirmed booking, one with an open case, and a slot for anybody."""

    booked: Hall
    received: Hall
    case: Case
    free: Slot


@pytest.fixture(scope="module")
def couples(country: None) -> Couples:
    """Two couples in the country."""
    booked, received = Hall(), Hall()
    case = Case.objects.get(id=received.accept().id)
    free = Slot.objects.filter(office=OFFICE, service=APPLICATION, starts_at__gt=NOW + 7 * DAY)
    return Couples(booked, received, case, free.order_by("starts_at")[0])


def applicant(these: Couples):  # type: ignore[no-untyped-def]
    return these.booked.couple.applicant


def partner(these: Couples):  # type: ignore[no-untyped-def]
    return these.booked.couple.partner


QUESTIONS: dict[str, Callable[[Couples], object]] = {
    "what is free at an office": lambda these: availability(
        OFFICE, APPLICATION, TODAY, TODAY + 30 * DAY, NOW
    ),
    "what is free at several offices": lambda these: places_left(
        [name_of(number) for number in range(1, 6)], APPLICATION, TODAY, TODAY + 14 * DAY, NOW
    ),
    "the rules of a slot": lambda these: rules_of_slots([these.free.id]),
    "the rules of a slot's day": lambda these: rules_of_days([these.free.id]),
    "a place before it is taken": lambda these: place_on_offer(
        these.free.id, service=APPLICATION, by=applicant(these), at=NOW
    ),
    "a booking": lambda these: booking_view(these.booked.code, by=partner(these), at=NOW),
    "a booking by its code": lambda these: find_booking(these.booked.code),
    "the bookings of who asked": lambda these: bookings_of(by=applicant(these), at=NOW),
    "the bookings of who was asked": lambda these: bookings_of(by=partner(these), at=NOW),
    "the booking that stands in the way": lambda these: active_booking_of(
        applicant(these).person, APPLICATION
    ),
    "somebody's cases": lambda these: cases_of(by=these.received.couple.applicant, at=SERVICE_DAY),
    "somebody's open case": lambda these: open_case_of(these.received.couple.partner.person),
    "a couple's window": lambda these: days_in_window(these.case, after=SERVICE_DAY),
    "what is free in a window": lambda these: open_places(
        OFFICE, timeline(TODAY - 45 * DAY).safe, at=NOW
    ),
    "the desk's day": lambda these: hall.today(these.booked.clerk, at=SERVICE_DAY),
    "the cases of a card": lambda these: hall.find_cases(
        these.received.couple.applicant.id_number, by=these.received.clerk, at=SERVICE_DAY
    ),
    "a case on the counter": lambda these: case_on_counter(
        str(these.case.id), Deed.WITHDRAW, by=these.received.clerk, at=SERVICE_DAY
    ),
    "what somebody has booked today": lambda these: visits_today(by=partner(these), at=SERVICE_DAY),
    "somebody's notices": lambda these: inbox(applicant(these)),
}

DEEDS: dict[str, Callable[[Couples], object]] = {
    "expire holds": lambda these: deadlines.expire_holds(NOW),
    "lapse proposals": lambda these: deadlines.lapse_proposals(NOW),
    "close days": lambda these: deadlines.close_days(NOW),
    "open windows": lambda these: open_windows(NOW),
    "close windows": lambda these: close_windows(NOW),
    "remind on the day before": lambda these: reminders.remind_on_the_day_before(NOW + EVENING),
    "remind of consent": lambda these: reminders.remind_of_consent(NOW),
    "remind on the way": lambda these: on_the_way.remind_on_the_way(NOW),
    "archive days": lambda these: archive.archive_days(NOW),
    "forget visits": lambda these: forget_visits(NOW - 60 * DAY),
    "forget events": lambda these: events.forget_delivered(NOW - 30 * DAY),
    "make an office's slots anew": lambda these: generate_slots(these.booked.office.id, NOW),
    "note what was withdrawn": lambda these: note_bookings_of_withdrawn_slots(OFFICE, at=NOW),
    "move couples": lambda these: move_couples(these.received.office.id, at=SERVICE_DAY),
    "plan an office": lambda these: plan_office(OFFICE, at=NOW),
}


def check(work: Callable[[], object], *, rows_max: int = OF_AN_OFFICE) -> None:
    unbounded = [scan for scan in scans_of(work) if not scan.is_bounded(rows_max)]
    assert not unbounded, "\n".join(
        f"{scan.kind} of {scan.table}, {scan.rows} rows: {scan.statement[:400]}"
        for scan in unbounded
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_reads_no_more_in_a_large_country(name: str, couples: Couples):
    check(lambda: QUESTIONS[name](couples))


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_of_the_clock_reads_what_it_is_about(
    name: str, couples: Couples, monkeypatch: pytest.MonkeyPatch
):
    # Of fifty offices twenty would be so large a part that reading them all is the better plan.
    monkeypatch.setattr(archive, "OFFICES_PER_BATCH", 2)
    check(lambda: DEEDS[name](couples))


@pytest.mark.parametrize("work", due.registered(), ids=lambda work: work.name)
def test_what_falls_due_next_is_known_at_a_glance(work: due.DueWork, couples: Couples):
    check(work.next_due, rows_max=AT_A_GLANCE)


def test_whether_events_wait_is_known_at_a_glance(couples: Couples):
    check(events.is_any_waiting, rows_max=AT_A_GLANCE)


def test_a_question_without_an_index_is_found_out(couples: Couples):
    scans = scans_of(lambda: list(Slot.objects.filter(ends_at=NOW)))

    assert [scan.kind for scan in scans if not scan.is_bounded(OF_AN_OFFICE)] == ["Seq Scan"]
