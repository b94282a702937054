"""What is held of the person who asks, and what people are told before it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from heli.api.auth import Bearer, IdentifiedRequest
from heli.api.moments import Day
from heli.api.openapi import refuses, refuses_strangers
from heli.api.shape import Shape
from heli.keeping import consents, services
from heli.keeping.copies import plain
from heli.keeping.errors import CannotErase

router = Router(tags=["my data"], auth=Bearer())


class DataConsentTextOut(Shape):
    """What people are told of one purpose, in both languages."""

    purpose: str
    version: str
    shown_from: Day
    title_zh: str
    title_en: str
    body_zh: list[str]
    body_en: list[str]


class HeldOut(Shape):
    """What is held of one kind. kept_days: 0 where no end is set. rows: with the names of the
    table in docs/data.md."""

    kind: str
    zh: str
    en: str
    kept_days: int
    reason_zh: str
    reason_en: str
    rows: list[dict[str, Any]]


class MyDataOut(Shape):
    """All that is held of the person who asks."""

    taken_at: str = Field(json_schema_extra={"format": "date-time"})
    parts: list[HeldOut]


@router.get("", response=MyDataOut, openapi_extra=refuses_strangers())
def get_my_data(request: IdentifiedRequest, response: HttpResponse) -> MyDataOut:
    """All that is held of this person, for whoever proved who they are within the hour."""
    response["Cache-Control"] = "no-store"
    return MyDataOut.model_validate(plain(services.take_out(by=request.identity)))


@router.delete("", response={204: None}, openapi_extra=refuses_strangers(CannotErase))
def delete_my_data(request: IdentifiedRequest) -> None:
    """Erase what is held of this person. `wrong_state` while a booking is coming or a case is
    open. The record of consents stays, as withdrawn. Repeating it changes nothing."""
    services.erase(by=request.identity)


@router.get("/consent-texts", auth=None, response=list[DataConsentTextOut], openapi_extra=refuses())
def get_data_consent_texts(request: HttpRequest) -> list[DataConsentTextOut]:
    """What has to be shown before a real-name check, for programs that ask people themselves."""
    return [DataConsentTextOut.reading(text) for text in consents.current_texts().values()]
