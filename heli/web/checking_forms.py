"""What people paste to have it checked, and what they report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.channels.reporting import Seen
from heli.channels.words import SEEN_NAMES
from heli.places.fields import RegionField
from heli.web.forms import AccessibleForm

NO_TEXT = _("里面有无法识别的字符，请重新粘贴。")


class CheckForm(AccessibleForm):
    """What is to be checked. The check itself says what is wrong with the text."""

    text = forms.CharField(
        label=_("名字、网址、二维码里的内容，或者整条消息"),
        help_text=_("长按复制，粘贴到这里。请不要写自己的姓名和身份证号"),
        required=False,
        error_messages={"null_characters_not_allowed": NO_TEXT},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    region = RegionField(help_text=_("写区县的名字，就能看到当地的渠道和电话"))


class ReportForm(AccessibleForm):
    """What somebody reports as a fake."""

    text = forms.CharField(
        label=_("可疑的名字、网址或消息"),
        help_text=_("请不要写自己的姓名和身份证号"),
        error_messages={
            "required": _("请写上可疑的名字、网址或消息。"),
            "null_characters_not_allowed": NO_TEXT,
        },
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    seen = forms.TypedChoiceField(
        label=_("在哪里见到的"),
        choices=[("", _("请选择")), *((seen.value, name) for seen, name in SEEN_NAMES.items())],
        coerce=Seen,
        error_messages={
            "required": _("请选一个在哪里见到的。"),
            "invalid_choice": _("请选一个在哪里见到的。"),
        },
    )
    remark = forms.CharField(
        label=_("还想补充什么（可以不填）"),
        help_text=_("比如它要了什么、收了多少钱"),
        required=False,
        error_messages={"null_characters_not_allowed": NO_TEXT},
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    region = RegionField(help_text=_("写区县的名字"))
