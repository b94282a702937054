"""Who somebody is at WeChat: the codes that people bring, turned into what they stand for.

A code is good once and for five minutes, so no call here is repeated after a lost answer: the
person begins again and comes with another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from django.conf import settings

from heli.wechat.client.calling import call
from heli.wechat.client.credentials import AppTokens
from heli.wechat.client.errors import CodeRefused, FieldRefused
from heli.wechat.client.ours import account_app, mini_app
from heli.wechat.client.wire import Answer, Request

AUTHORIZE_PATH = "/connect/oauth2/authorize"
SESSION_PATH = "/sns/jscode2session"
PHONE_PATH = "/wxa/business/getuserphonenumber"
WEB_LOGIN_PATH = "/sns/oauth2/access_token"

_STATE = re.compile(r"[0-9A-Za-z]{1,128}")


@dataclass(frozen=True)
class MiniSession:
    """Who opened the mini program. unionid: the same in all apps that are joined at WeChat."""

    openid: str = field(repr=False)
    unionid: str | None = field(repr=False)


@dataclass(frozen=True)
class WebLogin:
    """Who opened a page in WeChat. is_snapshot: it is nobody: WeChat shows a page to somebody who
    has not agreed to anything under an openid that it made up."""

    openid: str = field(repr=False)
    unionid: str | None = field(repr=False)
    is_snapshot: bool


def session_of_code(js_code: str) -> MiniSession:
    """Whose code of `wx.login` it is. The session key that comes with it is dropped: nothing
    needs it. Raises WeChatFault, CodeRefused for a code that is wrong, old or used."""
    app = mini_app(SESSION_PATH)
    query = {
        "appid": app.appid,
        "secret": app.secret,
        "js_code": _code(SESSION_PATH, js_code),
        "grant_type": "authorization_code",
    }
    request = Request(SESSION_PATH, query=query, with_secret=True)
    return call(request, _mini_session, None)


def phone_of_code(code: str) -> str:
    """The telephone number that somebody showed the mini program, in E.164.

    code: of the button's event, not of the login. Raises WeChatFault, CodeRefused.
    """
    app = mini_app(PHONE_PATH)
    request = Request(PHONE_PATH, body={"code": _code(PHONE_PATH, code)})
    return call(request, _phone, AppTokens(app))


def authorize_url(redirect_uri: str, state: str, scope: str = "snsapi_base") -> str:
    """Where a browser in WeChat is sent to come back to `redirect_uri` with a code and `state`.

    state: 1 to 128 letters and digits. The order of the parameters is WeChat's; another order is
    refused. Raises NotSetUp.
    """
    app = account_app(AUTHORIZE_PATH)
    if not _STATE.fullmatch(state):
        raise ValueError("state must be 1 to 128 letters and digits")
    return (
        f"{settings.HELI.wechat.open}{AUTHORIZE_PATH}?appid={app.appid}"
        f"&redirect_uri={quote(redirect_uri, safe='')}&response_type=code"
        f"&scope={quote(scope, safe='')}&state={state}#wechat_redirect"
    )


def web_login(code: str) -> WebLogin:
    """Whose code of `authorize_url` it is. The personal token that comes with it is dropped.

    Raises WeChatFault, CodeRefused for a code that is wrong, old or used.
    """
    app = account_app(WEB_LOGIN_PATH)
    query = {
        "appid": app.appid,
        "secret": app.secret,
        "code": _code(WEB_LOGIN_PATH, code),
        "grant_type": "authorization_code",
    }
    return call(Request(WEB_LOGIN_PATH, query=query, with_secret=True), _web_login, None)


def _code(path: str, code: str) -> str:
    if not code:
        raise CodeRefused(path)
    if len(code) > 512:
        raise FieldRefused(path)
    return code


def _mini_session(answer: Answer) -> MiniSession:
    return MiniSession(answer.text("openid"), answer.text_or_none("unionid"))


def _web_login(answer: Answer) -> WebLogin:
    return WebLogin(
        openid=answer.text("openid"),
        unionid=answer.text_or_none("unionid"),
        is_snapshot=answer.number_or_none("is_snapshotuser") == 1,
    )


def _phone(answer: Answer) -> str:
    info = answer.part("phone_info")
    return f"+{info.number('countryCode')}{info.number('purePhoneNumber')}"
