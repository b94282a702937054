"""One's own account: where one is logged in, the password, the app on the telephone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.desk.account_forms import PasswordForm, ReplaceForm
from heli.desk.forms import answer, sent
from heli.desk.pending import go_on
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground.callers import address_of
from heli.ground.paths import number_in
from heli.hall import logging_in, second_factor, sessions
from heli.hall.logging_in import Pending
from heli.hall.own_record import Happened, own_record

HAPPENED = {
    Happened.LOGGED_IN: _("登录了"),
    Happened.PASSWORD: _("换了密码"),
    Happened.SECOND_FACTOR: _("设置了验证器"),
    Happened.SECOND_FACTOR_GONE: _("验证器作废，要重新设置"),
    Happened.CLOSED: _("账号停用"),
    Happened.OPENED: _("账号重新启用"),
}


@require_safe
@on_duty(None)
def account(request: StaffRequest) -> HttpResponse:
    """GET /desk/account?done=: the sessions there are, what opens the account, what happened."""
    staff_id = request.staff.staff_id
    record = own_record(request.staff)
    context = {
        "sessions": sessions.own_sessions(request.staff),
        "has_second_factor": second_factor.is_set_up(staff_id),
        "recovery_codes_left": second_factor.recovery_codes_left(staff_id),
        "record": record,
        "lines": [(line, HAPPENED[line.what]) for line in record.lines],
        "is_done": "done" in request.GET,
    }
    return render(request, "desk/account.html", context)


@require_POST
@on_duty(None)
def end_session(request: StaffRequest, session_id: str) -> HttpResponse:
    """POST /desk/account/sessions/ID/end: one of one's own sessions ends."""
    sessions.end_own_session(number_in(session_id), by=request.staff)
    return _done()


@require_POST
@on_duty(None)
def end_others(request: StaffRequest) -> HttpResponse:
    """POST /desk/account/sessions/end: all of one's own sessions end but this."""
    sessions.end_other_sessions(request.staff)
    return _done()


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(None)
def password(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/account/password: another password."""

    def change(asked: dict[str, Any]) -> bool:
        logging_in.change_password(
            asked["password"], asked["new_password"], by=request.staff, address=address_of(request)
        )
        return True

    form = PasswordForm(sent(request))
    if form.attempt(change):
        return _done()
    return answer(request, "desk/password.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(None)
def replace_second_factor(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/account/second-factor: another app, or the first; it is set up next."""

    def begin(asked: dict[str, Any]) -> Pending:
        return logging_in.begin_replacement(
            asked["password"], asked.get("code", ""), by=request.staff, address=address_of(request)
        )

    has_one = second_factor.is_set_up(request.staff.staff_id)
    form = ReplaceForm(sent(request), choices={} if has_one else {"code": None})
    if begun := form.attempt(begin):
        return go_on(request, begun)
    return answer(request, "desk/second_factor.html", form, has_one=has_one)


def _done() -> HttpResponse:
    return redirect(f"{reverse('desk_account')}?done")
