"""Is it from WeChat, to us, now; and what does it say. Pure: the door asks it as well.

The signature is checked before anything of the body is looked at. Without encryption it covers the
moment and not the body, which only TLS protects then; hence the five minutes.
Source: developers.weixin.qq.com, message push, and message encryption and decryption.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl

from heli.ground.vendors import WeChat
from heli.wechat.crypto import CannotOpen, decrypt
from heli.wechat.kinds import AppKind
from heli.wechat.pushes.documents import Document, Fields, read_document
from heli.wechat.pushes.refused import Forged, TooLarge, Unreadable
from heli.wechat.signing import push_signature

SECONDS_OFF_MAX = 300  # a signature's age, and how far a clock may run ahead of ours
BODY_BYTES_MAX = 65_536  # a text of WeChat's has 2,048 at most
QUERY_CHARACTERS_MAX = 2_048

_DIGEST = re.compile(r"[0-9a-f]{40}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_NONCE = re.compile(r"[\x21-\x7e]{1,64}")
_ECHO = re.compile(r"[\x21-\x7e]{1,512}")
_OPENID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_WORD = re.compile(r"[0-9A-Za-z_]{1,40}")
_NUMBER = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True)
class PushKeys:
    """What we have agreed with WeChat. token: empty where nothing is set up; then every push is
    forged. aes_key: empty where nothing is encrypted. appids: our apps."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    appids: Mapping[str, AppKind]

    @classmethod
    def of(cls, wechat: WeChat) -> PushKeys:
        """As the settings say."""
        apps = {AppKind.ACCOUNT: wechat.account, AppKind.MINI: wechat.mini}
        appids = {app.appid: kind for kind, app in apps.items() if app is not None}
        return cls(wechat.token, wechat.aes_key, appids)


class Signed(NamedTuple):
    """What a query proved. msg_signature: of the encrypted body, or None where it is plain.

    echo: what WeChat wants to hear when it checks the address; "" otherwise.
    """

    timestamp: str
    nonce: str
    msg_signature: str | None
    echo: str


@dataclass(frozen=True)
class Push:
    """A message or an event. It prints nothing of whom it is from.

    kind: text, location, event and so on. event: its name where it is one, else "". app: which of
    ours it was sent to, None where it does not say (what is not encrypted). openid: who. to: our
    name at WeChat. created: Unix seconds, by WeChat's clock. fields: all that it says. items: of a
    list in it. is_encrypted: then the answer is, too.
    """

    kind: str
    event: str
    app: AppKind | None
    openid: str = field(repr=False)
    to: str
    created: int
    fields: Fields = field(repr=False)
    items: tuple[Fields, ...] = field(repr=False)
    is_encrypted: bool


def check_signature(query: str, keys: PushKeys, *, at: datetime) -> Signed:
    """What the query of a request proves. at: real time, UTC. Raises Forged.

    Both ends count: a signature of five minutes ago, to the second, is taken.
    """
    said = _said(query)
    timestamp, nonce = said.get("timestamp", ""), said.get("nonce", "")
    if not keys.token or not _TIMESTAMP.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
        raise Forged
    if abs(at.astimezone(UTC).timestamp() - int(timestamp)) > SECONDS_OFF_MAX:
        raise Forged
    _compare(said.get("signature", ""), push_signature(keys.token, timestamp, nonce))
    mode, msg_signature = said.get("encrypt_type", "raw"), said.get("msg_signature")
    if mode not in ("raw", "aes") or (mode == "aes") != (msg_signature is not None):
        raise Forged
    return Signed(timestamp, nonce, msg_signature, said.get("echostr", ""))


def echo_of(signed: Signed) -> str:
    """What to answer when WeChat checks the address. Raises Forged: it does not."""
    if not _ECHO.fullmatch(signed.echo):
        raise Forged
    return signed.echo


def read_push(signed: Signed, body: bytes, keys: PushKeys) -> Push:
    """What a signed request says. Raises Forged, Unreadable, TooLarge."""
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge
    document = read_document(body)
    if signed.msg_signature is None:
        return _push(document, app=None, is_encrypted=False)
    content, app = _opened(document, signed, keys)
    return _push(read_document(content), app=app, is_encrypted=True)


def _said(query: str) -> dict[str, str]:
    if len(query) > QUERY_CHARACTERS_MAX:
        raise Forged
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise Forged from None
    said = dict(pairs)
    if len(said) != len(pairs):  # which of two values is meant, nobody can know
        raise Forged
    return said


def _compare(given: str, ours: str) -> None:
    if not _DIGEST.fullmatch(given) or not hmac.compare_digest(given, ours):
        raise Forged


def _opened(document: Document, signed: Signed, keys: PushKeys) -> tuple[bytes, AppKind]:
    encrypted = document.fields.get("Encrypt", "")
    if not encrypted:
        raise Unreadable
    ours = push_signature(keys.token, signed.timestamp, signed.nonce, encrypted)
    _compare(signed.msg_signature or "", ours)
    if not keys.aes_key:
        raise Forged
    try:
        content, appid = decrypt(encrypted, keys.aes_key)
    except CannotOpen:
        raise Forged from None
    app = keys.appids.get(appid)
    if app is None:
        raise Forged
    return content, app


def _push(document: Document, *, app: AppKind | None, is_encrypted: bool) -> Push:
    fields = document.fields
    openid, to = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    created, kind = fields.get("CreateTime", ""), fields.get("MsgType", "")
    event = fields.get("Event", "") if kind == "event" else ""
    is_whole = (
        _OPENID.fullmatch(openid)
        and _OPENID.fullmatch(to)
        and _NUMBER.fullmatch(created)
        and _WORD.fullmatch(kind)
        and (kind != "event" or _WORD.fullmatch(event))
    )
    if not is_whole:
        raise Unreadable
    return Push(
        kind=kind,
        event=event,
        app=app,
        openid=openid,
        to=to,
        created=int(created),
        fields=fields,
        items=document.items,
        is_encrypted=is_encrypted,
    )
