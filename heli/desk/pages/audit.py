"""Who looked at a booking or a case, and what was done with it."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from heli.desk.forms import PLAIN_TEXT, REQUIRED, WHYS, DeskForm, answer, sent
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.hall.audit import AuditLine, audit_of
from heli.hall.reasons import Why
from heli.hall.roles import Deed

DEEDS: dict[str, Promise] = {
    Deed.SEE_TODAY: _("当天名单"),
    Deed.CHECK_IN: _("签到"),
    Deed.RECORD_OUTCOME: _("记录结果"),
    Deed.FIND_CASES: _("查案件"),
    Deed.WITHDRAW: _("撤回申请"),
    Deed.REGISTER: _("登记离婚"),
    Deed.REFUSE: _("不予登记"),
    Deed.VERIFY_IN_PERSON: _("当面核验"),
    Deed.SEE_AUDIT: _("查看审计记录"),
    "forget_reason": _("写下的原因保存期满，已清除"),
}


class AuditForm(DeskForm):
    """What is asked about."""

    of = forms.CharField(
        label=_("预约号或案件编号"),
        max_length=40,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={**PLAIN_TEXT, "autofocus": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.SEE_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/audit?of=: who read or did what with one booking or case."""
    form = AuditForm(sent(request), initial={"of": request.GET.get("of", "")})
    found = form.attempt(lambda asked: audit_of(asked["of"], by=request.staff, at=clock.now()))
    lines = None if found is None else [(line, *_words(line)) for line in found]
    return answer(request, "desk/audit.html", form, lines=lines)


def _words(line: AuditLine) -> tuple[Promise | str, Promise | str]:
    """What was done, and why, as the desk says it elsewhere."""
    why = WHYS[Why(line.why)] if line.why in set(Why) else ""
    return DEEDS.get(line.what, line.what), why
