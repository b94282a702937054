"""What leads people to us: QR codes of the account, codes of the mini program, links, the menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from heli.ground import clock
from heli.wechat.client.calling import call, call_for_picture, nothing
from heli.wechat.client.credentials import AppTokens
from heli.wechat.client.errors import Refused
from heli.wechat.client.ours import account_app, mini_app
from heli.wechat.client.wire import Answer, Request

QRCODE_PATH = "/cgi-bin/qrcode/create"
PICTURE_PATH = "/cgi-bin/showqrcode"
URL_LINK_PATH = "/wxa/generate_urllink"
MINI_CODE_PATH = "/wxa/getwxacodeunlimit"
SET_MENU_PATH = "/cgi-bin/menu/create"
GET_MENU_PATH = "/cgi-bin/menu/get"

AFTER_DAYS = 1  # the kind of expiry that counts in days
LINK_DAYS_MAX = 30
QRCODE_SECONDS_MAX = 2_592_000
SCENE_MAX = 64
NO_MENU = 46003


@dataclass(frozen=True)
class QrCode:
    """A code that opens the account with a scene. ticket: for its picture. url: its content.
    expires: real time, UTC; None for one that lasts."""

    ticket: str
    url: str
    expires: datetime | None


def make_qrcode(scene: str, expire_seconds: int | None) -> QrCode:
    """A code of the official account.

    scene: what WeChat tells us when it is scanned, 1 to 64 characters. expire_seconds: at most 30
    days; None: it lasts, of which there are 100,000. Raises WeChatFault.
    """
    if not 1 <= len(scene) <= SCENE_MAX:
        raise ValueError("a scene has 1 to 64 characters")
    if expire_seconds is not None and not 1 <= expire_seconds <= QRCODE_SECONDS_MAX:
        raise ValueError("a code that expires does so within 30 days")
    lasts = expire_seconds is None
    body = {
        **({} if lasts else {"expire_seconds": expire_seconds}),
        "action_name": "QR_LIMIT_STR_SCENE" if lasts else "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": scene}},
    }
    asked_at = clock.real_now()

    def shape(answer: Answer) -> QrCode:
        seconds = None if lasts else answer.number("expire_seconds")
        expires = None if seconds is None else asked_at + timedelta(seconds=seconds)
        return QrCode(answer.text("ticket"), answer.text("url"), expires)

    tokens = AppTokens(account_app(QRCODE_PATH))
    return call(Request(QRCODE_PATH, body=body, is_repeatable=True), shape, tokens)


def qrcode_picture(ticket: str) -> bytes:
    """The picture of a code made by `make_qrcode`. Raises WeChatFault."""
    account_app(PICTURE_PATH)
    request = Request(PICTURE_PATH, query={"ticket": ticket}, base="mp", is_repeatable=True)
    return call_for_picture(request, None)


def url_link(path: str, query: str, days: int) -> str:
    """An address that opens the mini program from anywhere, such as a short message.

    path: a page, empty for the first. days: how long it lasts, 1 to 30. Raises WeChatFault.
    """
    if not 1 <= days <= LINK_DAYS_MAX:
        raise ValueError("a link lasts 1 to 30 days")
    body = {
        **({"path": path} if path else {}),
        **({"query": query} if query else {}),
        "expire_type": AFTER_DAYS,
        "expire_interval": days,
    }
    tokens = AppTokens(mini_app(URL_LINK_PATH))
    request = Request(URL_LINK_PATH, body=body, is_repeatable=True)
    return call(request, lambda answer: answer.text("url_link"), tokens)


def mini_code(scene: str, page: str) -> bytes:
    """The picture of a code that opens a page of the mini program.

    scene: 1 to 32 visible ASCII characters. page: without a leading slash; empty for the first.
    Raises WeChatFault.
    """
    body = {"scene": scene, **({"page": page} if page else {})}
    tokens = AppTokens(mini_app(MINI_CODE_PATH))
    return call_for_picture(Request(MINI_CODE_PATH, body=body, is_repeatable=True), tokens)


def set_menu(menu: Mapping[str, Any]) -> None:
    """The menu of the official account, in WeChat's own form ({"button": [...]}).

    Raises WeChatFault."""
    tokens = AppTokens(account_app(SET_MENU_PATH))
    call(Request(SET_MENU_PATH, body=menu, is_repeatable=True), nothing, tokens)


def get_menu() -> Mapping[str, Any] | None:
    """The menu of the official account in the form it is set with, or None. Raises WeChatFault."""
    tokens = AppTokens(account_app(GET_MENU_PATH))
    try:
        return call(
            Request(GET_MENU_PATH, is_repeatable=True),
            lambda answer: answer.part("menu").whole(),
            tokens,
        )
    except Refused as refused:
        if refused.errcode == NO_MENU:
            return None
        raise
