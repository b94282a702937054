"""Resident ID numbers of GB 11643, and the residence permits that are built like them.

The permits of Hong Kong, Macao and Taiwan residents begin with 810000, 820000 and 830000 and
otherwise follow the same rule. The region part is not looked up: people keep the number of a
county that was abolished decades ago.
Source: GB 11643-1999; check character by ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_2

from heli.identity.malformed import Malformed
from heli.vault.blind import blind_index

LENGTH = 18
TYPED_CHARACTERS_MAX = 100  # what is longer is no number, however it is cleaned
PERMITS = ("81", "82", "83")  # of residents of Hong Kong, Macao and Taiwan: no identity cards
FICTIONAL_YEARS = range(1880, 1900)  # nobody born then lives; see "The demo world" in the design
OLDEST_YEAR = 1900  # the first birth year that production accepts

_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")
_BORN = re.compile(r"(18|19|20)[0-9]{6}")
_INVISIBLE = ("Zs", "Zl", "Zp", "Cf", "Cc")


class IdNumberFault(StrEnum):
    """Why a text is no ID number, or none that is accepted here."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH_DATE = "birth_date"
    CHECK_CHARACTER = "check_character"
    NOT_YET_BORN = "not_yet_born"
    NOT_FICTIONAL = "not_fictional"
    TOO_LONG_AGO = "too_long_ago"


class IdNumberError(Malformed):
    """The text is no ID number, or none that is accepted here."""

    sentences = {
        IdNumberFault.EMPTY: _("请填写身份证号。"),
        IdNumberFault.LENGTH: _("身份证号应当是18位。请对照证件再填一次。"),
        IdNumberFault.CHARACTERS: _(
            "身份证号只有数字，最后一位可以是X，第一位不是0。请对照证件再填一次。"
        ),
        IdNumberFault.BIRTH_DATE: _(
            "身份证号第7到14位是出生日期，填写的日期不存在。请对照证件再填一次。"
        ),
        IdNumberFault.CHECK_CHARACTER: _(
            "身份证号的最后一位和前面的数字对不上，可能有一位填错了。请对照证件再填一次。"
        ),
        IdNumberFault.NOT_YET_BORN: _("身份证号里的出生日期还没有到。请对照证件再填一次。"),
        IdNumberFault.NOT_FICTIONAL: _(
            "这里是演示，只接受1880年到1899年出生的虚构人物。请不要填写真实的身份证号。"
        ),
        IdNumberFault.TOO_LONG_AGO: _(
            "身份证号里的出生年份早于1900年，不能用来预约。请对照证件再填一次。"
        ),
    }


@dataclass(frozen=True, repr=False, slots=True)
class IdNumber:
    """A document number that is right in itself. Whether it was ever issued, only a check can tell.

    value: 18 characters, the last one a digit or X. It never prints the number, and neither does
    what holds it.
    """

    value: str

    @property
    def born_on(self) -> date:
        """The holder's birthday."""
        return _born_on(self.value[6:14])

    @property
    def is_male(self) -> bool:
        """By the sequence number."""
        return int(self.value[16]) % 2 == 1

    @property
    def region_code(self) -> str:
        """Where it was first issued; the region may be abolished."""
        return self.value[:6]

    @classmethod
    def parse(cls, text: str) -> IdNumber:
        """Read what a person typed: full-width digits, spaces and a lower-case x are put right.

        Raises IdNumberError.

        >>> IdNumber.parse("11010519491231002x").value
        '11010519491231002X'
        """
        value = _normal_form(text)
        if not value:
            raise IdNumberError(IdNumberFault.EMPTY)
        if len(value) != LENGTH:
            raise IdNumberError(IdNumberFault.LENGTH)
        if not _FORM.fullmatch(value):
            raise IdNumberError(IdNumberFault.CHARACTERS)
        _born_on(value[6:14])
        if mod_11_2.checksum(value) != 1:
            raise IdNumberError(IdNumberFault.CHECK_CHARACTER)
        return cls(value)

    @classmethod
    def trusted(cls, value: str) -> IdNumber:
        """The number back from where only parsed ones are kept (a token, the database).

        It is not checked again, since that is done in every request.
        """
        return cls(value)

    def blind_index(self) -> bytes:
        """What this person is found by in the database, 32 bytes."""
        return index_of(self.value)

    def __repr__(self) -> str:
        return "IdNumber(…)"


def index_of(value: str) -> bytes:
    """The blind index of a number that is clean already (`IdNumber.value`), 32 bytes."""
    return blind_index("id_number", value)


def check_allowed(id_number: IdNumber, today: date) -> None:
    """Refuse who is not born yet, and who has no business in this environment.

    today: the day in business time, Shanghai; born today is born. The demo and tests accept the
    fictional birth years alone, so that nobody's real number gets into them; production refuses
    every birth before 1900. Raises IdNumberError.
    """
    born_on = id_number.born_on
    if born_on > today:
        raise IdNumberError(IdNumberFault.NOT_YET_BORN)
    if settings.HELI.accepts_only_fictional_people:
        if born_on.year not in FICTIONAL_YEARS:
            raise IdNumberError(IdNumberFault.NOT_FICTIONAL)
    elif born_on.year < OLDEST_YEAR:
        raise IdNumberError(IdNumberFault.TOO_LONG_AGO)


def read_allowed(text: str, today: date) -> IdNumber:
    """What a person typed, as a number that is accepted here on this day; see `IdNumber.parse` and
    `check_allowed`. Raises IdNumberError."""
    id_number = IdNumber.parse(text)
    check_allowed(id_number, today)
    return id_number


def mask(value: str) -> str:
    """A number as its holder may see it: the first three characters and the last four.

    >>> mask("110105188001010025")
    '110***********0025'
    """
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def _normal_form(text: str) -> str:
    if len(text) > TYPED_CHARACTERS_MAX:
        raise IdNumberError(IdNumberFault.LENGTH)
    if text.isascii() and text.isalnum():
        return text.upper()
    # NFKC turns full-width digits and letters into their plain ones. Spaces, also those that
    # cannot be seen, come along with copied text and mean nothing.
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE).upper()


def _born_on(digits: str) -> date:
    if not _BORN.fullmatch(digits):
        raise IdNumberError(IdNumberFault.BIRTH_DATE)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise IdNumberError(IdNumberFault.BIRTH_DATE) from None
