"""What an operator fills in for the directory: entries, files of entries, warnings of fakes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from heli.channels.keeping import Correction
from heli.channels.kinds import SERVICE_WORDS, UNSPECIFIED
from heli.channels.models import ChannelEntry
from heli.channels.queries import EntryView
from heli.channels.words import KIND_NAMES, SOURCE_NAMES
from heli.desk.forms import CHOOSE, PLAIN_TEXT, REQUIRED, DeskForm
from heli.law.services import Service
from heli.places.fields import RegionField, words_of
from heli.places.naming import SERVICE_NAMES

FILE_BYTES_MAX = 2 * 1024 * 1024
FORM_BYTES_MAX = FILE_BYTES_MAX + 64 * 1024  # with what stands around the file
CONFIRM, CORRECT, END = "confirm", "correct", "end"
STATED, INFERRED = "stated", "inferred"
TEXT_ERRORS = {**REQUIRED, "null_characters_not_allowed": _("有不能识别的字符，请删掉后再试。")}

CHANGED = _("内容有改动。要改，请按“更正”；只是{deed}，请把改动去掉。")
NOT_CHANGED = _("没有改动。内容没有错，请按“确认无误”。")
TOO_LARGE = _("文件超过2 MB，没有导入。请分成几个文件。")
NO_TEXT = _("这不是UTF-8编码的文本文件，没有导入。")


def a_line(label: Any, *, required: bool = False, **options: Any) -> forms.CharField:
    """A field for one line. The room says what is too long."""
    return forms.CharField(
        label=label,
        required=required,
        error_messages=TEXT_ERRORS,
        widget=forms.TextInput(attrs=PLAIN_TEXT),
        **options,
    )


class EntryForm(DeskForm):
    """An entry as it stands, to be confirmed, corrected or ended; the button says which."""

    deed = forms.ChoiceField(
        label=_("处理"),
        choices=[(CONFIRM, _("确认无误")), (CORRECT, _("更正")), (END, _("停用"))],
        error_messages=CHOOSE,
    )
    name = a_line(_("名称"), required=True)
    kind = forms.ChoiceField(
        label=_("种类"),
        choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        error_messages=CHOOSE,
    )
    region = RegionField(label=_("服务哪里"), help_text=_("地名或六位代码。不填是全国"))
    operator = a_line(_("主体"))
    operator_basis = forms.ChoiceField(
        label=_("主体怎么知道的"),
        choices=[(STATED, _("来源写明")), (INFERRED, _("按名称推断"))],
        error_messages=CHOOSE,
        widget=forms.RadioSelect,
    )
    path = a_line(_("点哪里"), help_text=_("每一步之间用 → 隔开"))
    url = a_line(_("网址"))
    services = forms.MultipleChoiceField(
        label=_("能约什么"),
        help_text=_("都不选，就不作为预约渠道显示"),
        required=False,
        choices=[
            (word, _("只写着“婚姻登记”") if word == UNSPECIFIED else SERVICE_NAMES[Service(word)])
            for word in SERVICE_WORDS
        ],
        error_messages={"invalid_choice": CHOOSE["invalid_choice"]},
        widget=forms.CheckboxSelectMultiple,
    )
    note = a_line(_("说明"))
    source_kind = forms.ChoiceField(
        label=_("谁说的"),
        choices=[(kind.value, name) for kind, name in SOURCE_NAMES.items()],
        error_messages=CHOOSE,
    )
    found = a_line(_("怎么核实的"), help_text=_("例如：电话问过市民政局。会公开显示，不要写姓名"))

    def clean(self) -> dict[str, Any]:
        """A button that does not fit what was changed is no choice."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        is_changed = bool(set(self.changed_data) - {"deed"})
        deed = clean.get("deed")
        if deed == CORRECT and not is_changed and not self.errors:
            self.add_error(None, NOT_CHANGED)
        elif deed in (CONFIRM, END) and is_changed:
            named = dict(self.fields["deed"].choices)[deed]  # type: ignore[attr-defined]
            self.add_error(None, str(CHANGED).format(deed=named))
        return clean

    def correction(self) -> Correction:
        """What the operator found."""
        told = self.cleaned_data
        region = told["region"]
        return Correction(
            region=region.code if region else None,
            kind=told["kind"],
            name=told["name"],
            operator=told["operator"],
            operator_stated=told["operator_basis"] == STATED,
            path=told["path"],
            url=told["url"],
            services=tuple(told["services"]),
            source_kind=told["source_kind"],
            note=told["note"],
            found=told["found"],
        )


class ImportForm(DeskForm):
    """A channels.yaml."""

    file = forms.FileField(
        label="channels.yaml",
        help_text=_("不超过2 MB。有一行写错，就什么都不导入"),
        error_messages={**REQUIRED, "empty": _("这个文件是空的。")},
    )

    def clean_file(self) -> str:
        """The text of the file. Raises ValidationError."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(TOO_LARGE)
        try:
            return bytes(file.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(NO_TEXT) from None


class WarningForm(DeskForm):
    """A warning, in the operator's own words: nothing of a report is put in."""

    name = a_line(_("它自称什么"), help_text=_("名称和域名至少写一项"))
    host = a_line(_("它的域名或网址"))
    region = RegionField(label=_("在哪里出现"), help_text=_("地名或六位代码。不填是全国"))
    proof = a_line(_("为什么是假的"), required=True, help_text=_("会公开显示。不要写姓名和电话"))
    proof_url = a_line(_("依据的网址（可以不填）"))
    and_same = forms.BooleanField(label=_("说同一个的举报一起了结"), required=False)

    def warning(self) -> dict[str, Any]:
        """What is to be published."""
        told = dict(self.cleaned_data)
        region = told["region"]
        return {**told, "region": region.code if region else None}


def as_it_stands(view: EntryView) -> dict[str, Any]:
    """What the form of an entry shows first."""
    entry: ChannelEntry = view.entry
    return {
        "name": entry.name,
        "kind": entry.kind,
        "region": words_of(view.region) if view.region else "",
        "operator": entry.operator,
        "operator_basis": STATED if entry.operator_stated else INFERRED,
        "path": entry.path,
        "url": entry.url,
        "services": entry.services,
        "note": entry.note,
        "source_kind": entry.source_kind,
    }
