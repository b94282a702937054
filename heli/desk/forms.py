"""What staff fill in: one form for each verb, with the service's refusal beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.bookings.codes import clean_code
from heli.bookings.states import Role
from heli.bookings.vouchers import PREFIX, read_qr
from heli.ground.forms import AccessibleForm
from heli.ground.refusals import InvalidInput, NotAllowed, Refusal
from heli.hall.errors import LoginLapsed
from heli.hall.reasons import Why
from heli.hall.services import CardRead
from heli.hall.staff import PASSWORD_TYPED_MAX, USERNAME_LENGTH_MAX
from heli.hall.states import Result
from heli.identity.fields import IdNumberField, NameField
from heli.identity.id_numbers import IdNumber
from heli.law.periods import Reading
from heli.law.services import Service

T = TypeVar("T")
Choices = list[tuple[str, str | Promise]]

EVERYBODY = "all"
REQUIRED = {"required": _("请填写这一项。")}
CHOOSE = {"required": _("请选择一项。"), "invalid_choice": _("请从列表里选择。")}
PLAIN_TEXT = {"autocomplete": "off", "spellcheck": "false"}
REASON_MAX = 300  # characters


class DeskForm(AccessibleForm):
    """A form of the desk. refusal: the service's answer to what was sent, where it was no.

    choices: for fields that depend on what the form is about; None leaves the field out.
    """

    refusal: Refusal | None = None

    def __init__(
        self, *args: Any, choices: Mapping[str, Choices | None] | None = None, **options: Any
    ) -> None:
        self._choices = choices or {}
        super().__init__(*args, **options)

    def fit_fields(self) -> None:
        """Put the choices in, before anything is read."""
        for name, choices in self._choices.items():
            if choices is None:
                del self.fields[name]
            else:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def attempt(self, deed: Callable[[dict[str, Any]], T]) -> T | None:
        """What the deed gave for what was filled in; None where nothing was sent, or it was
        malformed or refused, which the form then shows. Raises NotAllowed, LoginLapsed."""
        if not self.is_valid():
            return None
        try:
            return deed(self.cleaned_data)
        except (NotAllowed, LoginLapsed):
            raise  # nothing that could be filled in differently
        except Refusal as refusal:
            self.refusal = refusal
            if isinstance(refusal, InvalidInput):
                self.refuse(refusal)
            else:
                self.add_error(None, refusal.sentence())
            return None


def answer(request: HttpRequest, template: str, form: DeskForm, **shown: Any) -> HttpResponse:
    """The page with the form, and the status of what was wrong with it."""
    status = form.refusal.status if form.refusal else 422 if form.errors else 200
    response = render(request, template, {"form": form, **shown}, status=status)
    if form.refusal and form.refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(form.refusal.retry_after_seconds)
    return response


def sent(request: HttpRequest) -> Any:
    """What was sent; None where the page was only asked for, so that the form is not judged."""
    return request.POST if request.method == "POST" else None


def roles_of(present: str) -> frozenset[Role] | None:
    """Who is there; None for everybody the service needs."""
    return None if present == EVERYBODY else frozenset({Role(present)})


class LoginForm(DeskForm):
    """An account of the desk."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=USERNAME_LENGTH_MAX,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=PASSWORD_TYPED_MAX,
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OfficeForm(DeskForm):
    """Where an operator works at the moment."""

    office = forms.ChoiceField(label=_("登记处"), error_messages=CHOOSE)


class PresentForm(DeskForm):
    """Who of the two is there."""

    present = forms.ChoiceField(
        label=_("谁到了"), widget=forms.RadioSelect, error_messages=CHOOSE, initial=EVERYBODY
    )


class CheckInForm(PresentForm):
    """A voucher's QR text or a booking's code."""

    shown = forms.CharField(
        label=_("预约编号或二维码"),
        help_text=_("用扫码枪扫凭证，或者输入12位编号"),
        max_length=400,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={**PLAIN_TEXT, "autofocus": True}),
    )
    field_order = ("shown", "present")

    def clean_shown(self) -> str:
        """The booking's code. Raises ValidationError for what is none, or was changed."""
        text = str(self.cleaned_data["shown"])
        if not text.startswith(PREFIX):
            if code := clean_code(text):
                return code
            raise forms.ValidationError(_("这不是预约编号，请核对。编号一共12位。"))
        try:
            return read_qr(text).code
        except InvalidInput as invalid:
            raise forms.ValidationError(str(invalid.errors[0].text)) from None


class TicketForm(PresentForm):
    """A walk-in."""

    service = forms.ChoiceField(label=pgettext_lazy("of one visit", "业务"), error_messages=CHOOSE)
    field_order = ("service", "present")


class CallForm(DeskForm):
    """Where the next one is called to."""

    window = forms.CharField(
        label=_("窗口"),
        help_text=_("例如：2号窗。可以不填"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=PLAIN_TEXT),
    )


RESULTS = {
    Result.ACCEPTED: _("受理，开具回执单"),
    Result.SERVED: _("已办理"),
    Result.NOT_READY: _("材料不齐，或者还要考虑"),
    Result.REFUSED: _("不予受理"),
}


