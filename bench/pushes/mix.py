"""The pushes: five kinds in equal parts, of which none may change anything."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass

from heli.ground.vendors import EMULATED
from heli.wechat.crypto import encrypt
from heli.wechat.signing import push_signature

TOKEN, AES_KEY = EMULATED["HELI_WECHAT_TOKEN"], EMULATED["HELI_WECHAT_AES_KEY"]
OURS, FOREIGN = EMULATED["HELI_WECHAT_APPID"], "wx00000000000000c3"
NONCE = "486452656"
OLD_SECONDS = 301
MESSAGES = 50  # that were answered before and come again
PATH = "/wechat/events"

FORGED, OLD, FOREIGN_APP = "forged", "old", "for another app"
REPEATED, REPEATED_SEALED = "repeated", "repeated, encrypted"
ANSWERS: Mapping[str, int] = {
    FORGED: 403,
    OLD: 403,
    FOREIGN_APP: 403,
    REPEATED: 200,
    REPEATED_SEALED: 200,
}

_numbers = itertools.count(7_000_000_000_000_000)


@dataclass(frozen=True)
class Prepared:
    """A request that is ready to be sent. kind: what is to be answered, by ANSWERS."""

    kind: str
    raw: bytes


def new_messages() -> list[bytes]:
    """Messages that were never sent before."""
    return [_message(next(_numbers)) for _message_number in range(MESSAGES)]


def first_time(host: str, messages: list[bytes]) -> list[Prepared]:
    """These messages, as they come for the first time."""
    return [Prepared("first", _plain(host, message)) for message in messages]


def mixed(host: str, messages: list[bytes]) -> list[Prepared]:
    """Pushes of every kind, one after the other; these messages are the repetitions.

    Good for five minutes from now, as their signatures are.
    """
    found = []
    for message in messages:
        found += [
            Prepared(FORGED, _plain(host, message, token="somebodyElse")),
            Prepared(REPEATED, _plain(host, message)),
            Prepared(OLD, _plain(host, message, age=OLD_SECONDS)),
            Prepared(REPEATED_SEALED, _sealed(host, message, OURS)),
            Prepared(FOREIGN_APP, _sealed(host, message, FOREIGN)),
        ]
    return found


def _message(number: int) -> bytes:
    return (
        "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>"
        "<FromUserName><![CDATA[oFictional_1880-abcdefghijklm]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[帮助]]></Content><MsgId>{number}</MsgId></xml>"
    ).encode()


def _plain(host: str, body: bytes, *, token: str = TOKEN, age: int = 0) -> bytes:
    timestamp = str(int(time.time()) - age)
    signature = push_signature(token, timestamp, NONCE)
    return _request(host, f"signature={signature}&timestamp={timestamp}&nonce={NONCE}", body)


def _sealed(host: str, body: bytes, appid: str) -> bytes:
    text, timestamp = encrypt(body, AES_KEY, appid), str(int(time.time()))
    query = (
        f"signature={push_signature(TOKEN, timestamp, NONCE)}&timestamp={timestamp}&nonce={NONCE}"
        f"&encrypt_type=aes&msg_signature={push_signature(TOKEN, timestamp, NONCE, text)}"
    )
    whole = f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>"
    return _request(host, query, whole.encode())


def _request(host: str, query: str, body: bytes) -> bytes:
    head = (
        f"POST {PATH}?{query} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
