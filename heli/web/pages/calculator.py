"""From which day to which: the two clocks of any receipt, for everybody and without a name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heli.cases.dates import (
    LAST_YEAR_WITH_FACTS,
    OfficeTimeline,
    check_receipt_date,
    timeline_of,
)
from heli.ground import clock
from heli.ground.refusals import InvalidInput
from heli.law.periods import IN_FORCE_FROM
from heli.papers.timeline_file import timeline_file
from heli.places.queries import OfficeView, get_office, offices_with_hours
from heli.web.forms import AccessibleForm
from heli.web.hours import how_sure
from heli.web.line_of_time import Station, line_of_time

OFFICES_FOUND_MAX = 12
TYPED_MAX = 60  # characters
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


class ReceiptField(forms.DateField):
    """The day on the receipt, as the browser's calendar sends it or as people type it."""

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError for what is none."""
        is_text = isinstance(value, str)
        return super().to_python(unicodedata.normalize("NFKC", value).strip() if is_text else value)


class ReceiptForm(AccessibleForm):
    """Which receipt, and at which office."""

    receipt = ReceiptField(
        label=_("受理日期"),
        help_text=_("受理回执单上写的那一天"),
        input_formats=DATE_FORMS,
        error_messages={
            "required": _("请填写受理日期。"),
            "invalid": _("没有这一天，请检查受理日期。可以写成 2026-07-09。"),
        },
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                "type": "date",
                "min": IN_FORCE_FROM.isoformat(),
                "max": date(LAST_YEAR_WITH_FACTS, 12, 31).isoformat(),
                "autocomplete": "off",
            },
        ),
    )
    q = forms.CharField(
        label=_("在哪个登记处受理的（可以不填）"),
        help_text=_("写区县或登记处的名字，可以看到那里最晚几点下班"),
        required=False,
        max_length=TYPED_MAX,
        error_messages={
            "max_length": _("请只写区县或登记处的名字。"),
            "null_characters_not_allowed": _("请只写区县或登记处的名字。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "receipt" in self.errors:
            self.fields["receipt"].widget.attrs["autofocus"] = True

    def clean_receipt(self) -> date:
        """The day. Raises ValidationError outside of what can be computed."""
        receipt_on: date = self.cleaned_data["receipt"]
        try:
            check_receipt_date(receipt_on)
        except InvalidInput as invalid:
            raise forms.ValidationError([str(error.text) for error in invalid.errors]) from None
        return receipt_on


@dataclass(frozen=True)
class Calculated:
    """What follows from a receipt. office: None where none was chosen.

    sure: how sure its hours are, in words. found: offices that what was typed may mean.
    """

    dates_here: OfficeTimeline
    line: tuple[Station, ...]
    office: OfficeView | None
    sure: str
    found: tuple[OfficeView, ...]


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """GET /calculator?receipt=&office=&q=: the days of a receipt; without one, the question."""
    form = ReceiptForm(request.GET if "receipt" in request.GET else None)
    calculated = _calculate(request, form) if form.is_bound else None
    context = {
        "form": form,
        "calculated": calculated,
        "office": calculated.office if calculated else None,
    }
    status = 422 if form.is_bound and calculated is None else 200
    return render(request, "web/calculator.html", context, status=status)


@require_safe
def calculator_file(request: HttpRequest) -> HttpResponse:
    """GET /calculator.ics?receipt=&office=: the days to keep, as a calendar file."""
    form = ReceiptForm(request.GET)
    calculated = _calculate(request, form)
    if calculated is None:
        return render(request, "web/calculator.html", {"form": form}, status=422)
    file = timeline_file(calculated.dates_here, calculated.office, at=clock.now())
    return HttpResponse(file.content, headers=file.headers)


def _calculate(request: HttpRequest, form: ReceiptForm) -> Calculated | None:
    """None where the form now says what is wrong. What is typed outweighs the office chosen before.

    Raises NotFound (the office).
    """
    if not form.is_valid():
        return None
    at, chosen, typed = clock.now(), request.GET.get("office"), form.cleaned_data["q"]
    office = get_office(chosen) if chosen and not typed else None
    found = timeline_of(form.cleaned_data["receipt"], office.id if office else None)
    return Calculated(
        dates_here=found,
        line=line_of_time(found.dates, found.here, at=at),
        office=office,
        sure=how_sure(office, clock.day_of(at)) if office else "",
        found=() if office else offices_with_hours(typed, OFFICES_FOUND_MAX),
    )
