"""The front page and the pages that explain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """GET /: what would you like to do?"""
    return render(request, "web/front.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """GET /about: what this service is, what it keeps, and what it is not."""
    return render(request, "web/about.html")
