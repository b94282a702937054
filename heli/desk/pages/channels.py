"""The directory of channels at the desk: what is due, one entry, the file out and in."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from heli.channels.files import FILE
from heli.channels.queries import EntryView, entries_due, find_entries, get_entry
from heli.desk.channel_forms import (
    CONFIRM,
    CORRECT,
    FORM_BYTES_MAX,
    EntryForm,
    ImportForm,
    as_it_stands,
)
from heli.desk.forms import answer, sent
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.ground.bodies import takes_up_to
from heli.ground.paths import number_in
from heli.hall import directory
from heli.hall.roles import Deed
from heli.places.errors import LoadRefused
from heli.places.queries import QUERY_LENGTH_MAX, RegionView, find_regions

ROWS = 50
PROBLEMS_SHOWN = 100
DUE, REMARKED, ALL = "due", "remarked", "all"
DONE = {"confirmed", "corrected", "ended", "imported"}


@require_safe
@on_duty(Deed.KEEP_CHANNELS)
def channels(request: StaffRequest) -> HttpResponse:
    """GET /desk/channels?show=&q=&page=&done=: what is due, what people remarked, or a search."""
    today = clock.today()
    waiting = entries_due(on=today)
    due = [view for view in waiting if view.entry.review_on <= today]
    remarked = [view for view in waiting if view.remarks]
    show, q = request.GET.get("show", DUE), request.GET.get("q", "").strip()
    lists = {DUE: sorted(due, key=lambda view: view.entry.review_on), REMARKED: remarked}
    region = _region_named(q)
    found = lists[show] if show in lists and not q else _found(q, region)
    context = {
        "show": ALL if q or show not in lists else show,
        "q": q,
        "region": region,
        "counts": {name: len(views) for name, views in lists.items()},
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "today": today,
        "done": request.GET.get("done") if request.GET.get("done") in DONE else None,
        "changed": request.GET.get("changed", ""),
    }
    return render(request, "desk/channels/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.KEEP_CHANNELS)
def entry(request: StaffRequest, entry_id: str) -> HttpResponse:
    """GET, POST /desk/channels/ID: an entry, to be confirmed, corrected or ended."""
    view = get_entry(number_in(entry_id))
    form = EntryForm(sent(request), initial=as_it_stands(view))
    if done := form.attempt(lambda asked: _do(asked["deed"], view.entry.pk, form, request)):
        return redirect(f"{reverse('desk_channels')}?done={done}")
    today = clock.today()
    return answer(
        request,
        "desk/channels/entry.html",
        form,
        view=view,
        has_ended=view.entry.has_ended(today),
        today=today,
    )


@require_safe
@on_duty(Deed.KEEP_CHANNELS)
def export(request: StaffRequest) -> HttpResponse:
    """GET /desk/channels.yaml: the whole directory, as a file."""
    text = directory.export_channels(request.staff)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.KEEP_CHANNELS)
@takes_up_to(FORM_BYTES_MAX)
def load(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/channels/import: a file is loaded, or every wrong line is named."""
    form = ImportForm(sent(request), request.FILES or None)
    changed = form.attempt(
        lambda asked: directory.import_channels(asked["file"], by=request.staff, at=clock.now())
    )
    if changed is not None:
        return redirect(f"{reverse('desk_channels')}?done=imported&changed={changed}")
    sentences = form.refusal.sentences() if isinstance(form.refusal, LoadRefused) else []
    problems = {"problems": sentences[:PROBLEMS_SHOWN], "more": len(sentences) - PROBLEMS_SHOWN}
    return answer(request, "desk/channels/import.html", form, **problems)


def _do(deed: str, entry_id: int, form: EntryForm, request: StaffRequest) -> str:
    by, at = request.staff, clock.now()
    if deed == CORRECT:
        directory.correct_entry(entry_id, form.correction(), by=by, at=at)
        return "corrected"
    if deed == CONFIRM:
        directory.confirm_entry(entry_id, by=by, at=at)
        return "confirmed"
    directory.end_entry(entry_id, by=by, at=at)
    return "ended"


def _region_named(q: str) -> RegionView | None:
    """The region that the words of a search mean, if any."""
    regions = find_regions(q, limit=1) if q else ()
    return regions[0] if regions else None


def _found(q: str, region: RegionView | None) -> list[EntryView]:
    """The entries of the region and below it, then those whose name or operator has the words."""
    if len(q) > QUERY_LENGTH_MAX or not q.isprintable():
        return []
    of_region = find_entries(region=region.code) if region else ()
    known = {view.entry.pk for view in of_region}
    named = [view for view in find_entries(q=q) if view.entry.pk not in known]
    return [*of_region, *named]
