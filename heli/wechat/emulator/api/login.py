"""Tokens, tickets, and who somebody is."""

from __future__ import annotations

import base64
import secrets

from aiohttp import web

from heli.wechat.emulator.answers import ApiError, ok, told
from heli.wechat.emulator.api.asking import app_with_secret, caller, json_of
from heli.wechat.emulator.codes import Code, CodeKind
from heli.wechat.emulator.people import new_openid
from heli.wechat.emulator.state import state_of
from heli.wechat.emulator.tokens import LIFE_SECONDS
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
BASE, WITH_PROFILE = "snsapi_base", "snsapi_userinfo"


@routes.post("/api/cgi-bin/stable_token")
async def stable_token(request: web.Request) -> web.Response:
    """The access token of an app."""
    asked = await json_of(request)
    if asked.text("grant_type", default="") != "client_credential":
        raise ApiError(40002)
    appid = asked.text("appid", default="")
    app_with_secret(request, appid, asked.text("secret", default=""))
    state = state_of(request)
    force = asked.flag("force_refresh", default=False)
    token, seconds = state.kept.tokens.stable(appid, state.now(), force=force)
    return told({"access_token": token, "expires_in": seconds})


@routes.get("/api/cgi-bin/ticket/getticket")
async def jsapi_ticket(request: web.Request) -> web.Response:
    """The ticket that signs pages."""
    kind = caller(request, AppKind.ACCOUNT)
    if request.query.get("type") != "jsapi":
        raise ApiError(40097)
    state = state_of(request)
    app = state.registered.apps[kind]
    ticket, seconds = state.kept.tokens.ticket(app, state.now())
    return ok(ticket=ticket, expires_in=seconds)


@routes.get("/api/sns/jscode2session")
async def session_of_code(request: web.Request) -> web.Response:
    """Who opened the mini program."""
    query = request.query
    kind = app_with_secret(request, query.get("appid", ""), query.get("secret", ""))
    if query.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    state = state_of(request)
    code = state.kept.codes.use(
        query.get("js_code", ""), kind=CodeKind.LOGIN, appid=query["appid"], now=state.now()
    )
    person = state.kept.people.known(code.of, kind)
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    joined = {"unionid": person.unionid} if person.unionid else {}
    return told({"openid": code.of, "session_key": session_key, **joined})


@routes.post("/api/wxa/business/getuserphonenumber")
async def phone_of_code(request: web.Request) -> web.Response:
    """The telephone number that somebody handed over by a button."""
    kind = caller(request, AppKind.MINI)
    asked = await json_of(request)
    state = state_of(request)
    appid = state.registered.apps[kind].appid
    code = state.kept.codes.use(
        asked.text("code", default=""), kind=CodeKind.PHONE, appid=appid, now=state.now()
    )
    return ok(
        phone_info={
            "phoneNumber": code.of,
            "purePhoneNumber": code.of,
            "countryCode": "86",
            "watermark": {"timestamp": int(state.now()), "appid": appid},
        }
    )


@routes.get("/api/sns/oauth2/access_token")
async def web_login(request: web.Request) -> web.Response:
    """Who opened a page."""
    query = request.query
    kind = app_with_secret(request, query.get("appid", ""), query.get("secret", ""))
    if query.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    state = state_of(request)
    code = state.kept.codes.use(
        query.get("code", ""), kind=CodeKind.WEB, appid=query["appid"], now=state.now()
    )
    answer = {
        "access_token": state.kept.codes.mint(code_of_profile(code, state.now())),
        "expires_in": LIFE_SECONDS,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": code.of,
        "scope": code.scope,
    }
    if code.is_snapshot:
        return told({**answer, "openid": new_openid(), "is_snapshotuser": 1})
    person = state.kept.people.known(code.of, kind)
    if code.scope == WITH_PROFILE and person.unionid:
        answer["unionid"] = person.unionid
    return told(answer)


def code_of_profile(code: Code, now: float) -> Code:
    """What a page's token stands for; it is no code of any call."""
    return Code(CodeKind.WEB, "", code.of, now, scope=code.scope, is_snapshot=code.is_snapshot)


@routes.get("/api/sns/userinfo")
async def profile(request: web.Request) -> web.Response:
    """The profile that somebody agreed to show; those of a silent login did not."""
    state = state_of(request)
    token = state.kept.codes.all.get(request.query.get("access_token", ""))
    if token is None or token.appid:
        raise ApiError(40001)
    if token.scope != WITH_PROFILE or token.is_snapshot:
        raise ApiError(48001)
    if not request.query.get("openid"):
        raise ApiError(41009)
    if request.query["openid"] != token.of:
        raise ApiError(40003)
    person = state.kept.people.known(token.of, AppKind.ACCOUNT)
    joined = {"unionid": person.unionid} if person.unionid else {}
    return told({"openid": token.of, "nickname": person.name, "sex": 0, "privilege": [], **joined})
