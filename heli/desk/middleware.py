"""The one place where a page of the desk says no."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from heli.desk.pending import lapsed
from heli.desk.staff_session import DESK_PATH, login_url
from heli.ground.refusals import IdentityRequired, Refusal
from heli.hall.errors import LoginLapsed, PermitRequired, ReasonRequired

Answering = Callable[[HttpRequest], HttpResponse]


class DeskMiddleware:
    """Refusals below the desk's paths become its pages, or lead to the login and back."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the headers of pages are put on above."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes a page that says what happened, what did not, and what to do."""
        if not request.path.startswith(f"{DESK_PATH}/") or not isinstance(exception, Refusal):
            return None
        if isinstance(exception, LoginLapsed):
            return lapsed(request)
        if isinstance(exception, ReasonRequired):
            return redirect(_why_url(request, **exception.facts))
        if isinstance(exception, PermitRequired):
            return redirect(f"{reverse('desk_permits')}?needed")
        if isinstance(exception, IdentityRequired):
            return redirect(login_url(request))
        context = {"refusal": exception}
        return render(request, "desk/refusal.html", context, status=exception.status)


def _why_url(request: HttpRequest, *, case: str | None = None, booking: str | None = None) -> str:
    """Where to say why one looks at this case or booking; it leads back to the page asked for."""
    asked = request.path if request.method == "POST" else request.get_full_path()
    name, key = ("desk_why_case", case) if case else ("desk_why_booking", booking)
    return f"{reverse(name, args=[key])}?{urlencode({'next': asked})}"
