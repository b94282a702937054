"""What people type while they book: the other person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.identity.id_numbers import IdNumber
from heli.web.draft import Draft
from heli.web.forms import AccessibleForm, IdNumberField, NameField, PhoneField

ADDRESS_MAX = 200  # characters, as in the API


class AddressForm(AccessibleForm):
    """Where somebody is registered; only where the office's rules ask."""

    household_address = forms.CharField(
        label=_("您的户籍地址"),
        help_text=_("这个登记处的规定要求填写。对方看不到"),
        max_length=ADDRESS_MAX,
        error_messages={"required": _("请填写这一项。"), "max_length": _("太长，请写短一些。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PartnerForm(AccessibleForm):
    """The other of the two, as far as the one who books knows them.

    person: who books, as in `Draft.person`. It is known even where their proof has expired.
    """

    partner_name = NameField(
        label=_("对方的姓名"),
        help_text=_("和对方身份证上一样"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    partner_id_number = IdNumberField(
        label=_("对方的身份证号"),
        help_text=_("18位；最后一位可能是X"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    partner_phone = PhoneField(
        label=_("对方的手机号（可以不填）"),
        help_text=_("我们不会给对方打电话、发短信"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, person: str | None, **options: Any) -> None:
        self._person = person
        super().__init__(*args, **options)

    @classmethod
    def of(cls, draft: Draft) -> PartnerForm:
        """The form with what was typed before."""
        typed = {name: getattr(draft, name) for name in cls.base_fields}
        return cls(initial=typed, person=draft.person)

    def clean_partner_id_number(self) -> str:
        """The number, unless it is one's own. Raises ValidationError."""
        number: str = self.cleaned_data["partner_id_number"]
        if IdNumber.trusted(number).blind_index().hex() == self._person:
            raise forms.ValidationError(_("这是您自己的身份证号，请填写对方的。"))
        return number
