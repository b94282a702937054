"""Is it real: the check, reports of fakes, published warnings, and what is wrong in the guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.channels.checking import verify
from heli.channels.queries import published_warnings
from heli.channels.reporting import Wrong
from heli.channels.reports import report_fake, say_wrong
from heli.ground import clock
from heli.ground.paths import number_in
from heli.ground.refusals import InvalidInput, NotFound, RateLimited
from heli.places.fields import words_of
from heli.places.retired import region_now
from heli.web.checking_forms import CheckForm, ReportForm
from heli.web.judged import JudgedPage, judged_page


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """GET /check?region=: the question. POST: the verdict, on the same page; nothing is stored."""
    if request.method != "POST":
        form = CheckForm(initial={"region": _region_asked_for(request)})
        return render(request, "web/check.html", {"form": form})
    form = CheckForm(request.POST)
    judged = _judge(form)
    status = 422 if judged is None else 200
    return render(request, "web/check.html", {"form": form, "judged": judged}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """GET /check/report: the form. POST from the check: the form with what was pasted there.
    POST with `seen`: report it."""
    if request.method != "POST":
        form = ReportForm(initial={"region": _region_asked_for(request)})
        return render(request, "web/check_report.html", {"form": form})
    if "seen" not in request.POST:
        carried = {name: request.POST.get(name, "") for name in ("text", "region")}
        return render(request, "web/check_report.html", {"form": ReportForm(initial=carried)})
    form = ReportForm(request.POST)
    status = 422
    if form.is_valid():
        region = form.cleaned_data["region"]
        sent = form.cleaned_data | {"region": region.code if region else None}
        try:
            report_fake(**sent, address=request.META["REMOTE_ADDR"])
        except InvalidInput as invalid:
            form.refuse(invalid)
        except RateLimited as refusal:
            form.add_error(None, refusal.sentence())
            status = refusal.status
        else:
            return redirect("reported")
    return render(request, "web/check_report.html", {"form": form}, status=status)


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """GET /check/report/sent: what happens now."""
    return render(request, "web/check_reported.html")


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """GET /warnings: the published warnings of fakes, the newest first."""
    return render(request, "web/warnings.html", {"warnings": published_warnings()})


@require_POST
def wrong(request: HttpRequest, entry_id: str) -> HttpResponse:
    """POST /channels/entries/<id>/wrong: what the guide says of a door is wrong. Back to it."""
    said = next((wrong for wrong in Wrong if wrong == request.POST.get("wrong")), None)
    if said is None:
        raise NotFound()
    say_wrong(number_in(entry_id), said, address=request.META["REMOTE_ADDR"])
    region = region_now(request.POST.get("region", ""))[0]
    return redirect(f"{reverse('guide', args=[region.code])}?noted")


def _judge(form: CheckForm) -> JudgedPage | None:
    """None where the form now says what is wrong."""
    if not form.is_valid():
        return None
    at, region = clock.now(), form.cleaned_data["region"]
    try:
        judgement = verify(form.cleaned_data["text"], region.code if region else None, at=at)
    except InvalidInput as invalid:
        form.refuse(invalid)
        return None
    return judged_page(judgement, region, at)


def _region_asked_for(request: HttpRequest) -> str:
    """The region of the address, as it can be typed; "" for none or one that does not exist."""
    try:
        return words_of(region_now(request.GET.get("region", ""))[0])
    except NotFound:
        return ""
