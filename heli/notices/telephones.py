"""Which telephone a person is to be told at."""

from __future__ import annotations

from django.db.models import QuerySet

from heli.bookings.models import Party
from heli.bookings.parties import open_details
from heli.cases.models import Case, CaseParty
from heli.cases.parties import on_file
from heli.notices.senders import Message
from heli.vault.sealing import SealBroken


def telephone_of(message: Message) -> str | None:
    """The telephone (E.164) that this person gave themselves, with the booking or at the desk.

    None where they gave none. Never one that somebody else typed of them: a party's row counts only
    with that party's own word, which replaces what was typed. Nor one that cannot be unsealed.
    """
    for find in (_with_the_booking, _at_the_desk, _with_the_application):
        try:
            telephone = find(message)
        except SealBroken:
            continue
        if telephone:
            return telephone
    return None


def _with_the_booking(message: Message) -> str | None:
    if not message.booking_code:
        return None
    return _of(Party.objects.filter(person=message.person, booking__code=message.booking_code))


def _at_the_desk(message: Message) -> str | None:
    if not message.case_id:
        return None
    of_case = CaseParty.objects.filter(person=message.person, case_id=message.case_id)
    party = of_case.first()
    return on_file(party).phone if party is not None else None


def _with_the_application(message: Message) -> str | None:
    """The booking that opened the case."""
    if not message.case_id:
        return None
    case = Case.objects.filter(id=message.case_id).first()
    if case is None or case.opened_by_id is None:
        return None
    return _of(Party.objects.filter(person=message.person, booking_id=case.opened_by_id))


def _of(parties: QuerySet[Party]) -> str | None:
    party = parties.first()
    return open_details(party).phone if party is not None else None
