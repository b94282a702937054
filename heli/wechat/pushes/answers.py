"""What is answered to a request at the address for pushes: all of it, short and without headers."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from heli.ground import clock
from heli.wechat.crypto import encrypt
from heli.wechat.kinds import AppKind
from heli.wechat.pushes.receiving import (
    Push,
    PushKeys,
    check_signature,
    echo_of,
    read_push,
)
from heli.wechat.pushes.refused import PushRefused
from heli.wechat.pushes.services import receive
from heli.wechat.signing import push_signature

PATH = "/wechat/events"
TAKEN = "success"  # WeChat's word for: do not send it again
TEXT_BYTES_MAX = 2_048  # of a reply; WeChat drops a longer one

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Answer:
    """status: of HTTP. content: "" with anything but 200."""

    status: int
    content: str
    content_type: str = "text/plain; charset=utf-8"


def keys() -> PushKeys:
    """What the settings say."""
    return PushKeys.of(settings.HELI.wechat)


def answer_check(query: str, *, at: datetime) -> Answer:
    """WeChat asks whether the address is ours. at: real time."""
    try:
        return Answer(200, echo_of(check_signature(query, keys(), at=at)))
    except PushRefused as refused:
        return Answer(refused.status, "")


def answer_push(query: str, read_body: Callable[[], bytes], *, at: datetime) -> Answer:
    """WeChat pushes something: it is done, once, and answered. at: real time.

    read_body: asked for the body once the signature was found right. May raise TooLarge.
    """
    ours = keys()
    try:
        signed = check_signature(query, ours, at=at)
        push = read_push(signed, read_body(), ours)
    except PushRefused as refused:
        return Answer(refused.status, "")
    reply = receive(push)
    # The passive reply is the official account's; a mini program has none.
    if reply is None or push.app is AppKind.MINI:
        return Answer(200, TAKEN)
    return Answer(200, written(push, reply, ours), "application/xml; charset=utf-8")


def written(push: Push, reply: str, ours: PushKeys) -> str:
    """A reply as WeChat wants it, encrypted where the push was."""
    text = _message(push, reply)
    if not push.is_encrypted:
        return text
    appid = next(appid for appid, app in ours.appids.items() if app is push.app)
    sealed = encrypt(text.encode(), ours.aes_key, appid)
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    signature = push_signature(ours.token, timestamp, nonce, sealed)
    return (
        f"<xml><Encrypt>{_quoted(sealed)}</Encrypt><MsgSignature>{_quoted(signature)}"
        f"</MsgSignature><TimeStamp>{timestamp}</TimeStamp><Nonce>{_quoted(nonce)}</Nonce></xml>"
    )


def _message(push: Push, reply: str) -> str:
    created = int(clock.real_now().timestamp())
    return (
        f"<xml><ToUserName>{_quoted(push.openid)}</ToUserName><FromUserName>{_quoted(push.to)}"
        f"</FromUserName><CreateTime>{created}</CreateTime><MsgType>{_quoted('text')}</MsgType>"
        f"<Content>{_quoted(_fit(reply))}</Content></xml>"
    )


def _quoted(text: str) -> str:
    safe = _NOT_IN_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"


def _fit(text: str) -> str:
    raw = text.encode("utf-8", "ignore")
    return text if len(raw) <= TEXT_BYTES_MAX else raw[:TEXT_BYTES_MAX].decode("utf-8", "ignore")
