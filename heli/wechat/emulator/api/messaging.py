"""Messages to people: of both apps, by classic templates, and the record of City Services."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from heli.wechat.emulator.answers import ApiError, ok
from heli.wechat.emulator.api.asking import Asked, caller, json_of, receiver
from heli.wechat.emulator.fields import is_allowed
from heli.wechat.emulator.people import Person
from heli.wechat.emulator.pushes import report_delivery
from heli.wechat.emulator.state import State, state_of
from heli.wechat.emulator.templates import TEMPLATES, Template, Way
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
STATES = ("developer", "trial", "formal")
LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


@routes.post("/api/cgi-bin/message/subscribe/send")
async def send_mini_subscribe(request: web.Request) -> web.Response:
    """A message of the mini program, of those that the receiver allowed."""
    kind = caller(request, AppKind.MINI)
    asked = await json_of(request)
    person = receiver(request, asked.text("touser", default=""), kind)
    template = _template(asked, Way.MINI)
    _check_mini_words(asked)
    state = state_of(request)
    page = asked.text("page", default="")
    _check_page(state, page)
    data = _checked_data(asked, template)
    _spend(state, person.openids[kind], template)
    msgid = _keep(state, template, person, kind, data, page=page)
    return ok(msgid=int(msgid))


@routes.post("/api/cgi-bin/message/subscribe/bizsend")
async def send_account_subscribe(request: web.Request) -> web.Response:
    """A message of the account, of those that the receiver allowed. The answer has no number."""
    kind = caller(request, AppKind.ACCOUNT)
    asked = await json_of(request)
    person = receiver(request, asked.text("touser", default=""), kind)
    template = _template(asked, Way.ACCOUNT)
    data = _checked_data(asked, template)
    state = state_of(request)
    _spend(state, person.openids[kind], template)
    _keep(state, template, person, kind, data, page=asked.text("page", default=""))
    return ok()


@routes.post("/api/cgi-bin/message/template/send")
async def send_template(request: web.Request) -> web.Response:
    """A message of the account to one who follows it."""
    kind = caller(request, AppKind.ACCOUNT, otherwise=45109)
    asked = await json_of(request)
    openid = asked.text("touser", default="")
    person = receiver(request, openid, kind)
    template = _template(asked, Way.CLASSIC)
    data = _checked_data(asked, template)
    if not person.follows:
        raise ApiError(43004)
    state = state_of(request)
    client_msg_id = asked.text("client_msg_id", default="")
    if len(client_msg_id) > 32:
        raise ApiError(47001, "data format error: client_msg_id")
    if client_msg_id and (before := state.kept.sent_once.get((openid, client_msg_id))):
        return ok(msgid=int(before))
    mini = asked.part("miniprogram")
    where = mini.text("pagepath", default="") or asked.text("url", default="")
    msgid = _keep(state, template, person, kind, data, page=where, client_msg_id=client_msg_id)
    if client_msg_id:
        state.kept.sent_once[openid, client_msg_id] = msgid
    return ok(msgid=int(msgid))


@routes.post("/api/cityservice/sendmsgdata")
async def send_city_record(request: web.Request) -> web.Response:
    """The record of a matter in City Services; one order number is one record."""
    caller(request, AppKind.ACCOUNT)
    asked = await json_of(request)
    openid, order = asked.text("openid", default=""), asked.text("order_no", default="")
    state = state_of(request)
    person = state.kept.people.find(openid)
    if person is None:
        raise ApiError(40003)
    if not order or not asked.text("biz_template_id", default=""):
        raise ApiError(47001)
    record = {
        "way": "city",
        "openid": openid,
        "template_id": asked.text("biz_template_id"),
        "order_no": order,
        "data": {key: part.get("value") for key, part in asked.part("data").document.items()},
        "url": asked.text("url", default=""),
        "at": state.now(),
    }
    state.kept.city_records[openid, order] = record
    state.kept.messages.append(record)
    has_page = bool(asked.text("result_page_style_id", default=""))
    return ok(result_page_url=f"{state.address}/open/city/{order}" if has_page else "")


@routes.post("/api/cityservice/getservicepath")
async def city_service_path(request: web.Request) -> web.Response:
    """The way into a listed service."""
    caller(request)
    asked = await json_of(request)
    if asked.number("page_type", default=0) not in (0, 1, 3, 5):
        raise ApiError(47001)
    return ok(path="pages/index/index", app_id="wx00000000000000c3", username="gh_00000000c3c3")


def _template(asked: Asked, way: Way) -> Template:
    template = TEMPLATES.get(asked.text("template_id", default=""))
    if template is None or template.way is not way:
        raise ApiError(40037)
    return template


def _check_mini_words(asked: Asked) -> None:
    if asked.text("miniprogram_state", default="formal") not in STATES:
        raise ApiError(47001)
    if asked.text("lang", default="zh_CN") not in LANGUAGES:
        raise ApiError(47001)


def _check_page(state: State, page: str) -> None:
    path = page.split("?")[0].lstrip("/")
    if page and state.kept.pages is not None and path not in state.kept.pages:
        raise ApiError(41030)


def _checked_data(asked: Asked, template: Template) -> dict[str, str]:
    """The values by their keys. Raises 47003, which names the key."""
    given = asked.part("data").document
    for key in template.keys:
        if key not in given:
            raise ApiError(47003, f"argument invalid! data.{key}.value is emtpy")
    values: dict[str, str] = {}
    for key, part in given.items():
        value = part.get("value") if isinstance(part, dict) else None
        if value == "":
            raise ApiError(47003, f"argument invalid! data.{key}.value is emtpy")
        if key not in template.keys or not isinstance(value, str) or not is_allowed(key, value):
            raise ApiError(47003, f"argument invalid! data.{key}.value invalid")
        values[key] = value
    return values


def _spend(state: State, openid: str, template: Template) -> None:
    if not state.kept.people.spend(openid, template.id):
        raise ApiError(43101)


def _keep(
    state: State,
    template: Template,
    person: Person,
    kind: AppKind,
    data: dict[str, str],
    **more: Any,
) -> str:
    """Deliver the message, and say so to the webhook; its number."""
    msgid = str(state.next_number())
    state.kept.messages.append(
        {
            "way": str(template.way),
            "openid": person.openids[kind],
            "template_id": template.id,
            "title": template.title,
            "data": data,
            "msgid": msgid,
            "at": state.now(),
            "is_delivered": not person.blocks,
            **more,
        }
    )
    report_delivery(state, template, person, kind, msgid)
    return msgid
