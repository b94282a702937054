"""The first page, and what a link shows before anybody has proven who they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """GET /: what this is."""
    return render(request, "web/first.html")


@require_safe
@never_cache
def link_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET /c/CODE: the same words for every code, so that the link alone tells nothing."""
    response = render(request, "web/link.html")
    response["X-Robots-Tag"] = "noindex"
    return response
