"""What stands before every call: it is kept for tests to look at, and meets its scripted fault."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from heli.wechat.emulator import tencent_answers
from heli.wechat.emulator.answers import ApiError, told
from heli.wechat.emulator.faults import Fault
from heli.wechat.emulator.state import state_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOT_KEPT = ("access_token", "secret", "appsecret")


@web.middleware
async def as_documented(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a call as WeChat or Tencent Cloud would; leave all other requests alone."""
    path = documented_path(request)
    if path is None:
        return await handler(request)
    state = state_of(request)
    state.remember_call(await _told_later(request, path))
    fault = state.kept.faults.next_for(path)
    if fault is None:
        return await _answered(request, handler)
    return await _at_fault(fault, request, handler)


def documented_path(request: web.Request) -> str | None:
    """How the vendor's documentation names the call; None for what is none."""
    for prefix in ("/api/", "/mp/"):
        if request.path.startswith(prefix):
            return request.path[len(prefix) - 1 :]
    if request.path == "/" and request.method == "POST":
        return request.headers.get("X-TC-Action", "")
    return None


async def _told_later(request: web.Request, path: str) -> dict[str, Any]:
    raw = await request.read()
    try:
        body = json.loads(raw)
    except ValueError:
        body = raw.decode("utf-8", "replace")
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in NOT_KEPT}
    query = {key: value for key, value in request.query.items() if key not in NOT_KEPT}
    return {"path": path, "query": query, "body": body, "at": state_of(request).now()}


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as refused:
        return told(refused.document())
    except web.HTTPMethodNotAllowed as wrong:
        return told(ApiError(43002 if "POST" in wrong.allowed_methods else 43001).document())


async def _at_fault(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    done = await _answered(request, handler) if fault.after else None
    await asyncio.sleep(fault.delay)
    if fault.cut:
        if request.transport:
            request.transport.abort()
        return web.Response()
    if fault.status is not None:
        page = f"<html><body><h1>{fault.status}</h1></body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    if fault.body is not None:
        return web.Response(text=fault.body, content_type="application/json")
    if isinstance(fault.errcode, int):
        return told(ApiError(fault.errcode, fault.errmsg).document())
    if fault.errcode is not None:
        return tencent_answers.failed(fault.errcode, fault.errmsg or "")
    return done or await _answered(request, handler)
