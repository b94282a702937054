"""A real-name check that this browser began and that goes on elsewhere, kept in one cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.identity.going_back import KEY_LIVES
from heli.identity.services import PendingVerification
from heli.identity.verification import offered_methods
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import set_private_cookie

CHECK_COOKIE = "heli_check"
COOKIE_PATH = "/identify"
PURPOSE = "check in this browser"

# How a person chooses between them: what they will have to do.
WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "simulated": (_("演示验证"), _("不核对任何东西，只在演示里有")),
    "faceid": (_("人脸验证"), _("打开腾讯云的页面，对着手机镜头")),
    "bank_card": (_("银行卡验证"), _("用您本人的银行卡，和银行留的手机号")),
}


@dataclass(frozen=True)
class BegunCheck:
    """A check under way. key: what finishes it. url: where it goes on. next: where the visitor
    wanted to go. method: the adapter."""

    id: str
    key: str
    url: str
    next: str
    method: str


@dataclass(frozen=True)
class Way:
    """A method in words."""

    method: str
    label: str | Promise
    hint: str | Promise


def chosen_method(asked: str | None) -> str | None:
    """The method that was asked for where it is offered, else the first; None where none is."""
    offered = offered_methods()
    return asked if asked in offered else next(iter(offered), None)


def other_ways(method: str | None) -> list[Way]:
    """All that are offered but this one."""
    return [
        Way(other, *WORDS.get(other, (other, ""))) for other in offered_methods() if other != method
    ]


def remember_check(
    response: HttpResponse, begun: PendingVerification, *, method: str, back_to: str
) -> None:
    """Keep the check in the browser that began it."""
    check = BegunCheck(
        id=str(begun.id),
        key=begun.key or "",
        url=begun.redirect_url or "",
        next=back_to,
        method=method,
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
