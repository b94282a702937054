"""The silent login in WeChat's browser: whose account is looking, and nothing else of them.

It proves nothing: an account recognises a person only where they said so. So whatever goes wrong
here leads on to the real-name check, which needs no WeChat; a login is begun by itself once, and
once more for a code that was used already. After that only a tap of the visitor begins another.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from heli.ground import clock
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import (
    LOGIN_COOKIE,
    can_log_in,
    remember_session,
    safe_next,
    session_of,
    set_private_cookie,
)
from heli.wechat.client.calls import authorize_url
from heli.wechat.entering import web_visitor
from heli.wechat.errors import CodeNotAccepted, WeChatSilent

PURPOSE = "wechat login"
LIFETIME = timedelta(minutes=10)  # real time; WeChat's code lasts five
TRIES_MAX = 2
STATE_BYTES = 16


@dataclass(frozen=True)
class Begun:
    """A login under way in this browser. state: what WeChat has to bring back. tries: how often it
    was begun without a tap."""

    state: str
    next: str
    tries: int


@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """GET /wechat/login?next=/my: to WeChat and back, without a page in between.

    ?state=&code=: back from WeChat.
    """
    if "state" in request.GET:
        return _back_from_wechat(request)
    back_to = safe_next(request)
    if not can_log_in(request) or session_of(request) is not None:
        return redirect(back_to)
    return _to_wechat(back_to, tries=1)


@require_safe
def snapshot(request: HttpRequest) -> HttpResponse:
    """GET /wechat/snapshot?next=: WeChat shows a preview to somebody it has made up."""
    return render(request, "web/wechat_snapshot.html", {"next": safe_next(request)})


def _to_wechat(back_to: str, *, tries: int) -> HttpResponse:
    begun = Begun(secrets.token_hex(STATE_BYTES), back_to, tries)
    address = f"{settings.HELI.base_url}{reverse('wechat_login')}"
    response = redirect(authorize_url(address, begun.state))
    payload = [begun.state, begun.next, begun.tries]
    token = seal_token(PURPOSE, payload, expires_at=clock.real_now() + LIFETIME)
    seconds = int(LIFETIME.total_seconds())
    set_private_cookie(response, LOGIN_COOKIE, token, seconds=seconds)
    return response


def _back_from_wechat(request: HttpRequest) -> HttpResponse:
    begun = _begun(request)
    if begun is None or not hmac.compare_digest(begun.state, _state(request)):
        return _failed(request, "foreign", safe_next(request), status=403)
    code = request.GET.get("code", "")
    if not code:
        return _failed(request, "denied", begun.next)
    try:
        account = web_visitor(code)
    except CodeNotAccepted:
        if begun.tries < TRIES_MAX:
            return _to_wechat(begun.next, tries=begun.tries + 1)
        return _failed(request, "used", begun.next)
    except WeChatSilent as silent:
        return _failed(request, "silent", begun.next, status=silent.status)
    if account is None:
        response = redirect(f"{reverse('wechat_snapshot')}?{urlencode({'next': begun.next})}")
        return _tried(response)
    response = redirect(begun.next)
    remember_session(response, account)
    response.delete_cookie(LOGIN_COOKIE, samesite="Lax")
    return response


def _begun(request: HttpRequest) -> Begun | None:
    try:
        return Begun(*open_token(PURPOSE, request.COOKIES.get(LOGIN_COOKIE, "")))
    except TokenRefused:
        return None


def _state(request: HttpRequest) -> str:
    """What WeChat brought back; what no state can be is none."""
    state = request.GET["state"]
    return state if state.isascii() else ""


def _failed(request: HttpRequest, because: str, back_to: str, *, status: int = 200) -> HttpResponse:
    """What did not happen, and the way on without it."""
    context = {"because": because, "next": back_to}
    return _tried(render(request, "web/wechat_login.html", context, status=status))


def _tried(response: HttpResponse) -> HttpResponse:
    """The state is used up, and no page begins a login by itself for a while."""
    seconds = int(LIFETIME.total_seconds())
    set_private_cookie(response, LOGIN_COOKIE, "tried", seconds=seconds)
    return response
