"""What every page has: its refusals as pages, and headers that keep it to itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from heli.bookings.errors import ProofNotAccepted
from heli.ground.bodies import is_too_long
from heli.ground.headers import API_PREFIXES
from heli.ground.refusals import BrokenBody, IdentityRequired, Refusal
from heli.web.in_wechat import sources
from heli.web.pages.faults import away
from heli.web.visitor import check_url

TOO_LONG_STATUS = 413
TOO_LONG = _("提交的内容太大，没有收下，什么都没有改变。请减少内容后再试。")

# No inline script and nothing from elsewhere; styles and scripts are files of this room. In
# WeChat's browser there are WeChat's own script and its silent login besides.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'{script}; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'{login}; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)

Answering = Callable[[HttpRequest], HttpResponse]


class LimitsMiddleware:
    """Refuses what is too long for a page before anything of it is read, be it a form or a file.

    It stands before the one that looks for a form's secret, which reads the form. The API looks
    itself (`heli.api.reading`).
    """

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the view is not known yet."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """413 where the body is too long for the view."""
        length = request.META.get("CONTENT_LENGTH") or ""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.path.startswith(API_PREFIXES) or not is_too_long(view, length, otherwise=most):
            return None
        refusal = BrokenBody(message=TOO_LONG)
        return render(request, "web/refusal.html", {"refusal": refusal}, status=TOO_LONG_STATUS)


class PagesMiddleware:
    """The one place where a page says no, and the headers of all pages."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and put the headers on what is a page."""
        response = self._get_response(request)
        if not request.path.startswith((*API_PREFIXES, "/static/")):
            response.setdefault("Content-Security-Policy", _policy(request))
            response.setdefault("Cache-Control", "no-store")
            response.setdefault("X-Frame-Options", "DENY")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes a page that says what happened, what did not, and what to do."""
        if request.path.startswith(API_PREFIXES):
            return None
        if isinstance(exception, OperationalError | InterfaceError):
            return away()
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, IdentityRequired):
            return redirect(check_url(request.path))
        context: dict[str, object] = {"refusal": exception}
        if isinstance(exception, ProofNotAccepted):
            here = request.get_full_path() if request.method == "GET" else request.path
            context["prove_again"] = check_url(here, exception.facts["office"])
        response = render(request, "web/refusal.html", context, status=exception.status)
        if exception.retry_after_seconds is not None:
            response["Retry-After"] = str(exception.retry_after_seconds)
        return response


def _policy(request: HttpRequest) -> str:
    found = sources(request)
    script, login = (f" {found.script}", f" {found.login}") if found else ("", "")
    return CONTENT_SECURITY_POLICY.format(script=script, login=login)
