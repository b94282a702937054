"""Logging in, step by step: the password, then the code, or what is to be set up first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from heli.desk.account_forms import CodeForm, SetUpForm
from heli.desk.forms import LoginForm, answer, sent
from heli.desk.pending import go_on, pending_in
from heli.desk.staff_session import safe_next
from heli.ground.callers import address_of
from heli.hall import logging_in, second_factor
from heli.hall.logging_in import Opened, Pending


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """GET, POST /desk/login?next=: a session for this browser, then the page asked for."""

    def begin(asked: dict[str, Any]) -> Opened | Pending:
        return logging_in.begin_login(**asked, address=address_of(request))

    form = LoginForm(sent(request))
    if begun := form.attempt(begin):
        return go_on(request, begun)
    shown = {"next": safe_next(request), "is_lost": "lost" in request.GET}
    return answer(request, "desk/login.html", form, is_sent_here="next" in request.GET, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """GET, POST /desk/login/code?next=: the second step, by the app on the telephone."""
    pending = pending_in(request)

    def give(asked: dict[str, Any]) -> Opened:
        return logging_in.give_code(pending, asked["code"], address=address_of(request))

    form = CodeForm(sent(request))
    if opened := form.attempt(give):
        return go_on(request, opened)
    return answer(request, "desk/login_code.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """GET, POST /desk/login/set-up?next=: a password of one's own, an app; then its codes, once."""
    pending = pending_in(request)
    asked = logging_in.to_set_up(pending)

    def finish(filled: dict[str, Any]) -> Opened:
        return logging_in.set_up(
            pending,
            new_password=filled["new_password"],
            code=filled["code"],
            address=address_of(request),
        )

    needed = {
        "new_password": asked.needs_password,
        "repeated": asked.needs_password,
        "code": asked.needs_code,
    }
    form = SetUpForm(sent(request), choices={name: None for name in needed if not needed[name]})
    if opened := form.attempt(finish):
        return go_on(request, opened)
    link = second_factor.link_of(asked.username, asked.secret) if asked.secret else None
    return answer(request, "desk/set_up.html", form, asked=asked, link=link)
