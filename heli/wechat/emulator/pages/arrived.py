"""What arrived on the telephone, and what its owner allows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from heli.wechat.emulator import talk
from heli.wechat.emulator.pages.chat import with_links
from heli.wechat.emulator.pages.frame import Html, fill, joined, page
from heli.wechat.emulator.pages.phone import moment, owner
from heli.wechat.emulator.people import Mood, Person
from heli.wechat.emulator.state import State, state_of
from heli.wechat.emulator.templates import TEMPLATES, Template, Way
from heli.wechat.kinds import AppKind

routes = web.RouteTableDef()
LABELS = {"thing1": "事项", "time2": "时间", "thing3": "地点", "thing4": "备注"}
WAYS = {
    "mini_subscribe": "小程序订阅消息",
    "account_subscribe": "公众号订阅通知",
    "template": "公众号模板消息",
    "city": "城市服务",
}
_MESSAGE = """<article class="card message"><header><strong>{title}</strong>
<small>{at}</small></header>
<dl>{rows}</dl>{link}<footer><small>{way}</small></footer></article>"""
_ROW = "<dt>{label}</dt><dd>{value}</dd>"
_NOTHING = '<p class="card">还没有。<span lang="en" class="hint">Nothing yet.</span></p>'


@routes.get("/phone/messages")
async def messages(request: web.Request) -> web.Response:
    """Messages of the account and the mini program, the newest first."""
    state, person = state_of(request), owner(request)
    openids = set(person.openids.values())
    shown = [
        _message(state, one)
        for one in reversed(state.kept.messages)
        if one["openid"] in openids and one.get("is_delivered", True)
    ]
    return page("服务通知", joined(shown) if shown else fill(_NOTHING))


def _message(state: State, one: dict[str, Any]) -> Html:
    rows = [
        fill(_ROW, label=LABELS.get(key, key), value=value) for key, value in one["data"].items()
    ]
    return fill(
        _MESSAGE,
        title=one.get("title", "城市服务"),
        at=moment(state, one["at"]),
        rows=joined(rows),
        link=_link(one),
        way=WAYS[one["way"]],
    )


def _link(one: dict[str, Any]) -> Html:
    target = one.get("page") or one.get("url") or ""
    if target.startswith(("http://", "https://")):
        href = "/phone/open?" + urlencode({"url": target})
        return fill('<p><a href="{href}">查看详情</a></p>', href=href)
    return fill("<p><small>小程序页面 {page}</small></p>", page=target) if target else Html()


_SMS = """<article class="card message"><header><strong>{phone}</strong><small>{at}</small></header>
<p>{text}</p></article>"""


@routes.get("/phone/sms")
async def short_messages(request: web.Request) -> web.Response:
    """Short messages to this telephone; those to others below, since nobody else shows them."""
    state, person = state_of(request), owner(request)
    ours: list[Html] = []
    others: list[Html] = []
    for one in reversed(state.kept.sms):
        at, text = moment(state, one["at"]), with_links(one["text"])
        shown = fill(_SMS, phone=one["phone"], at=at, text=text)
        (ours if one["phone"][-11:] == person.phone else others).append(shown)
    rest = "<details><summary>发给其他号码的短信（{count}）</summary>{others}</details>"
    more = fill(rest, count=len(others), others=joined(others)) if others else Html()
    return page("短信", joined(ours) if ours else fill(_NOTHING), more)


_ALLOWED = """<form class="card" method="post" action="/phone/allow">
<p><strong>{title}</strong><br><small>{way}，还可以收 {left} 条</small></p>
<input type="hidden" name="template" value="{id}">
<button name="word" value="accept" class="main">允许一次 <small lang="en">Allow one</small></button>
<button name="word" value="reject">不允许 <small lang="en">Refuse</small></button></form>"""
_MOODS = {
    Mood.ACCEPT: "允许 Allow",
    Mood.REFUSE: "拒绝 Refuse",
    Mood.SNAPSHOT: "只看快照 Snapshot",
}
_SETTINGS = """<h2>消息 <small lang="en">Messages</small></h2>{allowed}
<h2>页面要我的微信身份时 <small lang="en">When a page asks who I am</small></h2>
<form class="card" method="post" action="/phone/mood">{moods}
<button class="main">保存 <small lang="en">Save</small></button></form>
<h2>这部手机 <small lang="en">This telephone</small></h2>
<form class="card" method="post" action="/phone/number">
<label for="phone">手机号 <small lang="en">Number</small></label>
<input id="phone" name="phone" value="{phone}" inputmode="numeric" pattern="1[0-9]{{10}}" required>
<button class="main">保存 <small lang="en">Save</small></button></form>
<form class="card" method="post" action="/phone/block">
<p>{blocks}</p><button>{deed}</button></form>"""


@routes.get("/phone/settings")
async def settings(request: web.Request) -> web.Response:
    """What the owner allows."""
    state, person = state_of(request), owner(request)
    asked = [one for one in TEMPLATES.values() if one.way is not Way.CLASSIC]
    allowed = [_allowed(state, person, template) for template in asked]
    one_mood = '<label class="choice"><input type="radio" name="mood" value="{value}"{on}>{words}'
    moods = [
        fill(
            one_mood + "</label>",
            value=mood,
            on=Html(" checked") if person.mood is mood else Html(),
            words=words,
        )
        for mood, words in _MOODS.items()
    ]
    body = fill(
        _SETTINGS,
        allowed=joined(allowed),
        moods=joined(moods),
        phone=person.phone,
        blocks="公众号的消息现在到不了这里。" if person.blocks else "公众号的消息会送到这里。",
        deed="恢复接收 Receive again" if person.blocks else "拒收 Block",
    )
    return page("允许与设置", body)


def _app_of(template: Template) -> AppKind:
    return AppKind.MINI if template.way is Way.MINI else AppKind.ACCOUNT


def _allowed(state: State, person: Person, template: Template) -> Html:
    key = person.openids[_app_of(template)], template.id
    left = state.kept.people.once.get(key, 0)
    return fill(
        _ALLOWED,
        title=template.title,
        way=WAYS[template.way],
        left="任意多" if left is None else left,
        id=template.id,
    )


@routes.post("/phone/allow")
async def allow(request: web.Request) -> web.Response:
    """Allow one message of a template more, or none. The account hears of it; the mini program
    would ask for itself."""
    state, person, form = state_of(request), owner(request), await request.post()
    template = TEMPLATES.get(str(form.get("template")))
    accepts = form.get("word") == "accept"
    if template is not None and template.way is Way.ACCOUNT:
        await talk.choose(state, person, template.id, accepts=accepts)
    elif template is not None and template.way is Way.MINI:
        openid = person.openids[AppKind.MINI]
        if accepts:
            state.kept.people.allow(openid, template.id, 1)
        else:
            state.kept.people.refuse(openid, template.id)
    raise web.HTTPSeeOther("/phone/settings")


@routes.post("/phone/mood")
async def mood(request: web.Request) -> web.Response:
    """How pages are answered that ask who it is."""
    person, said = owner(request), str((await request.post()).get("mood"))
    if said in list(Mood):
        person.mood = Mood(said)
    raise web.HTTPSeeOther("/phone/settings")


@routes.post("/phone/number")
async def number(request: web.Request) -> web.Response:
    """The number of the telephone."""
    person, said = owner(request), str((await request.post()).get("phone", ""))
    if len(said) == 11 and said.isdecimal():
        person.phone = said
    raise web.HTTPSeeOther("/phone/settings")


@routes.post("/phone/block")
async def block(request: web.Request) -> web.Response:
    """Messages of the account come no more, or come again."""
    person = owner(request)
    person.blocks = not person.blocks
    raise web.HTTPSeeOther("/phone/settings")
