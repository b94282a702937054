"""What is pushed to an app's server, signed and where asked encrypted; and what it answers, opened.

Written from the description of the message push alone, with hashlib and `cryptography`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from heli.wechat.emulator.state import ORIGINAL_IDS, Registered
from heli.wechat.kinds import AppKind

BLOCK = 32
MODES = ("plain", "both", "aes")
Fields = dict[str, Any]


class ReplyWrong(Exception):
    """The app's server answered what WeChat would not accept; the message says what."""


@dataclass(frozen=True)
class Envelope:
    """A push as it goes over the wire. query: of the address. body: XML."""

    query: dict[str, str]
    body: str


def signature_of(*parts: str) -> str:
    """The digest of the parts, sorted and joined.

    >>> signature_of("AAAAA", "1714037059", "486452656")
    '899cf89e464efb63f54ddac96b0a0a235f53aa78'
    """
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def make_envelope(
    registered: Registered, app: AppKind, fields: Fields, *, mode: str, at: int
) -> Envelope:
    """The push of a message or event. mode: plain, both or aes. at: seconds since 1970.

    fields: what is in the message, without who it is to. Texts and numbers, and objects and lists
    of them.
    """
    timestamp, nonce = str(at), str(secrets.randbelow(10**10))
    query = {
        "signature": signature_of(registered.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": str(fields.get("FromUserName", "")),
    }
    to = {"ToUserName": ORIGINAL_IDS[app]}
    if mode == "plain":
        return Envelope(query, to_xml({**to, **fields}))
    sealed = seal(to_xml({**to, **fields}), registered.aes_key, registered.apps[app].appid)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature_of(registered.token, timestamp, nonce, sealed)
    open_too = fields if mode == "both" else {}
    return Envelope(query, to_xml({**to, **open_too, "Encrypt": sealed}))


def read_reply(registered: Registered, app: AppKind, sent: Fields, body: bytes) -> Fields | None:
    """What the app's server answered to what was sent; None where it only took note.

    Raises ReplyWrong.
    """
    if body.strip() in (b"", b"success"):
        return None
    reply = _parsed(body)
    if "Encrypt" in reply:
        reply = _parsed(_opened(registered, app, reply).encode())
    if reply.get("ToUserName") != sent.get("FromUserName"):
        raise ReplyWrong("ToUserName is not who wrote")
    if reply.get("FromUserName") != ORIGINAL_IDS[app]:
        raise ReplyWrong("FromUserName is not the account")
    if not str(reply.get("CreateTime", "")).isdecimal():
        raise ReplyWrong("CreateTime is no number")
    _check_content(reply, is_event=sent.get("MsgType") == "event")
    return reply


def _opened(registered: Registered, app: AppKind, reply: Fields) -> str:
    sealed = str(reply["Encrypt"])
    expected = signature_of(
        registered.token, str(reply.get("TimeStamp")), str(reply.get("Nonce")), sealed
    )
    if reply.get("MsgSignature") != expected:
        raise ReplyWrong("MsgSignature is wrong")
    text, appid = unseal(sealed, registered.aes_key)
    if appid != registered.apps[app].appid:
        raise ReplyWrong("encrypted for another appid")
    return text


def _check_content(reply: Fields, *, is_event: bool) -> None:
    kind = reply.get("MsgType")
    if kind == "text":
        if not 1 <= len(str(reply.get("Content", "")).encode()) <= 2048:
            raise ReplyWrong("Content has no text or more than 2048 bytes")
    elif kind == "news":
        articles = reply.get("Articles", {}).get("item", [])
        count = len(articles) if isinstance(articles, list) else 1
        if reply.get("ArticleCount") != str(count) or not 1 <= count <= (8 if is_event else 1):
            raise ReplyWrong("ArticleCount is wrong or too high")
    else:
        raise ReplyWrong("MsgType is neither text nor news")


def to_xml(fields: Fields) -> str:
    """The fields as WeChat writes them: texts in CDATA, numbers bare, lists as repeated elements.

    >>> to_xml({"MsgType": "text", "CreateTime": 1, "List": [{"a": "b"}, {"a": "]]>"}]})
    '<xml><MsgType><![CDATA[text]]></MsgType><CreateTime>1</CreateTime><List><a><![CDATA[b]]></a></List><List><a><![CDATA[]]]]><![CDATA[>]]></a></List></xml>'
    """
    return f"<xml>{_inner(fields)}</xml>"


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        parts = [
            (key, one)
            for key, inner in value.items()
            for one in (inner if isinstance(inner, list) else [inner])
        ]
        return "".join(f"<{key}>{_inner(one)}</{key}>" for key, one in parts)
    if isinstance(value, str):
        return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return str(value)


def _parsed(body: bytes) -> Fields:
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError):
        raise ReplyWrong("no XML") from None
    fields = _value(root)
    if root.tag != "xml" or not isinstance(fields, dict):
        raise ReplyWrong("no <xml> element with fields")
    return fields


def _value(element: Element) -> Any:
    if not len(element):
        return element.text or ""
    found: Fields = {}
    for child in element:
        value = _value(child)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


def seal(text: str, aes_key: str, appid: str, *, random: bytes | None = None) -> str:
    """Encrypt a message for the app. random: 16 bytes, for tests alone.

    >>> seal("<xml><a>婚</a></xml>", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    ...      "wxbad0b45542aa0b5e", random=b"0123456789abcdef")[:24]
    'Q3stYC6hdFzMh9T8HCvyDNLX'
    """
    message = text.encode()
    plain = (random or secrets.token_bytes(16)) + len(message).to_bytes(4) + message
    plain += appid.encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, aes_key: str) -> tuple[str, str]:
    """The message, and the appid it was encrypted for. Raises ReplyWrong."""
    try:
        decryptor = _cipher(aes_key).decryptor()
        plain = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
        fill = plain[-1]
        if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
            raise ReplyWrong("padding is wrong")
        plain = plain[:-fill]
        length = int.from_bytes(plain[16:20])
        if 20 + length > len(plain):
            raise ReplyWrong("length is wrong")
        return plain[20 : 20 + length].decode(), plain[20 + length :].decode()
    except (ValueError, IndexError):
        raise ReplyWrong("cannot be decrypted") from None


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
