"""What people type into pages about themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.ground.forms import AccessibleForm
from heli.identity.fields import IdNumberField, NameField, PhoneField

__all__ = ["AccessibleForm", "IdNumberField", "IdentityForm", "NameField", "PhoneField"]


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
