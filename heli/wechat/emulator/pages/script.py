"""The script that stands in for WeChat's in a page, and what it asks of the emulator.

It asks by adding scripts from its own address: a page that allows WeChat's script allows these.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from heli.wechat.emulator.pages.frame import STATIC
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
NUMBER = re.compile(r"a\d{1,9}")


@routes.get("/open/jweixin.js")
async def script(request: web.Request) -> web.Response:
    """The script, or with `do` the answer to what it asked."""
    query = request.query
    if "do" not in query:
        return _javascript((STATIC / "jweixin.js").read_text("utf-8"))
    number = query.get("n", "")
    try:
        asked = json.loads(query.get("with", "{}"))
        deed = {"config": _config, "act": _act, "scan": _scan, "position": _position}[query["do"]]
    except (ValueError, KeyError):
        raise web.HTTPBadRequest from None
    if not NUMBER.fullmatch(number) or not isinstance(asked, dict):
        raise web.HTTPBadRequest
    told = json.dumps(deed(state_of(request), asked))
    return _javascript(f'window.__emulatedWeChat("{number}", {told});')


def _javascript(text: str) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(text=text, content_type="text/javascript", headers=headers)


def js_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """What a page has to sign with. url: without what follows #.

    >>> ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3"
    >>> ticket += "-Sl-HhTdfl2fzFy1AOcHKP7qg"
    >>> js_signature(ticket, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com")
    'f4d90daf4b3bca3078ab155816175ba34c443a7b'
    """
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()


def _config(state: State, asked: dict[str, Any]) -> dict[str, Any]:
    """Whether the page may use the script: its appid, its domain and its signature."""
    url = str(asked.get("url", "")).split("#")[0]
    app = state.registered.apps[AppKind.ACCOUNT]
    if asked.get("appId") != app.appid:
        return {"errMsg": "config:fail,invalid appid"}
    if urlsplit(url).hostname not in state.kept.redirect_names:
        return {"errMsg": "config:fail,invalid url domain"}
    parts = str(asked.get("nonceStr")), str(asked.get("timestamp")), url
    tickets = state.kept.tokens.good_tickets(app, state.now())
    if asked.get("signature") not in [js_signature(ticket, *parts) for ticket in tickets]:
        return {"errMsg": "config:fail,invalid signature"}
    return {"errMsg": "config:ok"}


def _act(state: State, asked: dict[str, Any]) -> dict[str, Any]:
    """Keep what a page did, for tests to look at."""
    state.kept.page_acts.append({name: asked.get(name) for name in ("api", "arguments", "url")})
    return {}


def _scan(state: State, _asked: dict[str, Any]) -> dict[str, Any]:
    """What the camera sees; null where nothing was scripted."""
    return {"text": state.kept.scans.pop(0) if state.kept.scans else None}


def _position(state: State, _asked: dict[str, Any]) -> dict[str, Any]:
    """Where the telephone is."""
    latitude, longitude = state.kept.position
    return {"latitude": latitude, "longitude": longitude, "accuracy": 30, "speed": 0}
