"""Telephone numbers in a text."""

from __future__ import annotations

import re

from heli.channels.check.findings import Finding, official, unknown
from heli.channels.check.index import Index
from heli.channels.check.signs import Sign
from heli.channels.check.writing import Folded

_NUMBER = re.compile(
    r"(?<![\da-z.])(?:\+?86[-– ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}[-—–) ]{0,2}\d{7,8}"
    r"|400[- ]?\d{3,4}[- ]?\d{3,4}|\d{7,8}|1\d{4})(?![\da-z])"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_TELLS_ITSELF = re.compile(r"0\d{9,11}|400\d{7}|1[3-9]\d{9}")


def find_phones(text: Folded, index: Index) -> list[tuple[int, int, Finding]]:
    """The telephone numbers of a text, where they stand and whose they are.

    Other runs of digits (dates, seven digits without an area code) only count where they are known.
    """
    found: list[tuple[int, int, Finding]] = []
    for match in _NUMBER.finditer(text.text):
        digits = re.sub(r"\D", "", match[1])
        written = text.written(*match.span())
        finding = judge_phone(written, digits, index)
        if finding:
            found.append((*match.span(), finding))
    return found


def judge_phone(written: str, digits: str, index: Index) -> Finding | None:
    """Whose number it is; None where digits are no number that one can tell."""
    door = index.phones.get(digits)
    if door:
        name = door.name if re.search(r"[^\d\-]", door.name) else door.operator or door.name
        return official(written, Sign.KNOWN_PHONE, door, name=name)
    if _MOBILE.fullmatch(digits):
        return unknown(written, Sign.PERSONAL_MOBILE)
    return unknown(written, Sign.PHONE_UNLISTED) if _TELLS_ITSELF.fullmatch(digits) else None
