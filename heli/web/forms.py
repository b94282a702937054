"""What people type into pages: fields that read names, numbers and telephones as the rooms do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.ground import clock
from heli.ground.refusals import InvalidInput
from heli.identity.id_numbers import IdNumber, check_allowed
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
    id_number = IdNumber.parse(text)
    check_allowed(id_number, clock.today())
    return id_number.value


class IdNumberField(_ReadField):
    """The number of a resident identity card or residence permit."""

    read = staticmethod(_allowed_number)


class PhoneField(_ReadField):
    """A telephone number, E.164 when clean."""

    read = staticmethod(clean_phone)


class AccessibleForm(forms.Form):
    """A form whose fields point to their hints and errors, for those who do not see them."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # the server's sentences are clearer than a browser's
        for name, field in self.fields.items():
            described = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

    def refuse(self, invalid: InvalidInput) -> None:
        """Show a room's refusal beside the fields it names, else on top of the form."""
        for error in invalid.errors:
            name = error.field.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, str(error.text))


class IdentityForm(AccessibleForm):
    """Who somebody says they are."""

    name = NameField(
        label=_("您的姓名"),
        help_text=_("和身份证上一样"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = IdNumberField(
        label=_("您的身份证号"),
        help_text=_("18位；最后一位可能是X"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    phone = PhoneField(
        label=_("您的手机号"),
        help_text=_("只用来通知您，对方看不到"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
