"""What is filled in for the word of two people, and how its parts are said."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.desk.account_forms import CodeInput
from heli.desk.forms import CHOOSE, PLAIN_TEXT, REQUIRED, WHYS, Choices, DeskForm
from heli.desk.marks import Mark
from heli.hall.permit_rules import WHYS_OF, PermitKind, PermitState, PermitWhy
from heli.hall.reasons import Why
from heli.hall.second_factor import CODE_LENGTH_MAX

KIND_NAMES: dict[PermitKind, Promise] = {
    PermitKind.ROTATE_KEYS: _("更换封存密钥"),
    PermitKind.DROP_KEY: _("从密钥文件里去掉旧密钥"),
    PermitKind.LOOK_UP: _("今天再查看一批不是今天来访的记录"),
}
WHY_NAMES: dict[PermitWhy, str | Promise] = {
    PermitWhy.REGULAR: _("到了该更换的时候"),
    PermitWhy.LEAK: _("密钥可能泄露"),
    PermitWhy.MACHINES: _("换了机器、算法或者保管的地方"),
    **{PermitWhy(why.value): words for why, words in WHYS.items() if why in set(Why)},
}
STATE_MARKS: dict[PermitState, Mark] = {
    PermitState.ASKED: Mark("○", _("等另一个人批准")),
    PermitState.GRANTED: Mark("●", _("已批准，还没有用"), "ok"),
    PermitState.USED: Mark("✓", _("已经用过")),
    PermitState.CLOSED: Mark("×", _("已经作废")),
    PermitState.LAPSED: Mark("×", _("过期")),
}


class GrantForm(DeskForm):
    """The second person's word."""

    code = forms.CharField(
        label=_("您的验证码"),
        help_text=_("您自己的验证器现在显示的6位数字。刚登录用过的不行，请等下一个"),
        max_length=CODE_LENGTH_MAX,
        error_messages=REQUIRED,
        widget=CodeInput(attrs={**PLAIN_TEXT, "autocomplete": "one-time-code"}),
    )


class AskPermitForm(GrantForm):
    """What one asks for, and why."""

    why = forms.ChoiceField(label=_("为什么"), widget=forms.RadioSelect, error_messages=CHOOSE)
    field_order = ("why", "code")


def why_choices(kind: PermitKind) -> Choices:
    """The reasons for which such a permit is asked for."""
    return [(why.value, WHY_NAMES[why]) for why in WHYS_OF[kind]]
