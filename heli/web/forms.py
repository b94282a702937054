"""What people type into pages about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.ground.forms import AccessibleForm
from heli.identity.fields import BankCardField, IdNumberField, NameField, PhoneField
from heli.keeping.consents import ConsentText, Purpose, current_texts

__all__ = [
    "AccessibleForm",
    "CardIdentityForm",
    "CodeForm",
    "DeskCodeForm",
    "IdNumberField",
    "IdentityForm",
    "NameField",
    "PhoneField",
]


class DataConsentInput(forms.CheckboxInput):
    """A box that a person ticks, below what they are told (parts/data_consent.html)."""


class DataConsentField(forms.BooleanField):
    """The separate word on sensitive data: never ticked for anybody, and needed.

    texts: what is told, in the versions of today, the sensitive one last.
    """

    widget = DataConsentInput

    @property
    def texts(self) -> list[ConsentText]:
        shown = current_texts()
        return [shown[Purpose.BOOKING], shown[Purpose.SENSITIVE]]


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
    agrees = DataConsentField(
        label=_("我单独同意处理这些敏感信息"),
        error_messages={"required": _("不同意就不能在网上验证。可以带身份证，到大厅取号办理。")},
    )

    def fit_fields(self) -> None:
        """The box comes last, below all that it is about."""
        self.order_fields([name for name in self.fields if name != "agrees"])

    def clean(self) -> dict[str, Any]:
        """What is asked of the check; that they agree is a condition and no part of it."""
        cleaned = super().clean() or {}
        cleaned.pop("agrees", None)
        return cleaned


class CardIdentityForm(IdentityForm):
    """Who somebody says they are, and a bank card that is to show it."""

    phone = PhoneField(
        label=_("银行留的手机号"),
        help_text=_("验证码发到这个号码；以后也用它通知您，对方看不到"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    card = BankCardField(
        label=_("您本人的银行卡号"),
        help_text=_("只用来核对这一次，不保存，也不会扣款"),
        widget=forms.TextInput(attrs={"autocomplete": "cc-number", "inputmode": "numeric"}),
    )


class CodeForm(AccessibleForm):
    """The code that came to the telephone."""

    code = forms.CharField(
        label=_("验证码"),
        help_text=_("6位数字，10分钟内有效"),
        max_length=20,
        error_messages={"required": _("请填写这一项。")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class DeskCodeForm(AccessibleForm):
    """The code that a clerk gave, and what only who holds the card knows."""

    code = forms.CharField(
        label=_("核验码"),
        help_text=_("8位，工作人员给您的；10分钟内有效，只能用一次"),
        max_length=20,
        error_messages={"required": _("请填写这一项。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    number_end = forms.CharField(
        label=_("您的身份证号的最后4位"),
        help_text=_("最后一位可能是X"),
        max_length=10,
        error_messages={"required": _("请填写这一项。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = PhoneField(
        label=_("您的手机号"),
        help_text=_("只用来通知您，对方看不到"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    agrees = DataConsentField(
        label=_("我单独同意处理这些敏感信息"),
        error_messages={"required": _("不同意就不能在网上接着办。可以到大厅取号办理。")},
    )
