"""What people report: fakes they met, and entries that are wrong. What the operator makes of it.

Nothing that somebody wrote is shown to anybody but an operator, and it is erased when it is
decided. The moments of reports go by real time, the days of warnings by business time.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.channels.fields import Fields, host_of, same_form
from heli.channels.models import ChannelEntry, FakeReport, Remark
from heli.channels.reporting import Decision, Seen, Wrong
from heli.ground import clock
from heli.ground.refusals import NotFound, RateLimited
from heli.ground.turns import wait_for_turn
from heli.identity.limits import Limit, check_limits, index_of, is_unlimited
from heli.places.queries import RegionView, region_view
from heli.vault.fields import open_from, seal_into

TEXT_MAX, REMARK_MAX = 2000, 500  # characters
REPORT_LIMITS = (Limit(5, timedelta(hours=1)), Limit(20, timedelta(days=1)))
REMARK_LIMITS = (Limit(20, timedelta(hours=1)),)
OPEN_MAX = 5000  # more than the operators of a province read in a week
READ_MAX = 200  # opened at once
FULL_FOR = timedelta(hours=1)
ID_MAX = 2**63 - 1
BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.IGNORECASE | re.ASCII)
HOST_OF_LINK = re.compile(r"https?://([^\s/?#，。、]{1,253})", re.IGNORECASE)

FULL = _("现在等待处理的举报太多，这一条没有收下。请过一会儿再试，急事请拨打110或12345。")
DECIDED = _("没有找到这条举报，可能已经处理过了。什么都没有改变。")


@dataclass(frozen=True)
class ReportView:
    """An open report, for an operator alone.

    text: what was pasted. remark: what was added, "" for nothing. region: where the person lives.
    at: real time, UTC. same: how many open reports, this one among them, speak of the same host
    or have the same text, of the newest 200.
    """

    id: uuid.UUID
    text: str
    remark: str
    region: RegionView | None
    seen: Seen
    at: datetime
    same: int


class _Told(NamedTuple):
    text: str
    remark: str
    subjects: frozenset[str]


@transaction.atomic
def report_fake(
    *, text: str, remark: str, region: str | None, seen: Seen, address: str
) -> uuid.UUID:
    """Somebody reports a fake; an operator will see it. Returns the id of the report.

    text: what they pasted, at most 2,000 characters. remark: what they add, at most 500, or "".
    region: a code, where they live. seen: where they met it. address: where the request comes from.
    Raises InvalidInput, and RateLimited for more than 5 an hour or 20 a day from one address (save
    this machine's own in the demo and in tests), or while 5,000 reports are open.
    """
    fields = Fields()
    told_text = fields.paragraph("text", text, TEXT_MAX, required=True)
    told_remark = fields.paragraph("remark", remark, REMARK_MAX) or ""
    lives_in = fields.region("region", region)
    fields.check()
    wait_for_turn("channels.reports")
    now, by = clock.real_now(), index_of(address)
    if not is_unlimited(address):
        check_limits(_spoken(FakeReport.objects.filter(by=by), now), REPORT_LIMITS, now=now)
    if _open().count() >= OPEN_MAX:
        raise RateLimited(FULL, retry_after_seconds=int(FULL_FOR.total_seconds()))
    report_id = uuid.uuid4()
    told = json.dumps({"text": told_text, "remark": told_remark}, ensure_ascii=False)
    report = FakeReport(id=report_id, region_id=lives_in, seen=seen, by=by, at=now)
    seal_into(report, "told_sealed", told)
    report.save(force_insert=True)
    return report_id


@transaction.atomic
def say_wrong(entry_id: int, wrong: Wrong, *, address: str) -> None:
    """Somebody finds an entry wrong. Saying the same again changes nothing until it is settled.

    Raises NotFound for an entry that is not there or has ended, and RateLimited for more than 20
    remarks an hour from one address (save this machine's own in the demo and in tests).
    """
    entry = ChannelEntry.objects.filter(pk=entry_id).first() if 0 < entry_id <= ID_MAX else None
    if entry is None or entry.has_ended(clock.today()):
        raise NotFound()
    now, by = clock.real_now(), index_of(address)
    wait_for_turn(f"channels.remarks {by.hex()}")
    if Remark.objects.filter(entry=entry, by=by, wrong=wrong, settled_at=None).exists():
        return
    if not is_unlimited(address):
        check_limits(_spoken(Remark.objects.filter(by=by), now), REMARK_LIMITS, now=now)
    Remark.objects.create(entry=entry, wrong=wrong, by=by, at=now)


def open_reports() -> tuple[ReportView, ...]:
    """The reports that wait for a decision, the newest first, at most 200."""
    reports = _newest()
    told = _told_by(reports)
    return tuple(_view(report, told) for report in reports)


def count_open() -> int:
    """How many reports wait for a decision."""
    return _open().count()


def get_report(report_id: uuid.UUID) -> ReportView:
    """A report that waits for a decision. Raises NotFound, also for one that was decided."""
    report = _open().select_related("region").filter(pk=report_id).first()
    if report is None:
        raise NotFound(DECIDED)
    return _view(report, _told_by([report, *_newest()]))


@transaction.atomic
def dismiss_report(report_id: uuid.UUID, *, by: str, and_same: bool = False) -> None:
    """The operator finds no fake; what was told is erased. Repeating it changes nothing.

    by: the operator's user name. and_same: those that `same` counts are dismissed with it.
    Raises NotFound where there is none, or a warning was published for it.
    """
    report = lock_report(report_id)
    if report.decision == Decision.PUBLISHED:
        raise NotFound(DECIDED)
    if report.decision == Decision.OPEN:
        decide(report, Decision.DISMISSED, by=by, and_same=and_same)


def lock_report(report_id: uuid.UUID) -> FakeReport:
    """The report, locked until the end of the caller's transaction. Raises NotFound."""
    wait_for_turn("channels.reports")
    report = FakeReport.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(DECIDED)
    return report


def decide(report: FakeReport, decision: Decision, *, by: str, and_same: bool) -> None:
    """Write down what became of an open report that is locked, and erase what was told.

    and_same: of those that speak of the same, too.
    """
    alike = _alike(report.id, _told_by([report, *_newest()])) if and_same else {report.id}
    _open().filter(pk__in=alike).update(
        told_sealed=None, decision=decision, decided_at=clock.real_now(), decided_by=by
    )


def _open() -> QuerySet[FakeReport]:
    return FakeReport.objects.filter(decision=Decision.OPEN)


def _newest() -> list[FakeReport]:
    return list(_open().select_related("region").order_by("-at", "-id")[:READ_MAX])


def _spoken(rows: QuerySet[FakeReport] | QuerySet[Remark], now: datetime) -> Iterable[datetime]:
    return rows.filter(at__gt=now - timedelta(days=1)).values_list("at", flat=True)


def _told_by(reports: Iterable[FakeReport]) -> dict[uuid.UUID, _Told]:
    return {report.id: _told(report) for report in reports}


def _told(report: FakeReport) -> _Told:
    told = json.loads(open_from(report, "told_sealed"))  # there as long as the report is open
    return _Told(told["text"], told["remark"], _subjects(told["text"]))


def _subjects(text: str) -> frozenset[str]:
    """What a text speaks of: the hosts in it, and its own words."""
    found = [*BARE_HOST.findall(text), *HOST_OF_LINK.findall(text)]
    hosts = {host_of(typed) for typed in found}
    return frozenset({same_form(text), *(host for host in hosts if host)})


def _alike(report_id: uuid.UUID, told: dict[uuid.UUID, _Told]) -> set[uuid.UUID]:
    """Those that speak of the same, this one among them."""
    mine = told[report_id].subjects
    return {id for id, theirs in told.items() if not mine.isdisjoint(theirs.subjects)}


def _view(report: FakeReport, told: dict[uuid.UUID, _Told]) -> ReportView:
    region = report.region
    return ReportView(
        id=report.id,
        text=told[report.id].text,
        remark=told[report.id].remark,
        region=region_view(region) if region else None,
        seen=Seen(report.seen),
        at=report.at,
        same=len(_alike(report.id, told)),
    )
