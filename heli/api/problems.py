"""How the API says no: RFC 9457 problem details, one shape for every error.

Source: RFC 9457 sections 3 and 3.2 (members, extension members).
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from heli.api.errors import MethodNotAllowed
from heli.api.moments import rfc_3339
from heli.bookings import errors as booking
from heli.cases import errors as case
from heli.ground import refusals as ground
from heli.ground.refusals import InvalidInput, Refusal

CONTENT_TYPE = "application/problem+json"
FAULT_CODE = "fault"

TITLES = {
    ground.InvalidInput.code: _("内容有误"),
    ground.IdentityRequired.code: _("需要实名验证"),
    ground.NotAllowed.code: _("不能由您来做"),
    ground.NotFound.code: _("没有找到"),
    ground.Unavailable.code: _("暂时不可用"),
    booking.SlotFull.code: _("时段已约满"),
    booking.AlreadyBooked.code: _("已经有预约"),
    booking.ConsentClosed.code: _("已经不能确认"),
    booking.TooLate.code: _("已过时限"),
    booking.BookingSuspended.code: _("暂停预约"),
    booking.NotEligible.code: _("暂时不能办理"),
    booking.WrongState.code: _("现在不能这样做"),
    case.OutsideWindow.code: _("不在期限之内"),
    booking.ProofNotAccepted.code: _("要换一种实名验证"),
    booking.KeyReused.code: _("提交编号重复"),
    MethodNotAllowed.code: _("不支持的请求方式"),
    ground.RateLimited.code: _("请求太频繁"),
    FAULT_CODE: _("系统出错"),
}


class Problem(NamedTuple):
    """An answer that says no, for any door: status, headers with the content's type, content."""

    status: int
    headers: dict[str, str]
    content: str


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal in the reader's language, as Django answers it."""
    return _response(problem_of(refusal))


def problem_of(refusal: Refusal) -> Problem:
    """A refusal in the language that is active. The only place where the API says no."""
    members = dict(refusal.facts)
    if isinstance(refusal, InvalidInput):
        members["errors"] = [
            {"field": error.field, "text": str(error.text)} for error in refusal.errors
        ]
    headers = {"Content-Type": CONTENT_TYPE}
    if refusal.retry_after_seconds is not None:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if refusal.status == ground.IdentityRequired.status:
        headers["WWW-Authenticate"] = "Bearer"
    content = _content(refusal.status, refusal.code, refusal.sentence(), members)
    return Problem(refusal.status, headers, content)


def answer_fault() -> HttpResponse:
    """Something broke on our side; nothing of its inside is shown."""
    return _response(fault())


def fault() -> Problem:
    """Something broke on our side, in the language that is active."""
    detail = str(_("系统出了问题，我们已经记录。请稍后再试。"))
    return Problem(500, {"Content-Type": CONTENT_TYPE}, _content(500, FAULT_CODE, detail, {}))


def _response(problem: Problem) -> HttpResponse:
    return HttpResponse(problem.content, status=problem.status, headers=problem.headers)


def _content(status: int, code: str, detail: str, members: dict[str, Any]) -> str:
    """`members` (facts, errors) stand beside RFC 9457's own."""
    body = members | {
        "type": f"urn:problem-type:heli:{code}",
        "title": str(TITLES[code]),
        "status": status,
        "detail": detail,
        "code": code,
    }
    return json.dumps(body, ensure_ascii=False, default=_as_json)


def _as_json(fact: Any) -> str:
    if isinstance(fact, datetime):
        return rfc_3339(fact)
    return fact.isoformat() if isinstance(fact, date) else str(fact)
