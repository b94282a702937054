"""What WeChat itself opens: the entry of City Services, and files that prove the domain ours."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from heli.ground.refusals import NotFound
from heli.places.queries import RegionView, find_regions, list_offices

CITY_CHARACTERS_MAX = 40
FILE_BYTES_MAX = 4096

_FILE_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}")


@require_safe
def city(request: HttpRequest) -> HttpResponse:
    """GET /wechat/city?city=广州: the offices of the city that City Services names.

    Where none of them takes bookings here, its guide; a name that nobody has, the search.
    """
    named = request.GET.get("city", "").strip()[:CITY_CHARACTERS_MAX]
    region = _named(named) if named else None
    if region is None:
        query = f"?{urlencode({'q': named})}" if named else ""
        return redirect(f"{reverse('places')}{query}")
    if any(office.is_bookable for office in list_offices(region.code)):
        return redirect(f"{reverse('places')}?{urlencode({'region': region.code})}")
    return redirect("guide", region.code)


@require_safe
def check_file(request: HttpRequest, name: str) -> HttpResponse:
    """GET /<name>.txt: a file with which WeChat sees that the domain is ours. Raises NotFound."""
    content = _read(settings.HELI.wechat.files, name)
    if content is None:
        raise NotFound()
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def _named(city: str) -> RegionView | None:
    """The region of this name or code, with or without 市; never one that only sounds like it."""
    for region in find_regions(city):
        if city in (region.name, region.name.removesuffix("市"), region.code):
            return region
    return None


def _read(directory: Path | None, name: str) -> bytes | None:
    """A file of the directory itself, never of another place a link in it points to."""
    if directory is None or not _FILE_NAME.fullmatch(name):
        return None
    path = directory / f"{name}.txt"
    try:
        is_ours = path.is_file() and path.resolve().parent == directory.resolve()
        if not is_ours or path.stat().st_size > FILE_BYTES_MAX:
            return None
        return path.read_bytes()
    except OSError:
        return None
