"""Who is looking: the proof of identity and the preferences, kept in cookies and nowhere else.

The proof is the sealed token of `heli.identity.verified`, readable by this installation alone. It
lives for an hour; a page left open longer leads to the check again and then back to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from heli.ground import clock
from heli.ground.configuration import Environment
from heli.ground.refusals import IdentityRequired
from heli.identity.verified import VerifiedIdentity, issue_token, read_token

IDENTITY_COOKIE = "heli_identity"
LARGE_COOKIE = "heli_large"
PREFERENCE_SECONDS = 365 * 24 * 3600

P = ParamSpec("P")


class IdentifiedRequest(HttpRequest):
    """A request of somebody who has proven who they are."""

    identity: VerifiedIdentity


Page = Callable[Concatenate[IdentifiedRequest, P], HttpResponse]


def identified(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorator: this page is for somebody verified; anybody else is led to the check and back."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        identity = identity_of(request)
        if identity is None:
            return redirect(check_url(request.get_full_path()))
        request.identity = identity  # type: ignore[attr-defined]
        return page(request, *args, **kwargs)  # type: ignore[arg-type]

    guarded.is_identified = True  # type: ignore[attr-defined]
    return guarded


def identity_of(request: HttpRequest) -> VerifiedIdentity | None:
    """Who is looking, if they have proven it within the hour."""
    try:
        return read_token(request.COOKIES.get(IDENTITY_COOKIE, ""))
    except IdentityRequired:
        return None


def remember_identity(response: HttpResponse, identity: VerifiedIdentity) -> None:
    """Keep the proof in the visitor's browser until it expires."""
    token, expires_at = issue_token(identity)
    seconds = max(0, int((expires_at - clock.real_now()).total_seconds()))
    set_private_cookie(response, IDENTITY_COOKIE, token, seconds=seconds)


def forget(response: HttpResponse) -> None:
    """Take the proof out of the visitor's browser."""
    response.delete_cookie(IDENTITY_COOKIE, samesite="Lax")


def set_private_cookie(
    response: HttpResponse, name: str, value: str, *, seconds: int, path: str = "/"
) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=settings.HELI.environment is Environment.PRODUCTION,
    )


def wants_large_type(request: HttpRequest) -> bool:
    """Whether the visitor chose 大字版."""
    return request.COOKIES.get(LARGE_COOKIE) == "1"


def check_url(back_to: str) -> str:
    """The page of the real-name check that leads back to a page of ours."""
    return f"{reverse('identify')}?{urlencode({'next': back_to})}"


def safe_next(request: HttpRequest, *, otherwise: str = "/") -> str:
    """Where the visitor wanted to go: a path of ours, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
