"""What people reported, and the warnings that come of it, at the desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.channels.check.verdicts import Judgement
from heli.channels.checking import verify
from heli.channels.queries import published_warnings
from heli.channels.reports import ReportView, count_open
from heli.desk.channel_forms import WarningForm
from heli.desk.forms import answer, sent
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.ground.paths import number_in, uuid_in
from heli.ground.refusals import InvalidInput
from heli.hall import directory
from heli.hall.roles import Deed


@require_safe
@on_duty(Deed.DECIDE_REPORTS)
def reports(request: StaffRequest) -> HttpResponse:
    """GET /desk/reports: what waits for a decision, the newest first."""
    waiting = directory.open_reports(request.staff, at=clock.now())
    context = {"reports": waiting, "count": count_open(), "is_done": "done" in request.GET}
    return render(request, "desk/channels/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.DECIDE_REPORTS)
def report(request: StaffRequest, report_id: str) -> HttpResponse:
    """GET, POST /desk/reports/ID: what was told and what the check says of it; a warning."""
    id, at = uuid_in(report_id), clock.now()
    form = WarningForm(sent(request))
    published = form.attempt(
        lambda _asked: directory.publish_warning(id, **form.warning(), by=request.staff, at=at)
    )
    if published is not None:
        return redirect(f"{reverse('desk_reports')}?done")
    told = directory.read_report(id, by=request.staff, at=at)
    return answer(
        request, "desk/channels/report.html", form, report=told, judgement=_judgement(told)
    )


@require_POST
@on_duty(Deed.DECIDE_REPORTS)
def dismiss(request: StaffRequest, report_id: str) -> HttpResponse:
    """POST /desk/reports/ID/dismiss: there is no fake; what was told is erased."""
    and_same = "and_same" in request.POST
    directory.dismiss_report(uuid_in(report_id), by=request.staff, and_same=and_same)
    return redirect(f"{reverse('desk_reports')}?done")


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.DECIDE_REPORTS)
def warnings(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/warnings: what is warned of, and one of the operator's own."""
    form = WarningForm(sent(request), choices={"and_same": None})
    published = form.attempt(
        lambda _asked: directory.publish_warning(
            None, **form.warning(), by=request.staff, at=clock.now()
        )
    )
    if published is not None:
        return redirect("desk_warnings")
    return answer(request, "desk/channels/warnings.html", form, warnings=published_warnings())


@require_POST
@on_duty(Deed.DECIDE_REPORTS)
def withdraw(request: StaffRequest, warning_id: str) -> HttpResponse:
    """POST /desk/warnings/ID/withdraw: a warning no longer holds."""
    directory.withdraw_warning(number_in(warning_id), by=request.staff, at=clock.now())
    return redirect("desk_warnings")


def _judgement(report: ReportView) -> Judgement | None:
    """What the check says of it; None for what cannot be checked."""
    region = report.region.code if report.region else None
    try:
        return verify(report.text, region, at=clock.now())
    except InvalidInput:
        return None
