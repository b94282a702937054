"""The mini program: its session, what it may send messages about, whose account it is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from heli.api.auth import SessionBearer, SessionRequest
from heli.api.openapi import refuses, refuses_strangers
from heli.api.wechat_schemas import (
    BindIn,
    HandoverIn,
    HandoverOut,
    PhoneCodeIn,
    PhoneOut,
    SubscriptionsIn,
    TemplateOut,
    WeChatSessionIn,
    WeChatSessionOut,
)
from heli.wechat import accounts, entering
from heli.wechat.errors import CodeNotAccepted, WeChatSilent

router = Router(tags=["wechat"], auth=SessionBearer())


@router.post(
    "/session",
    auth=None,
    response=WeChatSessionOut,
    openapi_extra=refuses(CodeNotAccepted, WeChatSilent),
)
def post_wechat_session(request: HttpRequest, body: WeChatSessionIn) -> WeChatSessionOut:
    """A session of the mini program, for twelve hours. A code that WeChat does not accept is
    `invalid_input`: take another with `wx.login`."""
    return WeChatSessionOut.reading(entering.begin_session(body.js_code))


@router.post(
    "/phone", response=PhoneOut, openapi_extra=refuses_strangers(CodeNotAccepted, WeChatSilent)
)
def post_wechat_phone(request: SessionRequest, body: PhoneCodeIn) -> PhoneOut:
    """The telephone number somebody chose to show, to fill in a form with."""
    return PhoneOut(phone=entering.phone_shown(body.code))


@router.get("/templates", auth=None, response=list[TemplateOut], openapi_extra=refuses())
def get_wechat_templates(request: HttpRequest) -> list[TemplateOut]:
    """The message templates to ask about; none where the operator has set up none."""
    return [TemplateOut.reading(template) for template in entering.mini_templates()]


@router.post("/subscriptions", response={204: None}, openapi_extra=refuses_strangers())
def post_wechat_subscriptions(request: SessionRequest, body: SubscriptionsIn) -> None:
    """What the person answered when asked about messages. Each `accept` allows one."""
    entering.note_words(request.wechat, body.answers)


@router.post("/bind", response={204: None}, openapi_extra=refuses_strangers())
def post_wechat_bind(request: SessionRequest, body: BindIn) -> None:
    """The person's own word that this account is theirs: it reads for them and gets their
    messages. Needs a real-name check within the hour. Repeating it changes nothing."""
    entering.bind(request.wechat, identity_token=body.identity_token)


@router.delete("/bind", response={204: None}, openapi_extra=refuses_strangers())
def delete_wechat_bind(request: SessionRequest) -> None:
    """The account is nobody's any more. No check is needed for that."""
    accounts.let_go(request.wechat)


@router.post("/handover", response={201: HandoverOut}, openapi_extra=refuses_strangers())
def post_wechat_handover(request: SessionRequest, body: HandoverIn) -> Status[object]:
    """A link for the mini program's web-view, to go on with a page as who one is here."""
    url = entering.web_view_url(request.wechat, path=body.path, identity_token=body.identity_token)
    return Status(201, HandoverOut(url=url))
