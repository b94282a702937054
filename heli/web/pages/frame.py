"""What belongs to every page: the preferences, leaving at once, the demo's clock."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from heli.ground import jumps
from heli.ground.configuration import Environment
from heli.ground.refusals import NotFound
from heli.web.visitor import (
    LARGE_COOKIE,
    PREFERENCE_SECONDS,
    forget,
    is_in_mini_program,
    safe_next,
)

ELSEWHERE = "https://www.baidu.com/"  # an everyday page, the same for everybody
DAYS_AT_ONCE = ("1", "31")
LIKE_OURS: dict[str, Any] = {
    "samesite": "Lax",
    "httponly": True,
    "secure": settings.HELI.environment is Environment.PRODUCTION,
}


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """GET /leave: away from here at once; the proof of identity is taken out of the browser.

    The mini program's web-view opens no page but ours; there an empty one closes it.
    """
    if is_in_mini_program(request):
        response = render(request, "web/left.html")
    else:
        response = redirect(ELSEWHERE)
    forget(response)
    return response


@require_safe
def prefer_large(request: HttpRequest) -> HttpResponse:
    """GET /prefer/large?on=1&next=/: remember the type size and go back."""
    response = redirect(safe_next(request))
    is_on = "1" if request.GET.get("on") == "1" else "0"
    response.set_cookie(LARGE_COOKIE, is_on, max_age=PREFERENCE_SECONDS, **LIKE_OURS)
    return response


@require_safe
def prefer_language(request: HttpRequest, language: str) -> HttpResponse:
    """GET /prefer/language/en?next=/: remember the language and go back."""
    response = redirect(safe_next(request))
    if check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=PREFERENCE_SECONDS, **LIKE_OURS
        )
    return response


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """POST /demo/clock: move the demo's day on, doing what falls due on the way."""
    if settings.HELI.environment is not Environment.DEMO or (
        request.POST.get("days") not in DAYS_AT_ONCE
    ):
        raise NotFound()
    jumps.jump_days(int(request.POST["days"]))
    return redirect(safe_next(request))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose secret does not fit: cookies are off, or the page came from elsewhere."""
    return render(request, "web/form_expired.html", status=403)
