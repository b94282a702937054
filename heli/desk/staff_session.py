"""Who is on duty in this browser: the token of a session in a cookie of the desk's paths alone.

Another site's links and forms do not carry it (SameSite=Strict), no script reads it, and no page
of the citizens' gets it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote, unquote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from heli.ground.configuration import Environment
from heli.ground.cookies import our_cookie
from heli.ground.refusals import IdentityRequired
from heli.hall.roles import Deed, StaffOnDuty
from heli.hall.sessions import NOT_LOGGED_IN, SESSION_LASTS, staff_of

DESK_PATH = "/desk"
SESSION_COOKIE = our_cookie("heli_desk", is_of_all_paths=False)
# Where an operator works at the moment, and where this computer calls people to.
OFFICE_COOKIE = our_cookie("heli_desk_office", is_of_all_paths=False)
WINDOW_COOKIE = our_cookie("heli_desk_window", is_of_all_paths=False)

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody on duty. office_id: the one an operator has chosen, else None."""

    staff: StaffOnDuty
    office_id: str | None


Page = Callable[Concatenate[StaffRequest, P], HttpResponse]


def on_duty(
    deed: Deed | None, *, at_an_office: bool = False
) -> Callable[[Page[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Decorator: this page is for staff who may do the deed (None: for all on duty).

    at_an_office: an operator who has not chosen an office is asked first. Raises IdentityRequired,
    NotAllowed; the services ask again.
    """

    def decorate(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = _staff_in(request)
            chosen = unquote(request.COOKIES.get(OFFICE_COOKIE, "")) or None
            request.staff = staff  # type: ignore[attr-defined]
            request.office_id = chosen if staff.office_id is None else None  # type: ignore[attr-defined]
            if deed is not None:
                staff.check_may(deed)
            if at_an_office and staff.office_id is None and chosen is None:
                return redirect("desk_office")
            return page(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.is_for_staff = True  # type: ignore[attr-defined]
        guarded.deed = deed  # type: ignore[attr-defined]
        return guarded

    return decorate


def staff_or_nobody(request: HttpRequest) -> StaffOnDuty | None:
    """Who is on duty in this browser, if anybody."""
    try:
        return _staff_in(request)
    except IdentityRequired:
        return None


def remember_session(response: HttpResponse, token: str) -> None:
    """Keep the token in this browser as long as the session lasts."""
    keep(response, SESSION_COOKIE, token)


def keep(response: HttpResponse, name: str, value: str) -> None:
    """A cookie of the desk: its paths alone, no script, no other site, as long as a session."""
    response.set_cookie(
        name,
        quote(value),
        max_age=int(SESSION_LASTS.total_seconds()),
        path=DESK_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.HELI.environment is Environment.PRODUCTION,
    )


def forget_session(response: HttpResponse) -> None:
    """Take the token and what was chosen out of this browser."""
    for name in (SESSION_COOKIE, OFFICE_COOKIE, WINDOW_COOKIE):
        response.delete_cookie(name, path=DESK_PATH, samesite="Strict")


def window_in(request: HttpRequest) -> str:
    """Where this computer called somebody to last; empty where it has not."""
    return unquote(request.COOKIES.get(WINDOW_COOKIE, ""))


def login_url(request: HttpRequest) -> str:
    """The login that leads back to the page asked for, and says if a form was lost on the way."""
    asked = request.path if request.method == "POST" else request.get_full_path()
    query = {"next": asked} | ({"lost": "1"} if request.method == "POST" else {})
    return f"{reverse('desk_login')}?{urlencode(query)}"


def safe_next(request: HttpRequest) -> str:
    """Where they wanted to go: a page of the desk, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith(f"{DESK_PATH}/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    )
    return wanted if is_ours else reverse("desk_today")


def _staff_in(request: HttpRequest) -> StaffOnDuty:
    token = unquote(request.COOKIES.get(SESSION_COOKIE, ""))
    if not token:
        raise IdentityRequired(NOT_LOGGED_IN)
    return staff_of(token)
