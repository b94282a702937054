"""Since when those who ask have been here: who came before the office closed is not too late.

A last day ends when the office stops its business (Civil Code art. 203(2)). A couple that has
checked in before, or has drawn a ticket for its case, and is called a minute later, asked in time.
Only what they did on that same day counts, and only while what they came for is not done.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db.models import Max, Min, Q, QuerySet

from heli.bookings.states import Role, State
from heli.cases.models import Case
from heli.ground import clock
from heli.hall.models import CheckIn, Ticket
from heli.hall.states import TicketState
from heli.law.services import Service

# Where nobody was named, a ticket for one person says the applicant.
NOBODY_NAMED = [Role.APPLICANT.value]


def couples_here(cases: QuerySet[Case], on: date) -> dict[uuid.UUID, datetime]:
    """Since when (UTC) both spouses are there for the certificate, by the case's id; a case whose
    couple is not there, or is done, is not in it.

    on: the day in Shanghai. The later of the two check-ins counts, or the moment of their ticket.
    """
    by_booking = CheckIn.objects.filter(
        booking__certificate_place__case__in=cases, booking__state=State.CHECKED_IN, on=on
    )
    since = dict(
        by_booking.values("booking__certificate_place__case")
        .annotate(since=Max("checked_in_at"))
        .values_list("booking__certificate_place__case", "since")
    )
    tickets = _not_done(Ticket.objects.filter(case__in=cases), Service.DIVORCE_CERTIFICATE, on)
    of_both = tickets.filter(present__contains=[role.value for role in Role])
    for case_id, issued_at in of_both.values_list("case", "issued_at"):
        since[case_id] = min(since.get(case_id, issued_at), issued_at)
    return since


def couple_here_since(case_id: str, at: datetime) -> datetime | None:
    """Since when both spouses are there for the certificate on the day of `at` (UTC); None where
    they are not, or are done."""
    here = couples_here(Case.objects.filter(pk=case_id), clock.day_of(at))
    return next(iter(here.values()), None)


def couple_came_at(case: Case, at: datetime) -> datetime:
    """Since when both are there for the certificate today; `at` (UTC) where they are not."""
    return min(couple_here_since(str(case.id), at) or at, at)


def party_came_at(case: Case, party: Role, at: datetime) -> datetime:
    """Since when one of the two is there today to withdraw: by a booking of their own, or by a
    ticket for the case. `at` (UTC) where they are not."""
    on = clock.day_of(at)
    by_booking = CheckIn.objects.filter(
        booking__parties__person=case.parties.get(role=party).person,
        booking__office=case.office_id,
        booking__service=Service.DIVORCE_WITHDRAWAL,
        booking__state=State.CHECKED_IN,
        on=on,
    ).aggregate(since=Min("checked_in_at"))["since"]
    tickets = _not_done(Ticket.objects.filter(case=case), Service.DIVORCE_WITHDRAWAL, on)
    theirs = tickets.filter(Q(present__contains=[party.value]) | Q(present=NOBODY_NAMED))
    by_ticket = theirs.aggregate(since=Min("issued_at"))["since"]
    return min(moment for moment in (by_booking, by_ticket, at) if moment is not None)


def _not_done(tickets: QuerySet[Ticket], service: Service, on: date) -> QuerySet[Ticket]:
    return tickets.filter(on=on, service=service, booking=None).exclude(state=TicketState.SERVED)
