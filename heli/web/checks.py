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
from heli.identity.verification import METHOD_NAMES, adapter_named, offered_of
from heli.places.queries import real_name_checks
from heli.vault.tokens import TokenRefused, open_token, seal_token
from heli.web.visitor import is_in_mini_program, set_private_cookie

CHECK_COOKIE = "heli_check"
COOKIE_PATH = "/identify"
PURPOSE = "check in this browser"
MINI_PROGRAM_METHOD = "wechat_face"
OFFICE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

# How a person chooses between them: what they will have to do.
WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "simulated": (_("演示验证"), _("不核对任何东西，只在演示里有")),
    "faceid": (METHOD_NAMES["faceid"], _("打开腾讯云的页面，对着手机镜头")),
    "bank_card": (METHOD_NAMES["bank_card"], _("用您本人的银行卡，和银行留的手机号")),
    MINI_PROGRAM_METHOD: (
        METHOD_NAMES[MINI_PROGRAM_METHOD],
        _("在小程序自己的页面里，对着手机镜头"),
    ),
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


def names_of_checks(office_id: str) -> list[str | Promise]:
    """What people call the checks that an office accepts, in its order; empty: it accepts all."""
    accepted = real_name_checks(office_id, clock.today()) or ()
    return [METHOD_NAMES.get(method, method) for method in accepted]


@dataclass(frozen=True)
class Offer:
    """The methods that a page of the check offers, the first one first.

    office_id: for what this office accepts, in its order; empty: for all that are set up.
    """

    office_id: str
    methods: tuple[str, ...]
    in_the_mini_program: bool

    @classmethod
    def to(cls, request: HttpRequest, office_id: str) -> Offer:
        """What is offered to whoever asks.

        The mini program's own check is one of them in its web-view, where the office names it.
        in_the_mini_program: whether the office accepts that check, wherever one is now.
        """
        accepted = real_name_checks(office_id, clock.today()) if office_id else None
        here = offered_of(accepted)
        in_app = accepted is None or MINI_PROGRAM_METHOD in accepted
        if accepted and in_app and is_in_mini_program(request) and _is_set_up():
            ways = [method for method in accepted if method in (*here, MINI_PROGRAM_METHOD)]
            here = (*ways, *(method for method in here if method not in ways))
        return cls(office_id, here, in_app)

    def chosen(self, asked: str | None) -> str | None:
        """The method that was asked for where it is offered, else the first; None: there is none,
        or it is made in the mini program."""
        method = asked if asked in self.methods else next(iter(self.methods), None)
        return None if method == MINI_PROGRAM_METHOD else method

    def others(self, method: str | None) -> list[Way]:
        """All that are offered but this one."""
        return [
            Way(other, *WORDS.get(other, (other, "")))
            for other in self.methods
            if other != (method or MINI_PROGRAM_METHOD)
        ]


def _is_set_up() -> bool:
    return adapter_named(MINI_PROGRAM_METHOD) is not None


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
