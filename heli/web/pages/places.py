"""Where: regions and their offices, what is nearest, free days side by side, one office."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from heli.ground import clock
from heli.law.services import Service
from heli.places.queries import RegionView, find_regions, get_region
from heli.web import finding
from heli.web.finding import known_service
from heli.web.office_page import office_page

LATITUDE_MAX, LONGITUDE_MAX = 90, 180


class PositionForm(forms.Form):
    """A position from the visitor's browser, degrees."""

    latitude = forms.FloatField(min_value=-LATITUDE_MAX, max_value=LATITUDE_MAX)
    longitude = forms.FloatField(min_value=-LONGITUDE_MAX, max_value=LONGITUDE_MAX)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """GET /places?q=&region=&service=: find a region, then its offices."""
    service = known_service(request.GET.get("service"))
    region, found = _asked_for(request)
    if region is not None:
        page = finding.region_page(region, service)
        return render(request, "web/places_region.html", {"page": page, "service": service})
    return _search_page(request, service, found)


@require_http_methods(["GET", "HEAD", "POST"])
def near(request: HttpRequest) -> HttpResponse:
    """POST /places/near: the nearest offices. GET, from a reload or a preference: the search."""
    form = PositionForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("places")
    service = known_service(request.POST.get("service"))
    position = form.cleaned_data["latitude"], form.cleaned_data["longitude"]
    offices = finding.nearest_offices(position, service)
    return render(request, "web/places_near.html", {"offices": offices, "service": service})


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """GET /places/compare?region=&service=: free days of several offices side by side."""
    code = request.GET.get("region")
    region = get_region(code) if code else None
    service = known_service(request.GET.get("service")) or Service.DIVORCE_APPLICATION
    context = {
        "region": region,
        "service": service,
        "services": finding.CHOSEN_ONLINE,
        "page": finding.comparison(code or None, service, clock.now()),
    }
    return render(request, "web/compare.html", context)


@require_safe
def office(request: HttpRequest, office_id: str) -> HttpResponse:
    """GET /offices/<id>?service=&day=: an office, when it is open, and what is free."""
    service = known_service(request.GET.get("service"))
    page = office_page(office_id, service, request.GET.get("day"), clock.now())
    return render(request, "web/office.html", {"page": page, "office": page.office})


def _asked_for(request: HttpRequest) -> tuple[RegionView | None, tuple[RegionView, ...]]:
    """The region that is meant, where only one can be; and those that may be."""
    if code := request.GET.get("region"):
        return get_region(code), ()
    found = find_regions(request.GET.get("q", ""))
    return (found[0], found) if len(found) == 1 else (None, found)


def _search_page(
    request: HttpRequest, service: Service | None, found: tuple[RegionView, ...]
) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    context = {
        "q": q,
        "service": service,
        "regions": found,
        "provinces": () if q and found else find_regions(""),
        "bookable": () if q else finding.bookable_offices(service),
    }
    return render(request, "web/places.html", context)
