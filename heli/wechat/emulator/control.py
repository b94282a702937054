"""`POST /__control`: the strings that tests pull. {"do": a name below, and its arguments}."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from heli.wechat.emulator import pushes, talk
from heli.wechat.emulator.codes import Code, CodeKind
from heli.wechat.emulator.envelopes import MODES
from heli.wechat.emulator.faults import Fault
from heli.wechat.emulator.people import Mood, Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
Deed = Callable[..., Any]
DEEDS: dict[str, Deed] = {}


def _deed(deed: Deed) -> Deed:
    DEEDS[deed.__name__] = deed
    return deed


@routes.post("/__control")
async def control(request: web.Request) -> web.Response:
    """Do what is asked; {"told": …}, or 400 with {"wrong": why}."""
    if request.content_type != "application/json":
        # A page of somebody else that is open in the same browser can send no JSON here.
        return _json({"wrong": "the body has to be application/json"}, status=415)
    try:
        asked = json.loads(await request.read())
        deed = DEEDS[asked.pop("do")]
        told = deed(state_of(request), **asked)
        if isinstance(told, Awaitable):
            told = await told
    except (ValueError, KeyError, TypeError) as wrong:
        return _json({"wrong": f"{type(wrong).__name__}: {wrong}"}, status=400)
    return _json({"told": told})


def _json(document: dict[str, Any], *, status: int = 200) -> web.Response:
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


def _person(state: State, openid: str) -> Person:
    person = state.kept.people.find(openid)
    if person is None:
        raise ValueError("nobody has this openid")
    return person


@_deed
def ready(_state: State) -> bool:
    """Whether the server is up."""
    return True


@_deed
def reset(state: State, *, webhook: str | None = None) -> None:
    """As if just started, with this webhook."""
    state.webhook = webhook
    state.reset()


@_deed
def add_person(
    state: State,
    name: str = "微友",
    account_openid: str = "",
    mini_openid: str = "",
    phone: str = "",
    has_unionid: bool = True,
    follows: bool = False,
) -> dict[str, Any]:
    """Somebody with a WeChat account."""
    openids = {AppKind.ACCOUNT: account_openid, AppKind.MINI: mini_openid}
    person = state.kept.people.add(
        name,
        openids={app: openid for app, openid in openids.items() if openid},
        phone=phone or None,
        has_unionid=has_unionid,
    )
    person.follows = follows
    return _document(person)


@_deed
def person(state: State, openid: str) -> dict[str, Any]:
    """All that is known of whose openid it is, in either app."""
    return _document(_person(state, openid))


def _document(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "account_openid": person.openids[AppKind.ACCOUNT],
        "mini_openid": person.openids[AppKind.MINI],
        "unionid": person.unionid,
        "phone": person.phone,
        "follows": person.follows,
        "blocks": person.blocks,
        "mood": str(person.mood),
        "chat": person.chat,
    }


@_deed
def mint_code(
    state: State, app: str, openid: str, is_snapshot: bool = False, scope: str = "snsapi_base"
) -> str:
    """A login code: for the mini program that of wx.login, for the account that of a page."""
    kind = AppKind(app)
    state.kept.people.known(openid, kind)
    code = Code(
        kind=CodeKind.LOGIN if kind is AppKind.MINI else CodeKind.WEB,
        appid=state.registered.apps[kind].appid,
        of=openid,
        made_at=state.now(),
        scope=scope,
        is_snapshot=is_snapshot,
    )
    return state.kept.codes.mint(code)


@_deed
def mint_phone_code(state: State, phone: str) -> str:
    """A code of the button that hands over a telephone number."""
    appid = state.registered.apps[AppKind.MINI].appid
    return state.kept.codes.mint(Code(CodeKind.PHONE, appid, phone, state.now()))


@_deed
def grant(state: State, openid: str, template_id: str, times: int | None = 1) -> None:
    """So many messages more are allowed; null is any number from now on."""
    state.kept.people.allow(openid, template_id, times)


@_deed
def refuse(state: State, openid: str, template_id: str) -> None:
    """No message of the template is allowed any more."""
    state.kept.people.refuse(openid, template_id)


@_deed
async def follow(
    state: State, openid: str, scene: str = "", told: bool = True
) -> dict[str, Any] | None:
    """Follow the account, by a QR code where a scene is given. told: with the event."""
    person = state.kept.people.find(openid) or state.kept.people.known(openid, AppKind.ACCOUNT)
    if told:
        return await talk.follow(state, person, scene)
    person.follows = True
    return None


@_deed
async def unfollow(state: State, openid: str, told: bool = True) -> dict[str, Any] | None:
    """Follow no longer."""
    person = _person(state, openid)
    if told:
        return await talk.unfollow(state, person)
    person.follows = False
    return None


@_deed
def block(state: State, openid: str, blocks: bool = True) -> None:
    """Messages of the account are accepted by WeChat and never reach this person."""
    _person(state, openid).blocks = blocks


@_deed
def set_mood(state: State, openid: str, mood: str) -> None:
    """How this person answers pages that ask for their account: accept, refuse or snapshot."""
    _person(state, openid).mood = Mood(mood)


@_deed
def set_visitor(state: State, openid: str | None) -> None:
    """Who opens pages in a browser that does not say who it is; null is nobody."""
    people = state.kept.people
    people.visitor = people.known(openid, AppKind.ACCOUNT) if openid else None


@_deed
def script_fault(state: State, **fault: Any) -> None:
    """The next calls of a path go wrong; see Fault."""
    state.kept.faults.waiting.append(Fault(**fault))


@_deed
def clear_faults(state: State) -> None:
    """Nothing goes wrong any more."""
    state.kept.faults.waiting.clear()


@_deed
def expire_tokens(state: State) -> None:
    """All access tokens and tickets are over: 42001."""
    state.kept.tokens.expire(state.now())


@_deed
def kill_tokens(state: State) -> None:
    """All access tokens are no longer the latest: 40001."""
    state.kept.tokens.kill()


@_deed
def move_clock(state: State, seconds: float) -> None:
    """The emulator's clock runs so much further ahead."""
    state.kept.clock_ahead += seconds


