"""The face check of the mini program, version 2.0. The mini program itself shows the camera; here
its outcome is scripted."""

from __future__ import annotations

from aiohttp import web

from heli.wechat.emulator.answers import ApiError, ok
from heli.wechat.emulator.api.asking import caller, json_of, receiver
from heli.wechat.emulator.faces import LIFE_SECONDS, cert_hash_of
from heli.wechat.emulator.state import state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()


@routes.post("/api/cityservice/face/identify/getverifyid")
async def begin_face(request: web.Request) -> web.Response:
    """Begin a check of somebody's face against their document."""
    kind = caller(request, AppKind.MINI)
    asked = await json_of(request)
    openid = asked.text("openid", default="")
    receiver(request, openid, kind)
    cert = asked.part("cert_info")
    name, number = cert.text("cert_name", default=""), cert.text("cert_no", default="")
    if not name or not number:
        raise ApiError(84006)
    if cert.text("cert_type", default="") != "IDENTITY_CARD":
        raise ApiError(47001, "data format error: cert_type")
    state = state_of(request)
    cert_hash = cert_hash_of("IDENTITY_CARD", name, number)
    verify_id = state.kept.faces.begin(
        asked.text("out_seq_no", default=""), openid, cert_hash, state.now()
    )
    return ok(verify_id=verify_id, expires_in=LIFE_SECONDS)


@routes.post("/api/cityservice/face/identify/queryverifyinfo")
async def face_result(request: web.Request) -> web.Response:
    """How a check came out."""
    caller(request, AppKind.MINI)
    asked = await json_of(request)
    state = state_of(request)
    result = state.kept.faces.look(
        asked.text("verify_id", default=""),
        asked.text("out_seq_no", default=""),
        asked.text("openid", default=""),
        asked.text("cert_hash", default=""),
        state.now(),
    )
    return ok(verify_ret=result)
