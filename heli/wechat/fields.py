"""What may stand in the fields of a message, by the kind that begins a field's name; pure.

WeChat refuses a whole message for one field that does not fit (47003), so it is looked at before.
Source: developers.weixin.qq.com, subscription messages, limits of the parameter values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

THING_MAX = 20

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_DAY = r"\d{4}年(?:1[0-2]|0?[1-9])月(?:3[01]|[12]\d|0?[1-9])日"
_TIME = rf"(?:{_DAY} ?)?{_CLOCK}"
_DATE = rf"{_DAY}(?: ?{_CLOCK})?"

# A text and how long it may be; the length is counted as WeChat's own programs count.
_RULES: Mapping[str, tuple[re.Pattern[str], int]] = {
    "thing": (re.compile(r".+"), THING_MAX),
    "number": (re.compile(r"\d+(?:\.\d+)?"), 32),
    "letter": (re.compile(r"[A-Za-z]+"), 32),
    "symbol": (re.compile(r"[^\w\s]+"), 5),
    "character_string": (re.compile(r"[!-~]+(?: [!-~]+)*"), 32),
    "time": (re.compile(rf"{_TIME}(?:~{_TIME})?"), 64),
    "date": (re.compile(rf"{_DATE}(?:~{_DATE})?"), 64),
    "amount": (re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?"), 15),
    "phone_number": (re.compile(r"[0-9+() -]+"), 17),
    "car_number": (re.compile(rf"{_HAN}?[0-9A-Za-z]+{_HAN}?"), 8),
    "name": (re.compile(rf"(?:{_HAN}|·){{1,10}}|[A-Za-z .'-]{{1,20}}"), 20),
    "phrase": (re.compile(rf"{_HAN}+"), 5),
}
_NAME = re.compile(r"([a-z_]+?)_?\d*")


def fit(kind: str, text: str) -> str:
    """The text as it may stand in a field of this kind: one line, and a `thing` cut to length.

    kind: `thing` or a field's name such as `thing1`. Nothing else is cut: half a number or half a
    time would be a wrong one, and `check` names it.

    >>> fit("thing1", "广州市越秀区民政局婚姻登记处（北京路办事点）二楼")
    '广州市越秀区民政局婚姻登记处（北京路办…'
    """
    line = " ".join(text.split())
    if kind_of(kind) != "thing" or _length(line) <= THING_MAX:
        return line
    kept = line
    while _length(kept) > THING_MAX - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def check(data: Mapping[str, str]) -> str | None:
    """The name of the first field that WeChat would refuse, or None.

    Of a kind that is not known only this is: it must not be empty.

    >>> check({"thing1": "预约提醒", "time2": "明天上午"})
    'time2'
    """
    return next((key for key, text in data.items() if not _fits(key, text)), None)


def kind_of(key: str) -> str:
    """The kind of a field by its name.

    >>> kind_of("thing1"), kind_of("character_string12"), kind_of("first")
    ('thing', 'character_string', 'first')
    """
    found = _NAME.fullmatch(key)
    return found[1] if found else key


def _fits(key: str, text: str) -> bool:
    if not text.strip():
        return False
    rule = _RULES.get(kind_of(key))
    if rule is None:
        return True
    pattern, length_max = rule
    return _length(text) <= length_max and pattern.fullmatch(text) is not None


def _length(text: str) -> int:
    """In UTF-16 units: a rare character may count twice, and counting it so is never too long."""
    return len(text.encode("utf-16-le")) // 2
