"""What makes a push the same one: WeChat sends it again where it was not answered in time."""

from __future__ import annotations

import json

from heli.vault.blind import blind_index
from heli.wechat.pushes.receiving import Push

# Of an event, besides who and when: two can happen in the same second.
TELLING = ("Event", "EventKey", "Ticket", "MsgID", "MsgId", "Status")


def key_of(push: Push) -> bytes:
    """A keyed digest, the same for a push and its repetitions, however they are encrypted.

    A message is known by its MsgId, an event by who, when and what.
    Source: developers.weixin.qq.com, message push: 重试的消息排重，有 MsgId 的消息使用 MsgId 排重；
    事件类型消息使用 FromUserName + CreateTime 排重.
    """
    number = push.fields.get("MsgId", "")
    if push.kind != "event" and number:
        return blind_index("wechat message", json.dumps([push.to, number]))
    told = [push.fields.get(name, "") for name in TELLING]
    items = [sorted(item.items()) for item in push.items]
    same = [push.to, push.openid, push.created, push.kind, told, items]
    return blind_index("wechat event", json.dumps(same))
