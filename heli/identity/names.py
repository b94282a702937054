"""Names as documents write them: Chinese characters, rare ones included, or Latin letters.

The dot of many names from Xinjiang and elsewhere is typed in a dozen ways and stored as U+00B7.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from heli.identity.malformed import Malformed

LENGTH_MIN, LENGTH_MAX = 2, 50  # characters, after cleaning
TYPED_CHARACTERS_MAX = 200
DOT = "·"
STARS_MAX = 2

# Planes 2 and 3 are given as a whole: they hold nothing but Chinese characters, and new ones are
# added faster than any table of ours would follow. U+3007 is 〇, which is a name's character too.
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fffd\U00030000-\U0003fffd"
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
_WORD = f"[{_HAN}{_LATIN}]+"
_COMMON = re.compile(r"[\u4e00-\u9fff]{2,10}")  # most names by far; NFKC leaves them as they are
_FORM = re.compile(rf"{_WORD}(?:(?:\.? |[.'{DOT}-]){_WORD})*\.?")
_DOTS = re.compile("[•‧∙⋅・･●◦⸱ꞏ·᛫˙。｡]")
_POINT = re.compile(rf"(?<![{_LATIN}])[.．]|[.．](?=[{_HAN}])")
_SPACES_THAT_MEAN_NOTHING = re.compile(rf" ?{DOT} ?|(?<=[{_HAN}]) | (?=[{_HAN}])")
_DROPPED = re.compile("[\u200b\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPELLINGS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-"})


class NameFault(StrEnum):
    """Why a text is no name."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    DIGITS = "digits"
    CHARACTERS = "characters"


class NameError_(Malformed):
    """The text is no name as a document writes it."""

    sentences = {
        NameFault.EMPTY: _("请填写姓名。"),
        NameFault.TOO_SHORT: _("姓名至少有两个字。请按证件上的写法填写全名。"),
        NameFault.TOO_LONG: _("姓名太长了，最多50个字。请按证件上的写法填写。"),
        NameFault.DIGITS: _("姓名里不能有数字。请按证件上的写法填写。"),
        NameFault.CHARACTERS: _(
            "姓名里有不能识别的符号。请按证件上的写法，只填汉字或字母，名字中间的点可以保留。"
        ),
    }


def clean_name(text: str) -> str:
    """The name in its one form: NFKC, one kind of dot, no idle spaces. Raises NameError_.

    >>> clean_name("阿卜杜 • 热依木")
    '阿卜杜·热依木'
    >>> clean_name("Ｊohn　Smith")
    'John Smith'
    """
    if _COMMON.fullmatch(text):
        return text
    if len(text) > TYPED_CHARACTERS_MAX:
        raise NameError_(NameFault.TOO_LONG)
    name = _normal_form(text)
    if not name:
        raise NameError_(NameFault.EMPTY)
    if any(unicodedata.category(character) == "Nd" for character in name):
        raise NameError_(NameFault.DIGITS)
    if not _FORM.fullmatch(name):
        raise NameError_(NameFault.CHARACTERS)
    if len(name) < LENGTH_MIN:
        raise NameError_(NameFault.TOO_SHORT)
    if len(name) > LENGTH_MAX:
        raise NameError_(NameFault.TOO_LONG)
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: dots, widths, spaces and capitals make no difference.

    >>> same_name("阿卜杜．热依木", "阿卜杜·热依木"), same_name("ZHANG SAN", "Zhang San")
    (True, True)
    """
    return _normal_form(one).casefold() == _normal_form(other).casefold()


def mask_name(name: str) -> str:
    """The name as others may see it: the first character, and a star for each further, two at most.

    Of a name with a dot or a space the first character alone tells enough; it is treated alike.

    >>> mask_name("张三"), mask_name("欧阳娜"), mask_name("阿卜杜·热依木")
    ('张*', '欧**', '阿**')
    """
    return name[:1] + "*" * min(len(name) - 1, STARS_MAX)


def _normal_form(text: str) -> str:
    # Before NFKC, which takes some of the dots apart.
    dotted = _DOTS.sub(DOT, _DROPPED.sub("", text.strip()))
    plain = unicodedata.normalize("NFKC", dotted).translate(_SPELLINGS)
    single = re.sub(" +", " ", _POINT.sub(DOT, plain))
    return _SPACES_THAT_MEAN_NOTHING.sub(lambda found: found[0].strip(), single)
