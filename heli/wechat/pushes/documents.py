"""The documents in which WeChat pushes, XML and JSON, as the same fields; pure.

JSON differs in small things: a list of one item is an object, numbers may be strings. The wrapper
around a list has several names. Neither is to be trusted before its signature was checked.
Source: developers.weixin.qq.com, message push and its events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic_core import from_json

from heli.wechat.pushes.refused import Unreadable

ITEMS_MAX = 50  # WeChat tells of three templates at most
WRAPPERS_MAX = 3  # around an item
NUMBER_MAX = 2**63
ITEM_MARK = "TemplateId"  # what every item of the lists has

_IN_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # XML cannot say it, and JSON should not

Fields = Mapping[str, str]


class Document(NamedTuple):
    """fields: by WeChat's names, as text. items: of a list in it."""

    fields: Fields
    items: tuple[Fields, ...]


def read_document(body: bytes) -> Document:
    """What a body says. Raises Unreadable: no UTF-8, broken, or an XML with a document type (which
    is how entities come in).

    >>> read_document(b"<xml><MsgType>text</MsgType></xml>").fields
    {'MsgType': 'text'}
    >>> read_document(b'{"MsgType": "text", "CreateTime": 1714037059}').fields
    {'MsgType': 'text', 'CreateTime': '1714037059'}
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable from None
    return _of_json(text) if text.lstrip().startswith("{") else _of_xml(text)


def _of_xml(text: str) -> Document:
    try:
        # A text: what it says of its own encoding no longer counts.
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unreadable from None
    return Document(_leaves(root), _bounded(_items_of(root, WRAPPERS_MAX)))


def _leaves(element: Element) -> Fields:
    return {child.tag: child.text or "" for child in element if len(child) == 0}


def _items_of(element: Element, depth: int) -> Iterator[Fields]:
    for child in element:
        if child.find(ITEM_MARK) is not None:
            yield _leaves(child)
        elif depth > 1:
            yield from _items_of(child, depth - 1)


def _of_json(text: str) -> Document:
    try:
        said = from_json(text)
    except ValueError:
        raise Unreadable from None
    if not isinstance(said, dict):
        raise Unreadable
    return Document(_plain(said), _bounded(_items_in(said, WRAPPERS_MAX)))


def _plain(said: Mapping[str, Any]) -> Fields:
    return {
        name: _text(value) for name, value in said.items() if not isinstance(value, dict | list)
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if _IN_NO_TEXT.search(value):
            raise Unreadable
        return value
    if isinstance(value, bool) or not -NUMBER_MAX < value < NUMBER_MAX:
        raise Unreadable  # true, or a number too long to be written down
    return str(value)


def _items_in(said: Mapping[str, Any], depth: int) -> Iterator[Fields]:
    for value in said.values():
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, dict):
                continue
            if ITEM_MARK in child:
                yield _plain(child)
            elif depth > 1:
                yield from _items_in(child, depth - 1)


def _bounded(found: Iterator[Fields]) -> tuple[Fields, ...]:
    items = tuple(item for item, _number in zip(found, range(ITEMS_MAX + 1), strict=False))
    if len(items) > ITEMS_MAX:
        raise Unreadable
    return items
