"""How Tencent Cloud answers: HTTP 200 always, everything inside `Response`."""

from __future__ import annotations

import json
import uuid
from typing import Any

from aiohttp import web


def told(**more: Any) -> web.Response:
    """An answer with its request id."""
    document = {"Response": {**more, "RequestId": str(uuid.uuid4())}}
    # As bytes, so that no charset is added: the SDK reads errors of exactly this type alone.
    return web.Response(body=json.dumps(document).encode(), content_type="application/json")


def failed(code: str, message: str) -> web.Response:
    """A refusal."""
    return told(Error={"Code": code, "Message": message})
