"""Which door is the official one: the search, the guide of a region, and how far it is covered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from heli.channels import queries
from heli.ground import clock
from heli.places.levels import nearest_region
from heli.places.queries import find_regions
from heli.web.coverage_page import coverage_page
from heli.web.guiding import guide_page
from heli.web.pages.places import PositionForm

CODE_DIGITS = 6


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """GET /channels?q=: find a region by name, pinyin or code; the only one that fits at once."""
    q = request.GET.get("q", "").strip()
    found = find_regions(q)
    if q and len(found) == 1:
        return redirect("guide", found[0].code)
    if not found and _is_code(q):  # it may be abolished
        return redirect("guide", q)
    provinces = () if q and found else find_regions("")
    context = {"q": q, "regions": found, "provinces": provinces}
    return render(request, "web/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def near(request: HttpRequest) -> HttpResponse:
    """POST /channels/near: the guide of the nearest county. GET, from a reload: the search."""
    form = PositionForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("channels")
    region = nearest_region(form.cleaned_data["latitude"], form.cleaned_data["longitude"])
    return redirect("guide", region.code)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """GET /channels/<code>: the ways to book in a region, in the order to try them."""
    at = clock.now()
    page = guide_page(queries.guide(code, at=at), at)
    here = request.build_absolute_uri(request.path)
    return render(request, "web/channels_guide.html", {"page": page, "here_url": here})


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """GET /channels/coverage?province=: how far the directory reaches, and how old its proof is."""
    rows = queries.coverage(at=clock.now())
    page = coverage_page(rows, request.GET.get("province"))
    return render(request, "web/channels_coverage.html", {"page": page})


def _is_code(q: str) -> bool:
    return q.isascii() and q.isdigit() and len(q) == CODE_DIGITS