class OutcomeForm(DeskForm):
    """What came of a visit."""

    result = forms.ChoiceField(label=_("结果"), widget=forms.RadioSelect, error_messages=CHOOSE)
    reason = forms.CharField(
        label=_("原因（可以不填）"),
        help_text=_("没有受理或材料不齐时，写明原因。不要写姓名和证件号码"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TicketOutcomeForm(OutcomeForm):
    """What came of a walk-in's visit, with the cards that were read."""

    name_1 = NameField(label=_("第一位：姓名"), required=False, widget=forms.TextInput(PLAIN_TEXT))
    id_number_1 = IdNumberField(
        label=_("第一位：身份证号"), required=False, widget=forms.TextInput(PLAIN_TEXT)
    )
    name_2 = NameField(label=_("第二位：姓名"), required=False, widget=forms.TextInput(PLAIN_TEXT))
    id_number_2 = IdNumberField(
        label=_("第二位：身份证号"), required=False, widget=forms.TextInput(PLAIN_TEXT)
    )
    field_order = ("name_1", "id_number_1", "name_2", "id_number_2", "result", "reason")

    def clean(self) -> dict[str, Any]:
        """Both halves of each card, or neither."""
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        for place in (1, 2):
            name, number = f"name_{place}", f"id_number_{place}"
            for full, empty in ((name, number), (number, name)):
                if clean.get(full) and clean.get(empty) == "":
                    self.add_error(empty, REQUIRED["required"])
        return clean

    def cards(self) -> list[CardRead]:
        """The cards read, the first one's first."""
        read = [
            (self.cleaned_data[f"name_{place}"], self.cleaned_data[f"id_number_{place}"])
            for place in (1, 2)
        ]
        return [CardRead(name, IdNumber.parse(number)) for name, number in read if name]


WHYS = {
    Why.AT_THE_DESK: _("本人就在窗口，没有预约，也没有取号"),
    Why.TELEPHONE: _("本人来电询问"),
    Why.CORRECTION: _("更正登记过的内容"),
    Why.INQUIRY: _("处理投诉、审计或司法查询"),
}


class WhyForm(DeskForm):
    """Why somebody looks at what is not part of the day's work."""

    why = forms.ChoiceField(
        label=_("为什么查看"),
        choices=[(why.value, words) for why, words in WHYS.items()],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )


class FindCaseForm(WhyForm):
    """The card of somebody at the desk."""

    id_number = IdNumberField(
        label=_("身份证号"),
        help_text=_("读取到场的人的证件"),
        widget=forms.TextInput(attrs={**PLAIN_TEXT, "autofocus": True}),
    )
    field_order = ("id_number", "why")

    def fit_fields(self) -> None:
        """Who comes today needs no reason; the service says when one is missing."""
        super().fit_fields()
        self.fields["why"].required = False
        self.fields["why"].help_text = _("今天有预约、取过号或者今天受理的，不用选")


class DecisionForm(DeskForm):
    """A decision in a case; where the readings differ the registrar names one."""

    reading = forms.ChoiceField(
        label=_("按哪种算法"), widget=forms.RadioSelect, error_messages=CHOOSE
    )

    def reading_named(self) -> Reading | None:
        """The reading that the registrar chose; None where there was no choice."""
        named = self.cleaned_data.get("reading")
        return Reading(named) if named else None


class WithdrawForm(DecisionForm):
    """Who of the two withdraws."""

    party = forms.ChoiceField(
        label=_("到场撤回的人"), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    field_order = ("party", "reading")

    def party_named(self) -> Role:
        """Who of the two it is."""
        return Role(self.cleaned_data["party"])


class RegisterForm(DecisionForm):
    """The number of the certificate."""

    certificate_number = forms.CharField(
        label=_("离婚证字号"),
        help_text=_("例如 L440106-2026-000001"),
        max_length=40,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={**PLAIN_TEXT, "autofocus": True}),
    )
    field_order = ("certificate_number", "reading")


class RefuseForm(DeskForm):
    """Why the office cannot register."""

    reason = forms.CharField(
        label=_("原因"),
        help_text=_("不要写姓名和证件号码"),
        max_length=REASON_MAX,
        error_messages=REQUIRED,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


def present_choices(names: dict[Role, str] | None = None) -> Choices:
    """Who can be there. names: masked, by role, where they are known."""
    only = {Role.APPLICANT: _("只有申请的一方到了"), Role.PARTNER: _("只有另一方到了")}
    named = {role: only_name(name) for role, name in (names or {}).items()}
    choices: Choices = [(role.value, label) for role, label in (only | named).items()]
    return [(EVERYBODY, _("要来的人都到了")), *choices]


def result_choices(service: Service) -> Choices:
    """What can come of a visit for this service. Only an application can be accepted."""
    can_accept = service is Service.DIVORCE_APPLICATION
    return [
        (result.value, words)
        for result, words in RESULTS.items()
        if can_accept or result is not Result.ACCEPTED
    ]


def reading_choices(readings: Iterable[Reading]) -> Choices | None:
    """The readings among which the registrar decides; the page says what each allows. None where
    there is nothing to decide."""
    return [(reading.value, reading.value) for reading in readings] or None


def only_name(name: str) -> str:
    """只有张*到了."""
    return str(_("只有{name}到了")).format(name=name)
