"""What people paste to have it checked, and what they report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.channels.reporting import Seen
from heli.ground.refusals import NotFound
from heli.places.queries import NAME_ENDINGS, QUERY_LENGTH_MAX, RegionView, find_regions
from heli.places.retired import region_now
from heli.web.forms import AccessibleForm

CODE_DIGITS = 6
SEEN_NAMES = {
    Seen.WECHAT: _("在微信里"),
    Seen.SEARCH: _("在网上搜索到的"),
    Seen.MESSAGE: _("短信，或者别的聊天软件"),
    Seen.PERSON: _("有人当面或打电话说的"),
    Seen.OTHER: _("别的地方"),
}
NO_TEXT = _("里面有无法识别的字符，请重新粘贴。")
NO_PLACE = _("没有找到这个地方。可以换个写法，或者不填。")
SEVERAL_PLACES = _("叫这个名字的地方不止一个，请把省和市也写上。")


class RegionField(forms.CharField):
    """A region by what people call it, or by its code; None where nothing is typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("您在哪里（可以不填）"))
        options.setdefault("error_messages", {}).update(
            max_length=NO_PLACE, null_characters_not_allowed=NO_PLACE
        )
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, max_length=QUERY_LENGTH_MAX, widget=widget, **options)

    def clean(self, value: Any) -> RegionView | None:
        """The region. Raises ValidationError where none or more than one is meant."""
        typed = super().clean(value)
        return region_typed(typed) if typed else None


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


def region_typed(typed: str) -> RegionView:
    """The region that somebody means. Raises ValidationError for none, or for more than one.

    Where a province and a smaller place have the same name, the province is meant.
    """
    if typed.isascii() and typed.isdigit() and len(typed) == CODE_DIGITS:
        try:
            return region_now(typed)[0]
        except NotFound:
            raise forms.ValidationError(NO_PLACE) from None
    found = find_regions(typed)
    if not found:
        raise forms.ValidationError(NO_PLACE)
    named = [region for region in found if _is_called(region.name, typed)]
    if len(named) > 1 and not named[0].code.endswith("0000"):
        raise forms.ValidationError(SEVERAL_PLACES)
    return found[0]


def words_of(region: RegionView) -> str:
    """A region as it can be typed again, and is meant alone."""
    return region.path.replace("/", " ")


def _is_called(name: str, typed: str) -> bool:
    word = typed.split()[-1]
    return name == word or name.removeprefix(word) in NAME_ENDINGS
