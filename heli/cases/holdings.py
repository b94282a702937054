"""What cases hold of people: forgotten half a year after the end, given out, erased when ended.

What the office decided, a registrar's reason and the certificate's number, is forgotten with the
second of the two: as long as one of them is there it is theirs, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.cases.certificate_numbers import mark_of
from heli.cases.models import Case, CaseParty
from heli.cases.parties import on_file
from heli.cases.queries import state_at
from heli.ground import clock
from heli.identity.verified import VerifiedIdentity
from heli.keeping.batches import batch
from heli.keeping.holdings import Holding, Taken

STILL_OPEN = _("您的离婚登记程序还没有终止，终止之后才能删除。")
FORGOTTEN = {"person": b"", "name_sealed": b"", "id_number_sealed": b"", "phone_sealed": None}


_FORGET_IN_HISTORY = """
UPDATE cases_caseevent SET details = details - 'certificate_number'
 WHERE case_id = ANY (%s) AND details ? 'certificate_number'
"""


@transaction.atomic
def forget_cases(before: datetime) -> int:
    """Empty the people of a batch of cases that ended before the moment (business time, UTC), and
    what was decided in as many of whose people nobody is left."""
    ended = CaseParty.objects.filter(is_open=False, case__ended_at__lt=before)
    due = batch(ended.exclude(name_sealed=b""))
    _empty(CaseParty.objects.filter(pk__in=due))
    decided = _forget_decisions(Case.objects.filter(ended_at__lt=before))
    return max(len(due), decided)


def forget_certificates(before: datetime) -> int:
    """Empty the marks of certificates in a batch of cases that ended before the moment (as above),
    and whose numbers are forgotten."""
    ended = Case.objects.filter(ended_at__lt=before, certificate_number=None)
    due = batch(ended.exclude(certificate_mark=None))
    return Case.objects.filter(pk__in=due).update(certificate_mark=None)


def _forget_decisions(cases: QuerySet[Case]) -> int:
    """Of a batch of those in which nobody is left; how many it were."""
    named = CaseParty.objects.exclude(name_sealed=b"")
    says = cases.filter(Q(certificate_number__isnull=False) | Q(refusal_reason__isnull=False))
    due = batch(says.exclude(pk__in=named.filter(case__in=says).values("case")))
    _mark_numbers(Case.objects.filter(pk__in=due))
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_IN_HISTORY, [due])
    return Case.objects.filter(pk__in=due).update(certificate_number=None, refusal_reason=None)


def _mark_numbers(cases: QuerySet[Case]) -> None:
    """Cases of an earlier version have a number and no mark of it yet."""
    for case in cases.filter(certificate_number__isnull=False, certificate_mark=None):
        mark = mark_of(case.certificate_number or "")
        if not Case.objects.filter(certificate_mark=mark).exists():
            Case.objects.filter(pk=case.pk).update(certificate_mark=mark)


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
    mine = CaseParty.objects.filter(person=by.person, is_open=False)
    cases = list(mine.values_list("case", flat=True))
    erased = _empty(mine)
    _forget_decisions(Case.objects.filter(pk__in=cases))
    return erased


def _obstacles(by: VerifiedIdentity) -> Iterable[str | Promise]:
    is_open = CaseParty.objects.filter(person=by.person, is_open=True).exists()
    return (STILL_OPEN,) if is_open else ()


def _empty(rows: QuerySet[CaseParty]) -> int:
    return rows.update(**FORGOTTEN)


HOLDINGS = (
    Holding("case", forget=forget_cases, take_out=_take_out, erase=_erase, obstacles=_obstacles),
    Holding("certificate", forget=forget_certificates),
)
