"""The signatures and digests that WeChat wants and gives; pure."""

from __future__ import annotations

import base64
import hashlib


def push_signature(token: str, timestamp: str, nonce: str, encrypted: str | None = None) -> str:
    """The signature of a push (`signature`), or with its encrypted body (`msg_signature`).

    token: the one agreed with WeChat for pushes. timestamp, nonce: as they came.
    Source: developers.weixin.qq.com, message push.

    >>> push_signature("AAAAA", "1714037059", "486452656")
    '899cf89e464efb63f54ddac96b0a0a235f53aa78'
    """
    parts = [token, timestamp, nonce] + ([encrypted] if encrypted is not None else [])
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def js_signature(ticket: str, noncestr: str, timestamp: int, url: str) -> str:
    """What a page shows WeChat's script to be let in.

    timestamp: Unix seconds. url: the whole address of the page; what follows a # does not count.
    Source: developers.weixin.qq.com, JS-SDK, appendix on the signature.
    """
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode()).hexdigest()


def cert_hash(kind: str, name: str, number: str) -> str:
    """The digest under which WeChat finds a face check again, without the document in clear.

    kind: WeChat's word for the document, IDENTITY_CARD.
    Source: developers.weixin.qq.com, queryVerifyInfo.
    """
    parts = (("cert_type", kind), ("cert_name", name), ("cert_no", number))
    text = "&".join(f"{key}={base64.b64encode(part.encode()).decode()}" for key, part in parts)
    return hashlib.sha256(text.encode()).hexdigest()
