"""The menu of the official account. `heli wechat menu` sets it.

Source: developers.weixin.qq.com, custom menus: three buttons, five below each.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings


class Key(StrEnum):
    """What WeChat sends when an entry without a page is tapped."""

    CHECK = "check"
    NEAR = "near"
    HELP = "help"


def menu() -> Mapping[str, Any]:
    """The menu, as WeChat wants it. It is Chinese, like the account."""
    return {
        "button": [
            _above(
                "预约",
                _page("选登记处和时间", "/places"),
                _page("当地官方渠道", "/channels"),
                _page("要去几次、带什么", "/two-visits"),
                _page("算日期", "/calculator"),
            ),
            _above(
                "核对",
                _key("附近的登记处", Key.NEAR),
                _key("是不是真的", Key.CHECK),
                _page("假冒警示", "/warnings"),
            ),
            _above(
                "我的",
                _page("我的预约", "/my"),
                _page("消息", "/my/inbox"),
                _key("使用说明", Key.HELP),
            ),
        ]
    }


def _above(name: str, *below: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"name": name, "sub_button": list(below)}


def _page(name: str, path: str) -> Mapping[str, Any]:
    return {"type": "view", "name": name, "url": settings.HELI.base_url + path}


def _key(name: str, key: Key) -> Mapping[str, Any]:
    return {"type": "click", "name": name, "key": key.value}
