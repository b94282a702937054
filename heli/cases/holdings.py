"""What cases hold of people: forgotten half a year after the end, given out, erased when ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.cases.models import CaseParty
from heli.cases.parties import on_file
from heli.cases.queries import state_at
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import batch
from heli.keeping.holdings import Holding, Taken

STILL_OPEN = _("您的离婚登记程序还没有终止，终止之后才能删除。")
FORGOTTEN = {"person": b"", "name_sealed": b"", "id_number_sealed": b"", "phone_sealed": None}


def forget_spouses(before: datetime) -> int:
    """Empty the people of a batch of cases that ended before the moment (business time, UTC)."""
    ended = CaseParty.objects.filter(is_open=False, case__ended_at__lt=before)
    due = batch(ended.exclude(name_sealed=b""))
    return _empty(CaseParty.objects.filter(pk__in=due))


def _take_out(by: VerifiedIdentity) -> Taken:
    """Never who withdrew, nor when: that is not this person's alone."""
    at = clock.now()
    rows = CaseParty.objects.filter(person=by.person).select_related("case__office")
    return [_part(party, at) for party in rows.order_by("case__received_at")]


def _part(party: CaseParty, at: datetime) -> dict[str, object]:
    case, me = party.case, on_file(party)
    return {
        "case": str(case.id),
        "office": case.office.name,
        "receipt_on": case.receipt_on,
        "state": state_at(case, at),
        "certificate_number": case.certificate_number,
        "role": party.role,
        "name": me.name,
        "id_number": me.id_number,
        "phone": me.phone,
    }


def _erase(by: VerifiedIdentity) -> int:
    return _empty(CaseParty.objects.filter(person=by.person, is_open=False))


def _obstacles(by: VerifiedIdentity) -> Iterable[str | Promise]:
    is_open = CaseParty.objects.filter(person=by.person, is_open=True).exists()
    return (STILL_OPEN,) if is_open else ()


def _empty(rows: QuerySet[CaseParty]) -> int:
    return rows.update(**FORGOTTEN)


HOLDINGS = (
    Holding("case", forget=forget_spouses, take_out=_take_out, erase=_erase, obstacles=_obstacles),
)
