"""What staff fill in about themselves: the code of a login, a password, an app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.desk.forms import PLAIN_TEXT, REQUIRED, DeskForm
from heli.hall.passwords import PASSWORD_TYPED_MAX
from heli.hall.second_factor import CODE_LENGTH_MAX


class CodeInput(forms.TextInput):
    """A code is good once: what was wrong is not shown again, so that the next can be typed."""

    def format_value(self, value: Any) -> None:
        """Always an empty field."""


class OldPasswordField(forms.CharField):
    """The password that holds until now, as it was typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=PASSWORD_TYPED_MAX,
            strip=False,
            error_messages=REQUIRED,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            **options,
        )


class NewPasswordField(forms.CharField):
    """A password that somebody chooses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("新密码"),
            help_text=_("至少12个字符，越长越好，比如几个不相干的词。不要用在别处用过的密码"),
            max_length=PASSWORD_TYPED_MAX,
            strip=False,
            error_messages=REQUIRED,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            **options,
        )


class CodeForm(DeskForm):
    """The second step of a login."""

    code = forms.CharField(
        label=_("验证码"),
        help_text=_("打开手机上的验证器，填写6位数字。手机不在身边，可以填一个恢复码"),
        max_length=CODE_LENGTH_MAX,
        error_messages=REQUIRED,
        widget=CodeInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}
        ),
    )


class SetUpForm(DeskForm):
    """A password of one's own, and a code that shows that the app works."""

    new_password = NewPasswordField()
    repeated = forms.CharField(
        label=_("再填一次新密码"),
        max_length=PASSWORD_TYPED_MAX,
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("验证器显示的6位数字"),
        max_length=CODE_LENGTH_MAX,
        error_messages=REQUIRED,
        widget=CodeInput(attrs={**PLAIN_TEXT, "autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and what was not asked for is empty."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if "repeated" in clean and clean["repeated"] != clean.get("new_password"):
            self.add_error("repeated", _("两次填写的不一样，请再填一次。"))
        return {"new_password": "", "code": ""} | clean


class PasswordForm(SetUpForm):
    """Another password, by somebody on duty."""

    password = OldPasswordField(label=_("现在的密码"))
    field_order = ("password", "new_password", "repeated")

    def fit_fields(self) -> None:
        """Nobody is asked for a code: they are on duty."""
        super().fit_fields()
        del self.fields["code"]


class ReplaceForm(DeskForm):
    """Who wants another app shows the password and, where there is one, the app so far."""

    password = OldPasswordField(label=_("现在的密码"))
    code = forms.CharField(
        label=_("现在的验证码"),
        help_text=_("原来的验证器显示的6位数字，或者一个恢复码"),
        max_length=CODE_LENGTH_MAX,
        error_messages=REQUIRED,
        widget=CodeInput(attrs={**PLAIN_TEXT, "autocomplete": "one-time-code"}),
    )
