"""Pushes as WeChat writes them, for tests that send them without an emulator."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from heli.wechat.crypto import encrypt
from heli.wechat.pushes.answers import PATH
from heli.wechat.signing import push_signature

OPENID = "oFictional_1880-abcdefghijklm"
GH = "gh_0123456789ab"
NONCE = "486452656"

_numbers = itertools.count(7_000_000_000_000_000)


def real_now() -> datetime:
    """The moment by the machine's clock."""
    return datetime.now(UTC)


def a_message(kind: str = "text", **fields: Any) -> dict[str, Any]:
    """A message that was never sent before; a text says 广州 by default."""
    content = {"Content": "广州"} if kind == "text" and "Content" not in fields else {}
    return {
        "ToUserName": GH,
        "FromUserName": OPENID,
        "CreateTime": int(real_now().timestamp()),
        "MsgType": kind,
        "MsgId": str(next(_numbers)),
        **content,
        **fields,
    }


def an_event(event: str, **fields: Any) -> dict[str, Any]:
    """An event of this moment."""
    return {
        "ToUserName": GH,
        "FromUserName": OPENID,
        "CreateTime": int(real_now().timestamp()),
        "MsgType": "event",
        "Event": event,
        **fields,
    }


def xml(fields: Mapping[str, Any]) -> bytes:
    """The fields as a document; a list becomes a <List> for each of its items."""
    return f"<xml>{_inside(fields)}</xml>".encode()


def _inside(fields: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_value(value)}</{name}>"
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    )


def _value(value: Any) -> str:
    return _inside(value) if isinstance(value, Mapping) else escape(str(value))


def as_json(fields: Mapping[str, Any]) -> bytes:
    """The fields as the JSON mode writes them."""
    return json.dumps(fields, ensure_ascii=False).encode()


def a_query(*, at: datetime | None = None, token: str | None = None, **changes: str | None) -> str:
    """The signed query of a plain push. changes: other values, None leaves one out."""
    timestamp = str(int((at or real_now()).timestamp()))
    token = settings.HELI.wechat.token if token is None else token
    said = {
        "signature": push_signature(token, timestamp, NONCE),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": OPENID,
    }
    return urlencode({name: value for name, value in (said | changes).items() if value is not None})


def sealed(
    body: bytes,
    *,
    at: datetime | None = None,
    appid: str | None = None,
    aes_key: str | None = None,
    token: str | None = None,
    wrapped: str = "<xml><ToUserName>gh</ToUserName><Encrypt>{}</Encrypt></xml>",
) -> tuple[str, bytes]:
    """The query and the body of an encrypted push."""
    wechat = settings.HELI.wechat
    token = wechat.token if token is None else token
    text = encrypt(body, aes_key or wechat.aes_key, appid or wechat.account.appid)
    timestamp = str(int((at or real_now()).timestamp()))
    query = a_query(
        at=at,
        token=token,
        encrypt_type="aes",
        msg_signature=push_signature(token, timestamp, NONCE, text),
    )
    return query, wrapped.replace("{}", text).encode()


def push(body: bytes, query: str | None = None) -> HttpResponse:
    """Send it to the web process."""
    query = a_query() if query is None else query
    browser = Client(raise_request_exception=False)
    return browser.post(f"{PATH}?{query}", body, content_type="text/xml")


def push_sealed(body: bytes, **how: Any) -> HttpResponse:
    """Send it encrypted."""
    query, content = sealed(body, **how)
    return push(content, query)


def counted() -> dict[str, int]:
    """How many rows each table has: of Heli's, and the queue of jobs."""
    tables = [m._meta.db_table for m in apps.get_models() if m.__module__.startswith("heli.")]
    with connection.cursor() as cursor:
        found = {}
        for table in (*tables, "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
