"""Who is looking: the proof of identity and the preferences, kept in cookies and nowhere else.

The proof is the sealed token of `heli.identity.verified`, readable by this installation alone. It
lives for an hour; a page left open longer leads to the check again and then back to itself.

In WeChat's browser there is a second, weaker one: the session of a WeChat account. Where its owner
said that it is theirs it recognises them, which is enough to read and for nothing else.
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
from heli.ground.cookies import our_cookie
from heli.ground.refusals import IdentityRequired
from heli.identity.verified import Known, VerifiedIdentity, issue_token, read_token
from heli.wechat.accounts import WeChatSession, issue_session, person_of, read_session
from heli.wechat.models import Account

IDENTITY_COOKIE = our_cookie("heli_identity")
SESSION_COOKIE = our_cookie("heli_wechat")
# A silent login is under way, or was tried a while ago.
LOGIN_COOKIE = our_cookie("heli_wechat_login")
LARGE_COOKIE = "heli_large"
PREFERENCE_SECONDS = 365 * 24 * 3600

P = ParamSpec("P")


class IdentifiedRequest(HttpRequest):
    """A request of somebody who has proven who they are."""

    identity: VerifiedIdentity


class KnownRequest(HttpRequest):
    """A request of somebody whom we know: verified within the hour, or recognised in WeChat."""

    known: Known


Page = Callable[Concatenate[IdentifiedRequest, P], HttpResponse]
ReadingPage = Callable[Concatenate[KnownRequest, P], HttpResponse]


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


def recognised(page: ReadingPage[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorator: this page shows somebody what is their own, verified or recognised.

    Anybody else is led to the check and back; in WeChat first to the silent login, once.
    A service that acts takes a VerifiedIdentity, which `request.known` is not: see `word_of`.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = known_of(request)
        if known is None:
            return redirect(_way_to_be_known(request))
        request.known = known  # type: ignore[attr-defined]
        return page(request, *args, **kwargs)  # type: ignore[arg-type]

    guarded.is_recognised = True  # type: ignore[attr-defined]
    return guarded


def identity_of(request: HttpRequest) -> VerifiedIdentity | None:
    """Who is looking, if they have proven it within the hour."""
    try:
        return read_token(request.COOKIES.get(IDENTITY_COOKIE, ""))
    except IdentityRequired:
        return None


def known_of(request: HttpRequest) -> Known | None:
    """Who is looking, if they have proven it or are recognised; the proof goes first."""
    identity = identity_of(request)
    if identity is not None:
        return identity
    session = session_of(request)
    return person_of(session) if session else None


def word_of(request: KnownRequest) -> VerifiedIdentity:
    """Who is looking, to act. Raises IdentityRequired where they are only recognised."""
    if not isinstance(request.known, VerifiedIdentity):
        raise IdentityRequired()
    return request.known


def session_of(request: HttpRequest) -> WeChatSession | None:
    """The WeChat account that is looking, if it logged in within twelve hours."""
    try:
        return read_session(request.COOKIES.get(SESSION_COOKIE, ""))
    except IdentityRequired:
        return None


def remember_session(response: HttpResponse, account: Account) -> None:
    """Keep the session of a WeChat account in its browser until it expires."""
    token, expires_at = issue_session(account)
    seconds = max(0, int((expires_at - clock.real_now()).total_seconds()))
    set_private_cookie(response, SESSION_COOKIE, token, seconds=seconds)


def is_in_wechat(request: HttpRequest) -> bool:
    """Whether the page is shown by WeChat's own browser, the mini program's included."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def remember_identity(response: HttpResponse, identity: VerifiedIdentity) -> None:
    """Keep the proof in the visitor's browser until it expires."""
    token, expires_at = issue_token(identity)
    seconds = max(0, int((expires_at - clock.real_now()).total_seconds()))
    set_private_cookie(response, IDENTITY_COOKIE, token, seconds=seconds)


def is_in_mini_program(request: HttpRequest) -> bool:
    """Whether the page is shown in the mini program's web-view."""
    return is_in_wechat(request) and "miniProgram" in request.headers.get("User-Agent", "")


def can_log_in(request: HttpRequest) -> bool:
    """Whether WeChat can tell us silently whose account is looking."""
    has_account = settings.HELI.wechat.account is not None
    return has_account and is_in_wechat(request) and not is_in_mini_program(request)


def may_log_in_by_itself(request: HttpRequest) -> bool:
    """Whether a page may lead to the silent login without a tap: it was not tried just now."""
    is_new = session_of(request) is None and LOGIN_COOKIE not in request.COOKIES
    return request.method == "GET" and is_new and can_log_in(request)


def forget(response: HttpResponse) -> None:
    """Take the proof and the session out of the visitor's browser."""
    forget_identity(response)
    response.delete_cookie(SESSION_COOKIE, samesite="Lax")


def forget_identity(response: HttpResponse) -> None:
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


def check_url(back_to: str, office_id: str | None = None) -> str:
    """The page of the real-name check that leads back to a page of ours.

    office_id: the office that it is for, where one is known: what it accepts is offered.
    """
    asked = {"next": back_to} | ({"office": office_id} if office_id else {})
    return f"{reverse('identify')}?{urlencode(asked)}"


def login_url(back_to: str) -> str:
    """The silent login in WeChat that leads back to a page of ours."""
    return f"{reverse('wechat_login')}?{urlencode({'next': back_to})}"


def safe_next(request: HttpRequest, *, otherwise: str = "/") -> str:
    """Where the visitor wanted to go: a path of ours, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise


def _way_to_be_known(request: HttpRequest) -> str:
    here = request.get_full_path() if request.method == "GET" else request.path
    return login_url(here) if may_log_in_by_itself(request) else check_url(here)
