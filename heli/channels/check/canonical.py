"""A name in the form in which names are compared, without what makes no difference to people."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from heli.channels.check.writing import HAN, is_hidden, is_width_form

_MARKS = re.compile(r"[「」『』《》〈〉【】\[\]“”„‟‘’\"'`´]")
_AT_ENDS = " \t\n\r。，、！!？?,.:：;；~～…-—·•/\\"
_KIND_WORD = (
    "(?:小程序|公众号|公众平台|服务号|订阅号|微信号|app|官网|官方网站|网站|网址|客户端|软件|官微)"
)
KIND_AFTER = re.compile(f"(?:微信|支付宝|手机)?{_KIND_WORD}$|(?:微信|支付宝)$")
_KIND_BEFORE = re.compile(
    f"^(?:(?:微信|支付宝|手机)?{_KIND_WORD}|名称|名字|微信|支付宝)"
    "(?:名称|名字|叫|是|为)?[:：\\- ·]+"
    "|^(?:微信|支付宝|手机)(?:小程序|公众号|服务号|订阅号|app|客户端)|^(?:小程序|公众号|微信|支付宝)(?=.{3})"
)
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}])\\s+(?=[{HAN}])")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def written_plainly(text: str) -> str:
    """Width forms as ordinary characters, small letters, nothing hidden, no quotation marks."""
    letters = "".join(
        unicodedata.normalize("NFKC", c) if is_width_form(c) else c
        for c in text
        if not is_hidden(c)
    )
    return _MARKS.sub("", letters.lower()).strip(_AT_ENDS)


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The name as it is compared.

    >>> canonical("微信小程序「粤省事」"), canonical("Ｉ厦门 APP"), canonical("江苏省民政厅官网")
    ('粤省事', 'i厦门', '江苏省民政厅')
    """
    return "".join(without_kind(written_plainly(text)).split())


def without_kind(plain: str) -> str:
    """A name without the words for its kind (小程序, APP, 官网); spaces inside are kept."""
    name = plain
    for _step in range(3):
        before = name
        for shorter in (
            _KIND_BEFORE.sub("", name).strip(_AT_ENDS),
            KIND_AFTER.sub("", name).strip(_AT_ENDS),
        ):
            if len(shorter) >= 2 and len(shorter) < len(name):
                name = shorter
                break
        if name == before:
            break
    return name


def has_odd_spaces(text: str) -> bool:
    """Whether a name has spaces inside, between Chinese characters."""
    return bool(_BETWEEN_HAN.search(without_kind(written_plainly(text))))


def letters_only(name: str) -> str:
    """A name without punctuation and spaces inside."""
    return _NOT_WORD.sub("", name)
