"""Fields of forms that read names, numbers and telephones as the room does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.identity.bank_cards import clean_card
from heli.identity.id_numbers import read_allowed
from heli.identity.malformed import Malformed
from heli.identity.names import clean_name
from heli.identity.phones import clean_phone

TEXT_MAX = 100  # characters; longer ones are no names, numbers or telephones


class _ReadField(forms.CharField):
    """A text field whose value is read by a room's own reader; its sentence is the error."""

    read: Callable[[str], str]

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=TEXT_MAX, **options)
        self.error_messages["required"] = _("请填写这一项。")

    def clean(self, value: Any) -> str:
        """The clean value. Raises ValidationError with the reader's sentence."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return type(self).read(text)
        except Malformed as malformed:
            raise forms.ValidationError(str(malformed.sentence)) from None


class NameField(_ReadField):
    """A person's name as on their card."""

    read = staticmethod(clean_name)


def _allowed_number(text: str) -> str:
    return read_allowed(text, clock.today()).value


class IdNumberField(_ReadField):
    """The number of a resident identity card or residence permit."""

    read = staticmethod(_allowed_number)


class PhoneField(_ReadField):
    """A telephone number, E.164 when clean."""

    read = staticmethod(clean_phone)


class BankCardField(_ReadField):
    """The number of a bank card."""

    read = staticmethod(clean_card)
