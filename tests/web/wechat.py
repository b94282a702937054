"""WeChat's browser, and what the emulator sends back from its consent page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from heli.identity.verified import VerifiedIdentity, issue_token
from heli.web.visitor import IDENTITY_COOKIE, SESSION_COOKIE
from heli.wechat.accounts import WeChatSession, bind_account, issue_session, see_account
from heli.wechat.emulator.running import Emulated
from heli.wechat.kinds import AppKind
from heli.wechat.models import Account

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 演示) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.54 Language/zh_CN"
).replace("演示", "Demo")
MINI_PROGRAM = f"{WECHAT} miniProgram/wx00000000000000b2"


def wechat(identity: VerifiedIdentity | None = None, *, agent: str = WECHAT) -> Client:
    """A browser of WeChat's own; with an identity it has passed the check just now."""
    client = Client(headers={"User-Agent": agent, "Accept-Language": "zh-CN"})
    if identity is not None:
        client.cookies[IDENTITY_COOKIE] = issue_token(identity)[0]
    return client


def an_account(openid: str = "o-somebody", app: AppKind = AppKind.ACCOUNT) -> Account:
    """An account that was seen."""
    return see_account(app, openid)


def logged_in(client: Client, account: Account | None = None) -> Account:
    """The browser has the session of an account."""
    account = account or an_account()
    client.cookies[SESSION_COOKIE] = issue_session(account)[0]
    return account


def bound(client: Client, identity: VerifiedIdentity) -> Account:
    """The browser is an account's that recognises this person, who has proven nothing now."""
    account = logged_in(client)
    bind_account(WeChatSession(account.id, AppKind(account.app)), by=identity)
    account.refresh_from_db()
    return account


def query_of(response: HttpResponse) -> dict[str, str]:
    """The query of where a redirect leads."""
    return {
        name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()
    }


def begins_login(client: Client, back_to: str = "/my") -> str:
    """The browser is sent to WeChat; the state it has to bring back."""
    response = client.get("/wechat/login", {"next": back_to})
    assert response.status_code == 302, response.content
    assert response["Location"].startswith(f"{settings.HELI.wechat.open}/connect/oauth2/authorize")
    return query_of(response)["state"]


def comes_back(client: Client, state: str, code: str | None) -> HttpResponse:
    """Back from WeChat."""
    sent = {"state": state} if code is None else {"code": code, "state": state}
    return client.get("/wechat/login", sent)


def a_code(emulator: Emulated, openid: str | None = None, **more: object) -> str:
    """What WeChat gives a page for somebody."""
    openid = openid or emulator.control.add_person()["account_openid"]
    return emulator.control.mint_code(AppKind.ACCOUNT, openid, **more)
