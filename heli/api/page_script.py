"""What a page in WeChat needs to use WeChat's script."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from heli.api.openapi import refuses
from heli.api.shape import Shape
from heli.wechat.errors import WeChatSilent
from heli.wechat.page_script import page_config

URL_MAX = 2048

router = Router(tags=["wechat"])


class JsConfigOut(Shape):
    """What `wx.config` takes, for the page at this address alone. `timestamp`: Unix seconds."""

    appid: str
    timestamp: int
    noncestr: str
    signature: str


@router.get("/js-config", response=JsConfigOut, auth=None, openapi_extra=refuses(WeChatSilent))
def get_js_config(
    request: HttpRequest,
    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=URL_MAX,
            description="The page's whole address; a page of this installation.",
            json_schema_extra={"example": "https://heli.example/places"},
        ),
    ],
) -> JsConfigOut:
    """The signature of a page of this installation; `unavailable` where WeChat gives none now."""
    return JsConfigOut.reading(page_config(url))
