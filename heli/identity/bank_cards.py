"""Numbers of bank cards: read for one check, and kept nowhere."""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from heli.ground.typed import without_gaps
from heli.identity.malformed import Malformed

TYPED_CHARACTERS_MAX = 40
_FORM = re.compile(r"\d{12,19}")  # ISO/IEC 7812; cards of Chinese banks have 16 to 19


class CardFault(StrEnum):
    """Why a text is no number of a bank card."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"


class CardError(Malformed):
    """The text is no number of a bank card."""

    sentences = {
        CardFault.EMPTY: _("请填写银行卡号。"),
        CardFault.NOT_A_NUMBER: _("银行卡号是16到19位数字，可能有一位填错了。请对照卡片再填一次。"),
    }


def clean_card(text: str) -> str:
    """The digits alone. Raises CardError. The check digit is the bank's to judge: not all have one.

    >>> clean_card("6222 0000 0000 0000 005")
    '6222000000000000005'
    """
    digits = without_gaps(text[: TYPED_CHARACTERS_MAX + 1])
    if not digits:
        raise CardError(CardFault.EMPTY)
    if len(text) > TYPED_CHARACTERS_MAX or not (digits.isascii() and _FORM.fullmatch(digits)):
        raise CardError(CardFault.NOT_A_NUMBER)
    return digits
