"""Whose WeChat account it is: the person's own word, asked once, taken back at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.ground.refusals import IdentityRequired
from heli.identity.verified import read_token
from heli.web.asking import remember_that_asked
from heli.web.visitor import (
    IdentifiedRequest,
    forget_identity,
    identified,
    is_in_mini_program,
    remember_identity,
    remember_session,
    safe_next,
    session_of,
)
from heli.wechat.accounts import WeChatSession, account_of, bind_account, let_go
from heli.wechat.errors import HandoverGone
from heli.wechat.handovers import take_up
from heli.wechat.kinds import AppKind, HandoverKind

YES = "yes"


@require_http_methods(["GET", "HEAD", "POST"])
@identified
def bind(request: IdentifiedRequest) -> HttpResponse:
    """GET /wechat/bind?next=: shall this WeChat account be yours here? POST choice: yes or no."""
    session, back_to = session_of(request), safe_next(request, otherwise="/my")
    if session is None:
        return redirect(back_to)
    if request.method == "POST":
        if request.POST.get("choice") == YES:
            bind_account(session, by=request.identity)
        return redirect(back_to)
    response = render(request, "web/wechat_bind.html", {"next": back_to})
    remember_that_asked(response, request.identity)
    return response


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """POST /wechat/let-go: this WeChat account is nobody's any more. No check is needed for it."""
    session = session_of(request)
    if session is not None:
        let_go(session)
    return redirect("mine")


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """GET /wechat/enter?ticket=: the mini program goes on with a page, as who one is there.

    Only in its own web-view: a link that somebody sent must not make a reader somebody else.
    Raises HandoverGone.
    """
    if not is_in_mini_program(request):
        raise HandoverGone()
    taken = take_up(HandoverKind.WEB_VIEW, request.GET.get("ticket", ""))
    response = redirect(taken["path"])
    before, session = session_of(request), WeChatSession(taken["account"], AppKind.MINI)
    if before is None or before.account != session.account:
        forget_identity(response)
    try:
        remember_session(response, account_of(session))
        if taken["identity"] is not None:
            remember_identity(response, read_token(taken["identity"]))
    except IdentityRequired:  # it ran out on the way; the page asks again where it has to
        pass
    return response
