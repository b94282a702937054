"""Which values the keys of a message may have, by the official table of field types."""

from __future__ import annotations

import re

_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"\d{4}年(0?[1-9]|1[0-2])月(0?[1-9]|[12]\d|3[01])日"
_MOMENT = rf"({_DAY} {_CLOCK}|{_CLOCK})"
_DATE = rf"{_DAY}( {_CLOCK})?"

RULES = {
    "thing": r"(?s).{1,20}",
    "const": r"(?s).{1,20}",
    "number": r"\d{1,32}|(?=.{3,32}$)\d+\.\d+",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"{_MOMENT}(~{_MOMENT})?",
    "date": rf"{_DATE}(~{_DATE})?",
    "amount": r"\D?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[\u3400-\u9fff·]{1,10}|[A-Za-z .'-]{1,20}",
    "phrase": r"[\u3400-\u9fff]{1,5}",
}
_KEY = re.compile(r"([a-z_]+?)(\d+)")


def is_allowed(key: str, value: str) -> bool:
    """Whether the value fits its key.

    >>> is_allowed("thing1", "东城区婚姻登记处"), is_allowed("thing1", "东" * 21)
    (True, False)
    >>> is_allowed("time2", "2019年10月1日 15:01"), is_allowed("time2", "2019-10-01 15:01")
    (True, False)
    >>> is_allowed("phrase3", "已确认"), is_allowed("phrase3", "OK")
    (True, False)
    """
    named = _KEY.fullmatch(key)
    return named is not None and bool(re.fullmatch(RULES.get(named[1], r"(?!)"), value))
