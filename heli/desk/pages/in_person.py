"""Somebody came with their card because no check works online: looked at, and sent on by a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.desk.forms import PLAIN_TEXT, DeskForm, answer, sent
from heli.desk.staff_session import StaffRequest, on_duty
from heli.ground import clock
from heli.hall.in_person import (
    NOT_SEEN,
    DeskCode,
    checks_at,
    has_said_own_number,
    record_in_person,
)
from heli.hall.roles import Deed
from heli.hall.services import CardRead
from heli.identity.fields import IdNumberField, NameField
from heli.identity.id_numbers import IdNumber


class InPersonForm(DeskForm):
    """The card of somebody at the desk, and that it was looked at."""

    name = NameField(
        label=_("姓名"),
        help_text=_("和身份证上一样"),
        widget=forms.TextInput(attrs={**PLAIN_TEXT, "autofocus": True}),
    )
    id_number = IdNumberField(label=_("身份证号"), widget=forms.TextInput(attrs=PLAIN_TEXT))
    own_number = IdNumberField(
        label=_("您自己的身份证号"),
        help_text=_("只问这一次，只留一个看不出号码的标记，防止有人给自己核验"),
        widget=forms.TextInput(attrs=PLAIN_TEXT),
    )
    is_seen = forms.BooleanField(
        label=_("我看过证件原件，和本人一致；这个人就在窗口，自己要求核验，不是我的亲属"),
        error_messages={"required": NOT_SEEN},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_duty(Deed.VERIFY_IN_PERSON, at_an_office=True)
def in_person(request: StaffRequest) -> HttpResponse:
    """GET, POST /desk/in-person: card and person were looked at; the code is shown once."""

    def record(asked: dict[str, Any]) -> DeskCode:
        return record_in_person(
            CardRead(asked["name"], IdNumber.parse(asked["id_number"])),
            is_seen=asked["is_seen"],
            own_number=IdNumber.parse(asked["own_number"]) if asked.get("own_number") else None,
            by=request.staff,
            at=clock.now(),
            office_id=request.office_id,
        )

    left_out = {"own_number": None} if has_said_own_number(request.staff) else {}
    form = InPersonForm(sent(request), choices=left_out)
    code = form.attempt(record)
    if code is None:
        return answer(request, "desk/in_person.html", form)
    return render(request, "desk/in_person_code.html", {"code": code})


@require_safe
@on_duty(Deed.SEE_AUDIT, at_an_office=True)
def checks(request: StaffRequest) -> HttpResponse:
    """GET /desk/in-person/checks: how many proofs each gave, and when. Looking is on record."""
    found = checks_at(request.staff, at=clock.now(), office_id=request.office_id)
    return render(request, "desk/in_person_checks.html", {"found": found})
