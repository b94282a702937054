"""The pages nobody asked for: an unknown path, a fault of ours, a database that is away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from heli.ground.refusals import Unavailable


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere."""
    return render(request, "web/not_found.html", status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """Something of ours is broken. The page does not ask the database, which may be why."""
    return HttpResponse(render_to_string("web/fault.html", {"is_away": False}), status=500)


def away() -> HttpResponse:
    """The database does not answer for a moment."""
    response = HttpResponse(render_to_string("web/fault.html", {"is_away": True}), status=503)
    response["Retry-After"] = str(Unavailable.retry_after_seconds)
    return response
