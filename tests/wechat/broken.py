"""Documents that WeChat never sends, by what is wrong with them."""

from __future__ import annotations

from tests.wechat.pushing import a_message, xml

_TEXT = xml(a_message(Content="婚"))
BOMB = b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">%s]><xml><MsgType>&j;</MsgType>
</xml>""" % b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><MsgType>&f;</MsgType></xml>'
BROKEN = {
    "nothing": b"",
    "no document": b"hello",
    "cut off": _TEXT[:-3],
    "a bomb": BOMB,
    "an entity from outside": OUTSIDE,
    "a document type": b"<!DOCTYPE x><xml/>",
    "a type from outside": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>',
    "an entity nobody declared": b"<xml><MsgType>&nbsp;</MsgType></xml>",
    "in GBK": _TEXT.decode().encode("gbk"),
    "in UTF-16": _TEXT.decode().encode("utf-16"),
    "with a NUL": b"<xml><MsgType>a\0b</MsgType></xml>",
    "deep": b"<a>" * 5_000,
    "a list": b"[]",
    "broken JSON": b'{"MsgType": ',
    "deep JSON": b'{"a":' * 5_000,
    "a lone surrogate": b'{"MsgType": "\\ud800"}',
    "a NUL in JSON": b'{"EventKey": "\\u0000"}',
    "a number without end": b'{"CreateTime": ' + b"9" * 30_000 + b"}",
    "no number at all": b'{"CreateTime": NaN}',
    "an infinite one": b'{"CreateTime": 1e999}',
    "true": b'{"MsgType": true}',
}
