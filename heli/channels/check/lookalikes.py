"""Characters that look or sound like others: what a name or a host is easily taken for.

Letters go by the Unicode table of confusables (package confusable_homoglyphs), Chinese characters
by heli/channels/data/lookalike_characters.csv and by what NFKC makes of radicals.
"""

from __future__ import annotations

import csv
import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from confusable_homoglyphs import confusables

from heli.channels.check.writing import is_hidden

TABLE = Path(__file__).parent.parent / "data" / "lookalike_characters.csv"
_DIGITS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "5": "s", "9": "g"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


class Likeness(StrEnum):
    """How one character stands for another."""

    SHAPE = "shape"
    SOUND = "sound"


@cache
def _letters() -> dict[str, str]:
    """Each foreign letter that looks like an ASCII letter or digit, and that one."""
    table: dict[str, list[dict[str, Any]]] = confusables.confusables_data
    found: dict[str, str] = {}
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
        for twin in table.get(letter, []):
            character = "".join(c for c in twin["c"] if not is_hidden(c))
            if len(character) == 1 and not character.isascii():
                found.setdefault(character, letter.lower())
    # The table has small i only as the twin of others.
    return found | dict.fromkeys("ıіιɩӏɪ", "i") | {"к": "k", "м": "m", "т": "t", "в": "b", "н": "h"}


@cache
def _chinese() -> dict[str, dict[str, Likeness]]:
    """Each character and what it may stand for."""
    found: dict[str, dict[str, Likeness]] = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            twins = found.setdefault(row["character"], {})
            twins.setdefault(row["stands_for"], Likeness(row["how"]))
    table: dict[str, list[dict[str, Any]]] = confusables.confusables_data
    for character, others in table.items():
        if len(character) == 1 and "\u3400" <= character <= "\u9fff":
            for twin in others:
                if len(twin["c"]) == 1:
                    found.setdefault(twin["c"], {}).setdefault(character, Likeness.SHAPE)
    return found


def stands_for(character: str, other: str) -> Likeness | None:
    """How a character is taken for another one, or None.

    >>> stands_for("亊", "事"), stands_for("是", "事"), stands_for("物", "事")
    (<Likeness.SHAPE: 'shape'>, <Likeness.SOUND: 'sound'>, None)
    """
    plain = unicodedata.normalize("NFKC", character).lower()
    if plain == other or _letters().get(character) == other:
        return Likeness.SHAPE
    twins = _chinese()
    for one in (character, plain):
        if other in twins.get(one, {}):
            return twins[one][other]
    return Likeness.SHAPE if twins.get(other, {}).get(plain) is Likeness.SHAPE else None


def skeleton(text: str) -> str:
    """The text with each character replaced by the one it looks like; as long as the text."""
    return "".join(_prototype(character) for character in text)


@cache
def _prototype(character: str) -> str:
    letter = _letters().get(character)
    if letter is not None:
        return letter
    plain = unicodedata.normalize("NFKC", character).lower()
    for one in (character, plain):
        for other, how in _chinese().get(one, {}).items():
            if how is Likeness.SHAPE:
                return other
    return plain if len(plain) == 1 else character


def host_skeleton(host: str) -> str:
    """A host name as the eye takes it: foreign letters, digits and pairs like rn for one letter.

    >>> host_skeleton("g0v.cn") == host_skeleton("gоv.cn") == host_skeleton("gov.cn")
    True
    """
    plain = unicodedata.normalize("NFKD", host).lower()
    letters = (c for c in plain if not unicodedata.combining(c) and not is_hidden(c))
    eye = "".join(_letters().get(c, c) for c in letters).translate(_DIGITS)
    for pair, one in _PAIRS:
        eye = eye.replace(pair, one)
    return eye


def is_mixed(label: str) -> bool:
    """Whether one label of a host mixes Latin letters with others that look like them."""
    scripts = {_script(character) for character in label if character.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
