"""A real-name check that this browser began and that goes on elsewhere, kept in one cookie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.identity.going_back import KEY_LIVES
from heli.identity.services import PendingVerification
from heli.identity.verification import offered_of
from heli.places.queries import real_name_checks
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import set_private_cookie

CHECK_COOKIE = "heli_check"
COOKIE_PATH = "/identify"
PURPOSE = "check in this browser"
MINI_PROGRAM_METHOD = "wechat_face"
OFFICE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

# How a person chooses between them: what they will have to do.
WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "simulated": (_("演示验证"), _("不核对任何东西，只在演示里有")),
    "faceid": (_("人脸验证"), _("打开腾讯云的页面，对着手机镜头")),
    "bank_card": (_("银行卡验证"), _("用您本人的银行卡，和银行留的手机号")),
}


@dataclass(frozen=True)
class BegunCheck:
    """A check under way. key: what finishes it. url: where it goes on. next: where the visitor
    wanted to go. method: the adapter. office: the id of the one it is for, where one was named."""

    id: str
    key: str
    url: str
    next: str
    method: str
    office: str = ""


@dataclass(frozen=True)
class Way:
    """A method in words."""

    method: str
    label: str | Promise
    hint: str | Promise


def asked_for(request: HttpRequest) -> str:
    """The id of the office that somebody proves who they are for; empty where none is named."""
    office_id = request.POST.get("office") or request.GET.get("office") or ""
    return office_id if OFFICE_ID.fullmatch(office_id) else ""


def chosen_method(asked: str | None, office_id: str = "") -> str | None:
    """The method that was asked for where it is offered, else the first; None where none is.

    office_id: what this office accepts is offered, in its order; empty: all that are set up.
    """
    offered = _offered(office_id)
    return asked if asked in offered else next(iter(offered), None)


def other_ways(method: str | None, office_id: str = "") -> list[Way]:
    """All that are offered but this one, as `chosen_method` has it."""
    return [
        Way(other, *WORDS.get(other, (other, "")))
        for other in _offered(office_id)
        if other != method
    ]


def is_in_the_mini_program(office_id: str) -> bool:
    """Whether the office accepts the check that is made there."""
    accepted = _accepted(office_id)
    return accepted is None or MINI_PROGRAM_METHOD in accepted


def _offered(office_id: str) -> tuple[str, ...]:
    return offered_of(_accepted(office_id))


def _accepted(office_id: str) -> tuple[str, ...] | None:
    return real_name_checks(office_id, clock.today()) if office_id else None


def remember_check(
    response: HttpResponse,
    begun: PendingVerification,
    *,
    method: str,
    back_to: str,
    office_id: str = "",
) -> None:
    """Keep the check in the browser that began it."""
    check = BegunCheck(
        id=str(begun.id),
        key=begun.key or "",
        url=begun.redirect_url or "",
        next=back_to,
        method=method,
        office=office_id,
    )
    token = seal_token(PURPOSE, asdict(check), expires_at=clock.real_now() + KEY_LIVES)
    seconds = int(KEY_LIVES.total_seconds())
    set_private_cookie(response, CHECK_COOKIE, token, seconds=seconds, path=COOKIE_PATH)


def check_of(request: HttpRequest) -> BegunCheck | None:
    """The check that this browser began, while it can be finished."""
    try:
        return BegunCheck(**open_token(PURPOSE, request.COOKIES.get(CHECK_COOKIE, "")))
    except TokenRefused:
        return None


def forget_check(response: HttpResponse) -> None:
    """It is over."""
    response.delete_cookie(CHECK_COOKIE, path=COOKIE_PATH, samesite="Lax")