@_deed
def face(
    state: State, verify_ret: int = 10000, errcode: int = 0, verify_id: str | None = None
) -> None:
    """How a face check comes out: this one, or without a verify_id all that say nothing else."""
    if verify_id is None:
        state.kept.faces.result, state.kept.faces.errcode = verify_ret, errcode
    else:
        one = state.kept.faces.all[verify_id]
        one.result, one.errcode = verify_ret, errcode


@_deed
def cloud_face(state: State, err_code: int, biz_token: str | None = None, **said: str) -> None:
    """How a face check in a browser comes out: this one, or without a biz_token the last that
    began. said: IdCard, Name and so on, where the vendor is to say other ones."""
    faces = state.kept.cloud_faces
    faces.finish(biz_token or faces.last, err_code, **said)


@_deed
def bank_card(state: State, result: str, number: str = "") -> None:
    """What is said of a bank card from now on; without a number of any."""
    state.kept.bank_cards[number] = result


@_deed
def id_card(state: State, result: str, number: str = "") -> None:
    """What is said of name and number from now on; without a number of any."""
    state.kept.id_cards[number] = result


@_deed
def set_pages(state: State, pages: list[str] | None) -> None:
    """Which pages the mini program has; null is any."""
    state.kept.pages = pages


@_deed
def set_redirect_names(state: State, names: list[str]) -> None:
    """Which hosts a page may be sent back to after it asked for an account."""
    state.kept.redirect_names = frozenset(names)


@_deed
def set_push(state: State, mode: str | None = None, **more: Any) -> None:
    """How pushes go: mode plain, both or aes; webhook; seconds_max; reports_delivery."""
    if mode is not None:
        if mode not in MODES:
            raise ValueError(mode)
        state.kept.mode = mode
    if "webhook" in more:
        state.webhook = more["webhook"]
    state.kept.push_seconds_max = more.get("seconds_max", state.kept.push_seconds_max)
    state.kept.reports_delivery = more.get("reports_delivery", state.kept.reports_delivery)


@_deed
async def push(state: State, fields: dict[str, Any], app: str = AppKind.ACCOUNT) -> dict[str, Any]:
    """Push these fields as they are, and tell what came of it."""
    return await pushes.push(state, AppKind(app), fields)


@_deed
async def say(
    state: State, openid: str, kind: str = "text", app: str = AppKind.ACCOUNT, **more: Any
) -> dict[str, Any]:
    """Somebody writes to the account: text with Content, location with Location_X and so on."""
    person = _known(state, openid, app)
    fields = pushes.message(state, person, AppKind(app), kind, **more)
    shown = str(more.get("Content", f"[{kind}]"))
    return await talk.tell_account(state, person, fields, shown, app=AppKind(app))


@_deed
async def happen(
    state: State, openid: str, event: str, app: str = AppKind.ACCOUNT, **more: Any
) -> dict[str, Any]:
    """Something happens with somebody: CLICK with EventKey, SCAN with EventKey and Ticket …"""
    person = _known(state, openid, app)
    fields = pushes.event(state, person, AppKind(app), event, **more)
    return await talk.tell_account(state, person, fields, "", app=AppKind(app))


def _known(state: State, openid: str, app: str) -> Person:
    return state.kept.people.known(openid, AppKind(app))


@_deed
async def wait_for_pushes(state: State) -> None:
    """Until what is under way has been pushed, or given up."""
    await asyncio.gather(*state.tasks, return_exceptions=True)


@_deed
async def check_webhook(state: State) -> bool:
    """Whether the webhook returns the echo."""
    return await pushes.check_webhook(state)


@_deed
def messages(state: State, openid: str | None = None) -> list[dict[str, Any]]:
    """What was sent, oldest first: way, openid, template_id, data, page, msgid, at …"""
    return [one for one in state.kept.messages if openid in (None, one["openid"])]


@_deed
def seen(state: State, what: str) -> Any:
    """What was kept: sms, pushes, calls, page_acts, faults, menu."""
    if what == "faults":
        return state.kept.faults.document()
    if what not in ("sms", "pushes", "calls", "page_acts", "menu"):
        raise ValueError(what)
    return getattr(state.kept, what)


@_deed
async def scan(state: State, openid: str, ticket: str) -> dict[str, Any] | None:
    """Somebody scans a QR code of the account, by its ticket."""
    return await talk.scan(state, _known(state, openid, AppKind.ACCOUNT), ticket)


@_deed
async def choose(state: State, openid: str, template_id: str, accepts: bool) -> dict[str, Any]:
    """Somebody allows one message of a template in a page of the account, or refuses."""
    person = _known(state, openid, AppKind.ACCOUNT)
    return await talk.choose(state, person, template_id, accepts=accepts)


@_deed
def set_scans(state: State, texts: list[str]) -> None:
    """What the camera sees next, in this order."""
    state.kept.scans = texts


@_deed
def set_position(state: State, latitude: float, longitude: float) -> None:
    """Where the telephone is (WGS-84)."""
    state.kept.position = (latitude, longitude)
