"""Telephone numbers, Chinese ones without a prefix, all others with their country's."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Any

import phonenumbers
from django.utils.translation import gettext_lazy as _

from heli.identity.malformed import Malformed

REGION = "CN"
MAINLAND = "+86"
TYPED_CHARACTERS_MAX = 40

# The library would read letters as the keys of a telephone and drop an extension silently.
_FORM = re.compile(r"[0-9+() .-]+")

# The library's own rule for Chinese mobile numbers, which it applies after a long way of parsing.
_METADATA: Any = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
_MOBILE = re.compile(_METADATA.mobile.national_number_pattern)


class PhoneFault(StrEnum):
    """Why a text is no telephone number."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"


class PhoneError(Malformed):
    """The text is no telephone number that could be called."""

    sentences = {
        PhoneFault.EMPTY: _("请填写电话号码。"),
        PhoneFault.NOT_A_NUMBER: _(
            "这个电话号码打不通，可能有一位填错了。手机号是11位，座机请带上区号。"
        ),
    }


def clean_phone(text: str) -> str:
    """The number in E.164. Without a + it is read as a Chinese one. Raises PhoneError.

    >>> clean_phone("139 0000 1234"), clean_phone("020-83301234")
    ('+8613900001234', '+862083301234')
    """
    if _MOBILE.fullmatch(text):  # what nearly everybody types, and the library takes 30 us for
        return f"{MAINLAND}{text}"
    plain = unicodedata.normalize("NFKC", text[: TYPED_CHARACTERS_MAX + 1]).strip()
    if not plain:
        raise PhoneError(PhoneFault.EMPTY)
    if len(text) > TYPED_CHARACTERS_MAX or not _FORM.fullmatch(plain):
        raise PhoneError(PhoneFault.NOT_A_NUMBER)
    try:
        number = phonenumbers.parse(plain, REGION)
    except phonenumbers.NumberParseException:
        raise PhoneError(PhoneFault.NOT_A_NUMBER) from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(PhoneFault.NOT_A_NUMBER)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mainland_mobile(phone: str) -> bool:
    """Whether a clean number is a mobile one of mainland China.

    >>> is_mainland_mobile("+8613900001234"), is_mainland_mobile("+862083301234")
    (True, False)
    """
    return phone.startswith(MAINLAND) and bool(_MOBILE.fullmatch(phone.removeprefix(MAINLAND)))
