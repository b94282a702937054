"""Every call of the client, made ready against the emulator so that it would succeed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from heli.ops.demo.people import fictional_person
from heli.wechat.client import calls
from heli.wechat.client.credentials import AppTokens, fetch_ticket, fetch_token
from heli.wechat.emulator.running import Emulated
from heli.wechat.emulator.templates import ACCOUNT_ID, CLASSIC_ID, MINI_ID
from heli.wechat.kinds import AppKind
from heli.wechat.signing import cert_hash

PERSON = fictional_person(Random(8))
ACCOUNT_OPENID = "openid-in-the-account-canary"
MINI_OPENID = "openid-in-the-mini-app-canary"
PHONE = f"+86{PERSON.phone}"
DATA = {
    "thing1": "预约进度提醒",
    "time2": "2026年12月1日 09:30",
    "thing3": "广州市越秀区民政局",
    "thing4": "打开查看",
}
MENU = {"button": [{"type": "view", "name": "预约", "url": "https://heli.example.cn/"}]}
SERIAL = "0123456789abcdef0123456789abcdef"

Ready = Callable[[], Any]


@dataclass(frozen=True)
class Made:
    """One call. path: as WeChat's documentation names it. ready: makes it ready and returns it.

    has_token: it needs the shared token. is_repeatable: it is tried again after a lost answer.
    """

    path: str
    ready: Callable[[Emulated], Ready]
    has_token: bool = True
    is_repeatable: bool = False


def known_people(emulated: Emulated) -> None:
    """Somebody who follows the account, uses the mini program and allows three messages."""
    emulated.control.add_person(
        "测试",
        account_openid=ACCOUNT_OPENID,
        mini_openid=MINI_OPENID,
        phone=PERSON.phone,
        follows=True,
    )
    emulated.control.grant(MINI_OPENID, MINI_ID, 3)
    emulated.control.grant(ACCOUNT_OPENID, ACCOUNT_ID, 3)


def _session(emulated: Emulated) -> Ready:
    code = emulated.control.mint_code(AppKind.MINI, MINI_OPENID)
    return lambda: calls.session_of_code(code)


def _web_login(emulated: Emulated) -> Ready:
    code = emulated.control.mint_code(AppKind.ACCOUNT, ACCOUNT_OPENID)
    return lambda: calls.web_login(code)


def _phone(emulated: Emulated) -> Ready:
    code = emulated.control.mint_phone_code(PERSON.phone)
    return lambda: calls.phone_of_code(code)


def _picture(emulated: Emulated) -> Ready:
    ticket = calls.make_qrcode("scene", 60).ticket
    return lambda: calls.qrcode_picture(ticket)


def _menu(emulated: Emulated) -> Ready:
    calls.set_menu(MENU)
    return calls.get_menu


def _begin_face() -> calls.FaceTicket:
    return calls.begin_face(SERIAL, PERSON.name, PERSON.id_number, MINI_OPENID)


def _face_result(emulated: Emulated) -> Ready:
    emulated.control.face(10000)
    ticket = _begin_face()
    digest = cert_hash("IDENTITY_CARD", PERSON.name, PERSON.id_number)
    return lambda: calls.face_result(ticket.verify_id, SERIAL, digest, MINI_OPENID)


def _token(emulated: Emulated) -> Ready:
    return lambda: fetch_token(emulated.registered.apps[AppKind.ACCOUNT])


def _ticket(emulated: Emulated) -> Ready:
    return lambda: fetch_ticket(AppTokens(emulated.registered.apps[AppKind.ACCOUNT]))


CALLS: Mapping[str, Made] = {
    "fetch_token": Made("/cgi-bin/stable_token", _token, has_token=False, is_repeatable=True),
    "jsapi_ticket": Made("/cgi-bin/ticket/getticket", _ticket, is_repeatable=True),
    "session_of_code": Made("/sns/jscode2session", _session, has_token=False),
    "phone_of_code": Made("/wxa/business/getuserphonenumber", _phone),
    "web_login": Made("/sns/oauth2/access_token", _web_login, has_token=False),
    "send_mini_subscribe": Made(
        "/cgi-bin/message/subscribe/send",
        lambda _: lambda: calls.send_mini_subscribe(MINI_OPENID, MINI_ID, DATA, "pages/index"),
    ),
    "send_account_subscribe": Made(
        "/cgi-bin/message/subscribe/bizsend",
        lambda _: (
            lambda: calls.send_account_subscribe(
                ACCOUNT_OPENID, ACCOUNT_ID, DATA, "https://heli.example.cn/my"
            )
        ),
    ),
    "send_template": Made(
        "/cgi-bin/message/template/send",
        lambda _: (
            lambda: calls.send_template(
                ACCOUNT_OPENID, CLASSIC_ID, DATA, "https://heli.example.cn/my", "notice-1"
            )
        ),
        is_repeatable=True,
    ),
    "make_qrcode": Made(
        "/cgi-bin/qrcode/create",
        lambda _: lambda: calls.make_qrcode("office-1", 600),
        is_repeatable=True,
    ),
    "qrcode_picture": Made("/cgi-bin/showqrcode", _picture, has_token=False, is_repeatable=True),
    "url_link": Made(
        "/wxa/generate_urllink",
        lambda _: lambda: calls.url_link("pages/index", "a=1", 30),
        is_repeatable=True,
    ),
    "mini_code": Made(
        "/wxa/getwxacodeunlimit",
        lambda _: lambda: calls.mini_code("office-1", "pages/index"),
        is_repeatable=True,
    ),
    "set_menu": Made(
        "/cgi-bin/menu/create", lambda _: lambda: calls.set_menu(MENU), is_repeatable=True
    ),
    "get_menu": Made("/cgi-bin/menu/get", _menu, is_repeatable=True),
    "send_city_record": Made(
        "/cityservice/sendmsgdata",
        lambda _: (
            lambda: calls.send_city_record(
                MINI_OPENID, "city-template", "YY-1", DATA, "https://heli.example.cn/my"
            )
        ),
        is_repeatable=True,
    ),
    "city_service_path": Made(
        "/cityservice/getservicepath",
        lambda _: lambda: calls.city_service_path(city_name="广州市", service_id="1"),
        is_repeatable=True,
    ),
    "begin_face": Made("/cityservice/face/identify/getverifyid", lambda _: lambda: _begin_face()),
    "face_result": Made(
        "/cityservice/face/identify/queryverifyinfo", _face_result, is_repeatable=True
    ),
}
