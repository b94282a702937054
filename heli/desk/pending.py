"""A login that has begun and is not finished: its token in a cookie of the login's paths alone."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from heli.desk.staff_session import DESK_PATH, remember_session, safe_next
from heli.ground.configuration import Environment
from heli.ground.cookies import our_cookie
from heli.hall.errors import LoginLapsed
from heli.hall.logging_in import SET_UP_WITHIN, Opened, Pending, Step

LOGIN_PATH = f"{DESK_PATH}/login"
PENDING_COOKIE = our_cookie("heli_desk_login", is_of_all_paths=False)
PAGES = {Step.CODE: "desk_login_code", Step.SET_UP: "desk_login_set_up"}


def go_on(request: HttpRequest, begun: Opened | Pending) -> HttpResponse:
    """On duty and where they wanted to go, or on to the next step of the login."""
    if isinstance(begun, Opened):
        return _come_in(request, begun)
    query = urlencode({"next": safe_next(request)})
    response = redirect(f"{reverse(PAGES[begun.step])}?{query}")
    response.set_cookie(
        PENDING_COOKIE,
        begun.token,
        max_age=int(SET_UP_WITHIN.total_seconds()),
        path=LOGIN_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.HELI.environment is Environment.PRODUCTION,
    )
    return response


def pending_in(request: HttpRequest) -> str:
    """The token of the login that this browser has begun. Raises LoginLapsed."""
    token = request.COOKIES.get(PENDING_COOKIE, "")
    if not token:
        raise LoginLapsed()
    return token


def lapsed(request: HttpRequest) -> HttpResponse:
    """Back to the first step, which says that nothing was done."""
    query = urlencode({"next": safe_next(request), "lost": "1"})
    return redirect(f"{reverse('desk_login')}?{query}")


def _come_in(request: HttpRequest, opened: Opened) -> HttpResponse:
    if opened.recovery_codes:
        shown = {"codes": opened.recovery_codes, "next": safe_next(request)}
        response = render(request, "desk/recovery_codes.html", shown)
    else:
        response = redirect(safe_next(request))
    remember_session(response, opened.token)
    response.delete_cookie(PENDING_COOKIE, path=LOGIN_PATH, samesite="Strict")
    return response
