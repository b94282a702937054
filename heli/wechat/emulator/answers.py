"""How WeChat answers: HTTP 200 always, and an `errcode` where it refuses."""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

Json = dict[str, Any]

# The texts of the official list of return codes; where that has none, those seen in live answers.
TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40163: "code been used",
    40165: "invalid weapp pagepath",
    40212: "invalid query",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41009: "missing openid",
    41030: "invalid page",
    42001: "access_token expired",
    42003: "code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, mustn't be called again within 30 seconds",
    45103: "This API has been unsupported",
    45109: "This API has been unsupported",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    84001: "invalid identify id",
    84006: "name or id is empty",
    85401: "invalid expire time",
    40097: "invalid args",
    40169: "invalid length for scene, or the data is not json string",
}


class ApiError(Exception):
    """WeChat refuses a call. text: what stands behind the usual one, or instead of it."""

    def __init__(self, errcode: int, text: str | None = None) -> None:
        super().__init__(errcode)
        self.errcode, self.text = errcode, text

    def document(self) -> Json:
        """The body of the answer; a request id stands at the end of the text."""
        text = self.text or TEXTS.get(self.errcode, "unknown error")
        return {"errcode": self.errcode, "errmsg": f"{text} rid: {request_id()}"}


def request_id() -> str:
    """Three groups of eight hexadecimal digits."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


def told(document: Json) -> web.Response:
    """A JSON answer as WeChat writes it: UTF-8, nothing escaped."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, content_type="application/json")


def ok(**more: Any) -> web.Response:
    """What a command answers when it was done."""
    return told({"errcode": 0, "errmsg": "ok", **more})
